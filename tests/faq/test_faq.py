"""Frequent questions: what lies in the data is kind, true to its limits and findable; the measure is kept; nothing loads torch."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Sequence

import pytest

from conversations.knowledge import FEWEST_ASKED, Knowledge, KnowledgeError, load_knowledge
from conversations.wording import Utterance, Wording, load_responses
from ml.measure import MODEL, NONE, foreign, measure, phrasings, rows
from receivables.policy import Policies
from trato.meaning import embedding_of
from trato.paths import FAQ, LABELS, OUT_OF_SCOPE, POLICIES, RESPONSES
from trato.program import fixed_values
from trato.settings import SettingsError
from understanding.faq import WEIGHT, Finder
from understanding.static_meaning import NoModel, StaticMeaning

_UNKIND = re.compile(
    r"[úu]ltima chance|sob pena|medidas cab[ií]veis|calote|mau pagador|sua culpa|vergonh|imediatamente|corra\b|s[óo] hoje|n[ãa]o perca"
    r"|prezad|vossa|supracitad|garantimos|!{2,}|\?{2,}",
    re.IGNORECASE,
)


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return load_knowledge(FAQ, LABELS, embedding_of(""), OUT_OF_SCOPE)


def test_there_are_more_than_sixty_questions_each_with_its_source(knowledge: Knowledge) -> None:
    assert len(knowledge.known) >= 60
    assert all(one.source for one in knowledge.known.values())
    assert all(len(set(one.asked)) >= FEWEST_ASKED for one in knowledge.known.values())


def test_no_way_of_asking_stands_under_two_questions(knowledge: Knowledge) -> None:
    asked = [text for one in knowledge.known.values() for text in one.asked]
    assert len(asked) == len(set(asked))


def test_no_answer_threatens_shames_or_presses(knowledge: Knowledge) -> None:
    assert [(one.name, found.group()) for one in knowledge.known.values() if (found := _UNKIND.search(one.answer))] == []


def test_no_answer_holds_an_amount_or_a_name_of_somebodys_own(knowledge: Knowledge) -> None:
    assert [one.name for one in knowledge.known.values() if "R$" in one.answer] == []


def test_every_answer_can_be_worded(knowledge: Knowledge) -> None:
    wording = Wording(load_responses(RESPONSES), fixed_values(Policies.load(POLICIES).default), phrases=knowledge.phrases)
    for name in knowledge.known:
        said = wording.word(Utterance("utter_faq", {"answer": {"phrase": f"faq:{name}"}}), channel="whatsapp", seed="s")
        assert "{" not in said.body


def test_every_question_is_found_by_its_own_words(knowledge: Knowledge) -> None:
    lost = [
        text
        for one in knowledge.known.values()
        if one.found
        for text in one.asked
        if knowledge.beside.get(one.beside or "", knowledge.finder).find(text)[0].question != one.name
    ]
    assert lost == []


def test_the_questions_of_the_measure_are_not_in_the_data(knowledge: Knowledge) -> None:
    known = {text for one in knowledge.known.values() for text in one.asked}
    measured = [text for name in ("questions", "tuning") for text, _ in rows(name)]
    assert known & set(measured) == set()
    assert len(measured) == len(set(measured))
    assert len(rows("questions")) >= 180
    assert sum(answer == NONE for _, answer in rows("questions")) >= 40


def test_the_sum_is_found_best_and_keeps_its_measure() -> None:
    asked, static = phrasings(), StaticMeaning.read(MODEL)
    strange = foreign()
    words, meaning, both = (
        measure(Finder(asked, embedding, weight, strange), rows("questions"))
        for embedding, weight in ((None, 0.0), (static, 1.0), (static, WEIGHT))
    )
    assert both.first >= max(words.first, meaning.first)
    assert both.first >= 0.85
    assert both.third >= 0.94
    assert both.wrong <= 0.04
    assert both.false <= 0.07
    assert both.false_offer <= 0.2


def test_money_is_not_named_to_who_has_not_named_it(knowledge: Knowledge) -> None:
    for text, answer in rows("questions"):
        if answer == NONE:
            asked = knowledge.asked(text, careful=True)
            named = [one.name for one in (*asked.perhaps, *([asked.sure] if asked.sure else [])) if not one.neutral]
            assert not named or re.search(r"pag|segunda via|quero comprar|empr[eé]st", text), f"{text}: {named}"


def test_the_small_model_reads_pieces_as_its_trainer_does() -> None:
    """Greedy, the longest known piece first; what holds an unknown letter is one unknown piece."""
    model = StaticMeaning(["[UNK]", "par", "parcela", "##s", "##r", "##cela"], [[0, 0], [1, 0], [0, 1], [1, 1], [2, 1], [5, 5]])
    assert list(model.pieces("parcelas parr parx")) == [2, 3, 1, 4, 0]
    (nothing,) = model.embed([""])
    assert nothing == [0.0, 0.0]


def test_a_table_that_is_none_is_refused(tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("model") / "meaning.json"
    path.write_text('{"size": 2, "pieces": ["[UNK]"], "numbers": "AAAA"}', encoding="utf-8")
    with pytest.raises(NoModel):
        StaticMeaning.read(path)


def test_a_question_that_lacks_something_is_refused_by_name(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("faq")
    (folder / "odd.yml").write_text("questions:\n  odd_one: {title: Um, asked: [a], source: x, answer: b}\n", encoding="utf-8")
    with pytest.raises(KnowledgeError, match="odd_one"):
        load_knowledge(folder, LABELS)


def test_another_model_is_a_setting_and_its_absence_is_one_sentence() -> None:
    with pytest.raises(SettingsError, match="TRATO_FAQ_MODEL"):
        embedding_of("some/model")


def test_any_model_that_embeds_can_take_the_small_ones_place() -> None:
    class Letters:
        def embed(self, texts: Sequence[str]) -> list[list[float]]:
            return [[float("z" in text), float("q" in text)] for text in texts]

    finder = Finder({"zebra": ["zzz"], "queijo": ["qqq"]}, Letters(), 1.0)
    assert finder.find("um z")[0].question == "zebra"


def test_nothing_that_runs_by_default_imports_torch_or_numpy() -> None:
    program = (
        "import sys, trato.program, trato.meaning; trato.meaning.embedding_of(''); print({'torch', 'numpy'} & set(sys.modules))"
    )
    printed = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert printed.stdout.strip() == "set()"
