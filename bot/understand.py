"""What the trained model understands, line by line: `python -m bot.understand --model models/trato.tar.gz --date 2026-12-05`.

Reads one utterance a line on standard input and writes one JSON object a line, each as soon as its line is there. Documents are
replaced before the classifier reads the line; the entities are those of the grammar of values.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from bot.run import prepare_process
from understanding.documents import find_documents
from understanding.harmless import harmless
from understanding.values import entities, read_values

LABELS = frozenset(
    "consultar_divida solicitar_pagamento pedir_prorrogacao parcelar pedir_desconto contestar_divida informar_ja_paguei"
    " enviar_comprovante promessa_pagamento consultar_acordo recibo_quitacao pagamento_duplicado_estorno falar_com_humano"
    " suspeita_golpe nao_sou_a_pessoa parar_mensagens direitos_lgpd dificuldade_financeira vulnerabilidade ameaca_juridica reclamar"
    " saudar despedir agradecer afirmar negar adiar_resposta cancelar ajuda nao_entendi quem_e_voce negativacao consequencias"
    " preferencia_contato informar_cpf informar_data informar_valor escolher_opcao corrigir_informacao fora_de_escopo".split()
)
"""What an utterance may be said to mean. Intents of the bot's own (a tapped choice, say) are none of these."""

NOTHING = "fora_de_escopo"

_ALSO_FROM = 0.3
"""Confidence from which another label than the first is worth telling."""

_LONGEST_LINE = 64 * 1024
# The node before the one that reads `/intent{…}` out of a text.
_SLASH_NODE = "run_RegexMessageHandler"

Reading = Callable[[str], Mapping[str, Any]]


def understand(text: str, read: Reading, today: date) -> dict[str, Any]:
    """One utterance as `trato understand` prints it; `read` gives the parse data of a harmless text (ranking, safety, wishes)."""
    documents = find_documents(text)
    asked = text
    for document in reversed(documents):
        asked = f"{asked[: document.start]} documento {asked[document.end :]}"
    asked = harmless(asked)
    parsed = read(asked) if asked else {}
    ranking = [one for one in parsed.get("intent_ranking") or [] if one["name"] in LABELS]
    first: Mapping[str, Any] = ranking[0] if ranking else {"name": NOTHING, "confidence": 0.0}
    also = [one["label"] for one in parsed.get("safety") or [] if one["certainty"] == "sure"]
    also += [one["intent"] for one in parsed.get("wishes") or []]
    also += [one["name"] for one in ranking[1:] if one["confidence"] >= _ALSO_FROM]
    return {
        "text": text,
        "intent": first["name"],
        "confidence": round(float(first["confidence"]), 4),
        "also": [label for label in dict.fromkeys(also) if label in LABELS and label != first["name"]],
        "entities": entities(read_values(text, today)),
    }


def load(model: Path) -> Reading:
    """The understanding of a trained model, without its rules' memory or actions."""
    from rasa.core.channels.channel import UserMessage
    from rasa.engine.constants import PLACEHOLDER_MESSAGE, PLACEHOLDER_TRACKER
    from rasa.engine.loader import load_predict_graph_runner
    from rasa.engine.runner.dask import DaskGraphRunner
    from rasa.engine.storage.local_model_storage import LocalModelStorage

    with tempfile.TemporaryDirectory() as folder:
        metadata, runner = load_predict_graph_runner(Path(folder), model, LocalModelStorage, DaskGraphRunner)
    slash_node = metadata.predict_schema.nodes.get(_SLASH_NODE)
    node = slash_node.needs["messages"] if slash_node else metadata.nlu_target

    def read(text: str) -> dict[str, Any]:
        inputs = {PLACEHOLDER_MESSAGE: [UserMessage(text)], PLACEHOLDER_TRACKER: None}
        return dict(runner.run(inputs=inputs, targets=[node])[node][0].as_dict(only_output_properties=True))

    return read


def main(arguments: list[str] | None = None) -> int:
    """The command. Exit code 2, with one sentence, when there is no model."""
    parser = argparse.ArgumentParser(prog="python -m bot.understand", description="Mostra o que o modelo entende, linha a linha.")
    parser.add_argument("--model", type=Path, default=Path("models/trato.tar.gz"))
    parser.add_argument("--date", type=date.fromisoformat, required=True, help="the day that words like “amanhã” count from")
    options = parser.parse_args(arguments)
    if not options.model.is_file():
        sys.stderr.write(f"Não há modelo treinado em {options.model}; treine com: python -m bot.train --out {options.model}\n")
        return 2
    prepare_process()
    read = load(options.model)
    try:
        for line in _lines(sys.stdin.buffer):
            sys.stdout.write(json.dumps(understand(line, read, options.date), ensure_ascii=False) + "\n")
            sys.stdout.flush()
    except BrokenPipeError:
        # The reader went away (`trato understand | head`): nothing is left to say, not even at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return 1
    return 0


def _lines(stream: Iterable[bytes]) -> Iterator[str]:
    for raw in stream:
        text = raw.removesuffix(b"\n").removesuffix(b"\r").decode("utf-8", "replace")
        yield text[:_LONGEST_LINE]


if __name__ == "__main__":
    raise SystemExit(main())
