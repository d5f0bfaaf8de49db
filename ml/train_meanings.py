"""Train a table of meanings out of the classifier's phrases, for `ml/classifiers.py`: `ml/.venv/bin/python -m ml.train_meanings`.

Two phrases of one intent shall lie near each other and far from every other intent's. Only what `ml.classifiers` learns from is seen:
the fifth that it holds out stays unseen here, too.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from pathlib import Path

import torch
from sentence_transformers.sentence_transformer.modules import StaticEmbedding
from tokenizers import Tokenizer, models, pre_tokenizers, trainers

from ml.classifiers import TABLE, held_out, phrases
from ml.train_faq import SEED, TEMPERATURE, _directions, write
from understanding.static_meaning import UNKNOWN, spelled

PIECES = 8000
SIZE = 128
ROUNDS = 3000
PAIRS_OF_AN_INTENT = 4
RATE = 0.01


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m ml.train_meanings")
    parser.add_argument("--out", type=Path, default=TABLE)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    options = parser.parse_args()
    torch.set_num_threads(1)
    random.seed(SEED)
    torch.manual_seed(SEED)
    by_intent: dict[str, list[str]] = {}
    for text, intent in phrases():
        if not held_out(text):
            by_intent.setdefault(intent, []).append(spelled(text))
    tokenizer = Tokenizer(models.WordPiece(unk_token=UNKNOWN))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    every = [text for group in by_intent.values() for text in group]
    tokenizer.train_from_iterator(
        every, trainers.WordPieceTrainer(vocab_size=PIECES, special_tokens=[UNKNOWN, "[PAD]"], min_frequency=2)
    )
    table = StaticEmbedding(tokenizer, embedding_dim=SIZE)
    optimizer = torch.optim.Adam(table.parameters(), lr=RATE)
    began = time.process_time()
    for round_ in range(options.rounds):
        total = torch.zeros(())
        for _ in range(PAIRS_OF_AN_INTENT):
            left, right = zip(*(random.sample(texts, 2) for texts in by_intent.values()), strict=True)
            near = _directions(table, left) @ _directions(table, right).T / TEMPERATURE
            own = torch.arange(len(left))
            total = total + torch.nn.functional.cross_entropy(near, own) + torch.nn.functional.cross_entropy(near.T, own)
        optimizer.zero_grad()
        total.backward()
        optimizer.step()
        if round_ % 250 == 249:
            sys.stderr.write(f"  {round_ + 1} voltas, {time.process_time() - began:.0f} s, perda {total.item():.3f}\n")
    vocabulary = tokenizer.get_vocab()
    options.out.parent.mkdir(parents=True, exist_ok=True)
    write(sorted(vocabulary, key=vocabulary.__getitem__), table.embedding.weight.detach(), options.out)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
