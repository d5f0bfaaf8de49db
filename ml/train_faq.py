"""Train the small static model that finds frequent questions: `make ml`. Needs torch (ml/requirements.txt).

Two phrasings of one question shall lie near each other and far from every other question's (a ranking loss over all questions at
once); the classifier's training phrases do the same by intent with less weight, so that more words of the trade have a place.
The result is written with integers of eight bits to data/faq/meaning.json.
"""

from __future__ import annotations

import argparse
import base64
import json
import random
import re
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
import yaml
from sentence_transformers.sentence_transformer.modules import StaticEmbedding
from tokenizers import Tokenizer, models, pre_tokenizers, trainers

from ml.measure import FAQ, MODEL, ROOT, phrasings
from understanding.static_meaning import UNKNOWN, StaticMeaning, spelled

SEED = 7
PIECES = 4000
SIZE = 64
ROUNDS = 300
RATE = 0.01
TEMPERATURE = 0.07
BY_INTENT = 0.3
"""How much a pair of one intent counts beside a pair of one question."""
AN_ANSWER = 0.15
"""How often a phrasing is paired with a sentence of its answer instead of with another phrasing."""
A_WORD_LESS = 0.5
"""How often a phrasing loses one of its words, so that none decides alone."""


def intents() -> dict[str, list[str]]:
    """The classifier's training phrases, by intent."""
    found: dict[str, list[str]] = {}
    for path in sorted((ROOT / "data" / "nlu").glob("*.yml")):
        for block in yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]:
            if "intent" in block:
                found.setdefault(block["intent"], []).extend(line.removeprefix("- ") for line in block["examples"].splitlines())
    return found


def answers() -> dict[str, list[str]]:
    """The sentences of every answer."""
    found = {}
    for path in sorted(FAQ.glob("*.yml")):
        for name, entry in yaml.safe_load(path.read_text(encoding="utf-8"))["questions"].items():
            found[name] = [sentence for sentence in re.split(r"(?<=[.:?]) ", entry["answer"]) if len(sentence) > 20]
    return found


def train() -> tuple[list[str], Any]:
    """The pieces of words, and their vectors."""
    random.seed(SEED)
    torch.manual_seed(SEED)
    asked = {name: [spelled(text) for text in texts] for name, texts in phrasings().items()}
    said = {name: [spelled(text) for text in texts] for name, texts in answers().items()}
    by_intent = [[spelled(text) for text in texts] for texts in intents().values()]
    tokenizer = Tokenizer(models.WordPiece(unk_token=UNKNOWN))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    every = [text for group in (*asked.values(), *said.values(), *by_intent) for text in group]
    tokenizer.train_from_iterator(
        every, trainers.WordPieceTrainer(vocab_size=PIECES, special_tokens=[UNKNOWN, "[PAD]"], min_frequency=2)
    )
    table = StaticEmbedding(tokenizer, embedding_dim=SIZE)
    optimizer = torch.optim.Adam(table.parameters(), lr=RATE)
    began = time.monotonic()
    for round_ in range(ROUNDS):
        left, right = [], []
        for name, texts in asked.items():
            one, other = random.sample(texts, 2)
            if said[name] and random.random() < AN_ANSWER:
                other = random.choice(said[name])
            left.append(_a_word_less(one))
            right.append(_a_word_less(other))
        for texts in by_intent:
            one, other = random.sample(texts, 2)
            left.append(one)
            right.append(other)
        near = _directions(table, left) @ _directions(table, right).T / TEMPERATURE
        weights = torch.ones(len(left))
        weights[len(asked) :] = BY_INTENT
        own = torch.arange(len(left))
        loss = sum((torch.nn.functional.cross_entropy(side, own, reduction="none") * weights).mean() for side in (near, near.T))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if round_ % 50 == 49:
            sys.stderr.write(f"  {round_ + 1} voltas, {time.monotonic() - began:.0f} s, perda {loss.item():.3f}\n")
    vocabulary = tokenizer.get_vocab()
    return sorted(vocabulary, key=vocabulary.__getitem__), table.embedding.weight.detach()


def _directions(table: Any, texts: Sequence[str]) -> Any:
    return torch.nn.functional.normalize(table(table.preprocess(list(texts)))["sentence_embedding"], dim=1)


def _a_word_less(text: str) -> str:
    words = text.split()
    if len(words) > 3 and random.random() < A_WORD_LESS:
        words.pop(random.randrange(len(words)))
    return " ".join(words)


def write(pieces: Sequence[str], vectors: Any, path: Path) -> None:
    """Keep the table with eight bits a number."""
    largest = vectors.abs().max().item()
    numbers = (vectors / largest * 127).round().to(torch.int8).contiguous().numpy().tobytes()
    kept = {"size": vectors.shape[1], "pieces": list(pieces), "numbers": base64.b64encode(numbers).decode()}
    path.write_text(json.dumps(kept, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m ml.train_faq")
    parser.add_argument("--out", type=Path, default=MODEL)
    out: Path = parser.parse_args().out
    torch.set_num_threads(1)
    pieces, vectors = train()
    write(pieces, vectors, out)
    StaticMeaning.read(out)
    sys.stderr.write(f"{out}: {out.stat().st_size // 1000} kB\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
