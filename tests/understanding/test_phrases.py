"""The training phrases: complete, without doubles, without anybody's CPF."""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
import yaml

FOLDER = Path(__file__).parents[2] / "data" / "nlu"

FREQUENT = frozenset(
    """
    consultar_divida solicitar_pagamento pedir_prorrogacao parcelar pedir_desconto contestar_divida informar_ja_paguei
    promessa_pagamento falar_com_humano suspeita_golpe nao_sou_a_pessoa parar_mensagens saudar despedir agradecer
    afirmar negar cancelar ajuda nao_entendi quem_e_voce escolher_opcao fora_de_escopo
    """.split()
)
LABELS = FREQUENT | frozenset(
    """
    enviar_comprovante consultar_acordo recibo_quitacao pagamento_duplicado_estorno direitos_lgpd dificuldade_financeira
    vulnerabilidade ameaca_juridica reclamar adiar_resposta negativacao consequencias preferencia_contato informar_cpf
    informar_data informar_valor corrigir_informacao
    """.split()
)


def phrases() -> Iterator[tuple[Path, str, str]]:
    """Every phrase with its file and its label."""
    for path in sorted(FOLDER.glob("*.yml")):
        for block in yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]:
            for line in block["examples"].splitlines():
                if line.strip():
                    yield path, block["intent"], line.removeprefix("- ").strip()


def folded(text: str) -> str:
    """The text without case, accents and punctuation; what is nothing else (`???`) stays as it is."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text.lower()) if not unicodedata.combining(c))
    bare = " ".join("".join(" " if unicodedata.category(c)[0] == "P" else c for c in plain).split())
    return bare or text


def is_cpf(digits: str) -> bool:
    """Whether eleven digits carry the check digits of a CPF."""
    for length in (9, 10):
        total = sum(int(digit) * weight for digit, weight in zip(digits, range(length + 1, 1, -1), strict=False))
        if int(digits[length]) != total * 10 % 11 % 10:
            return False
    return True


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.yml")), ids=lambda path: path.stem)
def test_a_file_is_a_rasa_training_file(path: Path) -> None:
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert content.keys() == {"version", "nlu"}
    assert content["version"] == "3.1"
    for block in content["nlu"]:
        assert block.keys() == {"intent", "examples"}
        assert all(line.startswith("- ") for line in block["examples"].splitlines())


def test_every_label_has_phrases_and_there_is_no_other_label() -> None:
    assert {label for _, label, _ in phrases()} == LABELS


def test_a_label_lives_in_one_file() -> None:
    files: dict[str, set[str]] = defaultdict(set)
    for path, label, _ in phrases():
        files[label].add(path.name)
    assert {label: names for label, names in files.items() if len(names) > 1} == {}


def test_frequent_labels_have_seventy_phrases_and_the_others_thirty_five() -> None:
    counts = Counter(label for _, label, _ in phrases())
    assert {label: n for label, n in counts.items() if n < (70 if label in FREQUENT else 35)} == {}


def test_no_phrase_appears_twice() -> None:
    seen: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for _, label, text in phrases():
        seen[folded(text)].append((label, text))
    assert [doubles for doubles in seen.values() if len(doubles) > 1] == []


def test_no_phrase_holds_a_valid_cpf() -> None:
    for _, _, text in phrases():
        for run in re.findall(r"\d[\d.\-/ ]*\d", text):
            digits = re.sub(r"\D", "", run)
            windows = (digits[start : start + 11] for start in range(len(digits) - 10))
            assert not any(is_cpf(window) for window in windows), text


def test_no_phrase_uses_the_brackets_of_entity_markup() -> None:
    assert [text for _, _, text in phrases() if "[" in text or "]" in text] == []


def test_no_phrase_has_stray_spaces() -> None:
    assert [text for _, _, text in phrases() if any(a == b == " " for a, b in pairwise(text))] == []
