"""The sets of sentences and values that measure understanding: well formed, apart from each other and from the training data."""

from __future__ import annotations

import datetime as dt
import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from understanding.values import entities, read_values

ROOT = Path(__file__).parents[2]
SETS = Path(__file__).parent / "sets"
CONTRACT_LABELS = frozenset(
    """
    consultar_divida solicitar_pagamento pedir_prorrogacao parcelar pedir_desconto contestar_divida informar_ja_paguei
    enviar_comprovante promessa_pagamento consultar_acordo recibo_quitacao pagamento_duplicado_estorno falar_com_humano
    suspeita_golpe nao_sou_a_pessoa parar_mensagens direitos_lgpd dificuldade_financeira vulnerabilidade ameaca_juridica
    reclamar saudar despedir agradecer afirmar negar adiar_resposta cancelar ajuda nao_entendi quem_e_voce negativacao
    consequencias preferencia_contato informar_cpf informar_data informar_valor escolher_opcao corrigir_informacao
    fora_de_escopo
    """.split()
)
SAFETY = (
    "parar_mensagens",
    "nao_sou_a_pessoa",
    "vulnerabilidade",
    "contestar_divida",
    "suspeita_golpe",
    "falar_com_humano",
    "ameaca_juridica",
)
ENTITY_KEYS = frozenset("cpf valor data parcelas opcao telefone email".split())
OPTION = re.compile(
    r"[1-9]\d*|ultima|meio|outra|todas|nenhuma|avista|parcelas:[1-9]\d*|valor:\d+\.\d\d|menor_total|menor_parcela"
    r"|maior_prazo|menor_prazo|mais_antiga|maior_valor|rotulo:\S.*"
)

Row = tuple[int, list[str]]


def rows(name: str, header: list[str]) -> list[Row]:
    """The lines of one set with their line numbers; the header must be as given."""
    lines = (SETS / name).read_text(encoding="utf-8").split("\n")
    assert lines[0].split("\t") == header, f"{name}:1: header is not {header}"
    assert lines[-1] == "", f"{name}: no newline at the end"
    return [(number, line.split("\t")) for number, line in enumerate(lines[1:-1], start=2)]


def plain(text: str) -> str:
    """The form in which two sentences count as the same: lower case, no accents, no punctuation, single spaces."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", text.lower()) if not unicodedata.combining(c))
    words = " ".join("".join(c if c.isalnum() else " " for c in bare).split())
    return words or " ".join(text.split())  # an emoji alone or a bare "??" stays itself


def utterances(name: str) -> list[Row]:
    return rows(name, ["text", "intent", "fair"])


def training_sentences() -> Iterator[tuple[str, str]]:
    """Each example of the training data with its file, entity marks taken off."""
    for path in sorted((ROOT / "data" / "nlu").rglob("*.yml")):
        for block in (yaml.safe_load(path.read_text(encoding="utf-8")) or {}).get("nlu") or []:
            if "intent" not in block:
                continue
            examples = block.get("examples") or ""
            items = examples.split("\n") if isinstance(examples, str) else [str(e["text"]) for e in examples]
            for item in items:
                text = re.sub(r"^\s*-\s", "", item)
                yield path.name, re.sub(r"\[([^\]]+)\](?:\([^)]*\)|\{[^}]*\})", r"\1", text)


def valid_cpf(digits: str) -> bool:
    if not re.fullmatch(r"\d{11}", digits) or len(set(digits)) == 1:
        return False
    for size in (9, 10):
        total = sum(int(d) * (size + 1 - i) for i, d in enumerate(digits[:size]))
        if total * 10 % 11 % 10 != int(digits[size]):
            return False
    return True


def faults_of_value(key: str, value: Any) -> bool:
    """Whether one expected value breaks the contract's conventions for its key."""
    match key:
        case "cpf":
            return not (isinstance(value, str) and valid_cpf(value))
        case "valor":
            return not (isinstance(value, str) and re.fullmatch(r"(0|[1-9]\d*)\.\d\d", value))
        case "data":
            return not (isinstance(value, str) and dt.date.fromisoformat(value).isoformat() == value)
        case "parcelas":
            return not (type(value) is int and value > 0)
        case "opcao":
            return not (isinstance(value, str) and OPTION.fullmatch(value))
        case "telefone":
            return not (isinstance(value, str) and re.fullmatch(r"[1-9]\d(9\d{8}|[2-5]\d{7})", value))
        case "email":
            return not (isinstance(value, str) and re.fullmatch(r"[a-z0-9._%+-]+@[a-z0-9-]+(\.[a-z0-9-]+)+", value))
    return True


@pytest.mark.parametrize("name", ["tune.tsv", "test.tsv"])
def test_every_utterance_has_a_text_a_known_label_and_known_alternatives(name: str) -> None:
    faults = []
    for number, cells in utterances(name):
        if len(cells) != 3 or not cells[0].strip() or cells[0] != cells[0].strip():
            faults.append(f"{name}:{number}: not a text, an intent and its alternatives")
            continue
        fair = cells[2].split("|") if cells[2] else []
        if not {cells[1], *fair} <= CONTRACT_LABELS or cells[1] in fair or len(set(fair)) != len(fair):
            faults.append(f"{name}:{number}: labels {cells[1:]}")
    assert not faults, "\n".join(faults)


def test_the_sets_are_as_large_as_promised() -> None:
    tune = Counter(cells[1] for _, cells in utterances("tune.tsv"))
    test = Counter(cells[1] for _, cells in utterances("test.tsv"))
    assert tune.total() >= 700
    assert set(tune) == CONTRACT_LABELS
    assert test.total() >= 1600
    assert {label: test[label] for label in CONTRACT_LABELS if test[label] < 30} == {}
    assert {label: test[label] for label in SAFETY if test[label] < 50} == {}
    assert test["fora_de_escopo"] >= 120
    values = rows("values.tsv", ["text", "date", "entities"])
    assert len(values) >= 430
    assert sum(cells[2] == "{}" for _, cells in values) >= 80
    assert len(rows("wishes.tsv", ["text", "intents"])) >= 120


def test_no_sentence_stands_twice_in_or_across_the_tuning_and_the_test_set() -> None:
    seen: dict[str, str] = {}
    faults = []
    for name in ("tune.tsv", "test.tsv"):
        for number, cells in utterances(name):
            here = f"{name}:{number}"
            if (first := seen.setdefault(plain(cells[0]), here)) != here:
                faults.append(f"{here}: {cells[0]!r} stands in {first}")
    assert not faults, "\n".join(faults)


def test_no_sentence_of_the_sets_stands_in_the_training_data() -> None:
    """A model must not be measured on what it was taught. The remedy is always to change the sentence in the set."""
    taught = {plain(text): name for name, text in training_sentences() if text.strip()}
    assert taught
    faults = [
        f"{name}:{number}: {cells[0]!r} stands in data/nlu ({taught[plain(cells[0])]})"
        for name in ("tune.tsv", "test.tsv", "wishes.tsv")
        for number, cells in rows(name, ["text", "intents"] if name == "wishes.tsv" else ["text", "intent", "fair"])
        if plain(cells[0]) in taught
    ]
    assert not faults, "\n".join(faults)


def test_every_value_line_follows_the_conventions_of_the_contract() -> None:
    faults = []
    for number, cells in rows("values.tsv", ["text", "date", "entities"]):
        try:
            text, date, entities = cells
            dt.date.fromisoformat(date)
            found = json.loads(entities)
            assert text.strip() == text and text, "no text"
            assert set(found) <= ENTITY_KEYS, "unknown key"
            for key, values in found.items():
                assert isinstance(values, list) and values, f"{key} is empty"
                assert not any(faults_of_value(key, value) for value in values), f"{key}: {values}"
        except (ValueError, AssertionError) as fault:
            faults.append(f"values.tsv:{number}: {fault}")
    assert not faults, "\n".join(faults)


def test_no_value_line_stands_twice_for_one_day() -> None:
    lines = Counter((cells[0], cells[1]) for _, cells in rows("values.tsv", ["text", "date", "entities"]))
    assert [line for line, times in lines.items() if times > 1] == []


def test_every_wish_line_names_two_or_three_known_labels() -> None:
    faults = []
    seen: set[str] = set()
    for number, cells in rows("wishes.tsv", ["text", "intents"]):
        labels = cells[1].split("|") if len(cells) == 2 else []
        if len(labels) not in (2, 3) or not set(labels) <= CONTRACT_LABELS or plain(cells[0]) in seen:
            faults.append(f"wishes.tsv:{number}: {cells}")
        seen.add(plain(cells[0]))
    assert not faults, "\n".join(faults)


def test_the_values_of_the_set_are_read_as_published() -> None:
    """The figures of docs/understanding.md, with a line or two to spare."""
    lines = rows("values.tsv", ["text", "date", "entities"])
    met: Counter[str] = Counter()
    right: Counter[str] = Counter()
    for _, (text, day, cell) in lines:
        wanted = json.loads(cell)
        found = {kind: values for kind, values in entities(read_values(text, dt.date.fromisoformat(day))).items() if values}
        met["line"] += 1
        right["line"] += found == wanted
        for kind, values in wanted.items():
            met[kind] += 1
            right[kind] += found.get(kind) == values
    assert right["line"] / met["line"] >= 0.97
    assert right["cpf"] == met["cpf"] and right["valor"] == met["valor"]
    assert right["parcelas"] >= met["parcelas"] - 2
    assert right["data"] / met["data"] >= 0.96
