"""Everything the bot may say: kind, true, within the channels' limits, used, and given the values that it asks for."""

from __future__ import annotations

import ast
import re
import string
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from actions.answering import answerers
from conversations.handover import OUTCOMES
from conversations.turn import HEARD_RIGHT
from conversations.wording import load_responses
from receivables.policy import Policies
from tests.conversations.silence import debt_words
from trato.paths import POLICIES, RESPONSES, ROOT, TEMPLATES
from trato.program import fixed_values

LONGEST_TITLE = 20
LONGEST_BODY_WITH_BUTTONS = 1024
SPEAKERS = ("actions", "payments", "conversations", "journeys", "desk", "api", "trato")

FORBIDDEN = {
    "a threat": r"[úu]ltim[oa] (?:chance|aviso|oportunidade)|sob pena|medidas cab[ií]veis|provid[êe]ncias|penhora|bloquei[oa]|or[áa]rio policial",
    "the police or a crime": r"\bpol[ií]cia|\bcrime\b|\bcadeia\b",
    "blame": r"caloteir|\bmau pagador|nome sujo|vergonh|irrespons[áa]v|sua culpa|voc[êe] errou|voc[êe] n[ãa]o pagou",
    "pressure": r"imediatamente|\burgente\b|corra|s[óo] hoje|n[ãa]o perca|ainda d[áa] tempo|agora ou nunca",
    "the bureaus as a stick": r"\bserasa\b|\bspc\b|\bprotesto\b",
    "the courts": r"justi[çc]a|process(?:o|ar|aremos)\b|judicial|advogad",
    "what cannot be promised": r"garant(?:o|imos|ido)|com certeza absoluta|100 ?%|score",
    "false urgency": r"aproveite|[úu]ltimas (?:horas|vagas)|expira hoje|n[ãa]o deixe (?:para|pra) (?:depois|amanh[ãa])|tempo (?:est[áa] )?acabando|antes que seja tarde|oferta rel[âa]mpago",
    "shame": r"honr(?:e|ar) (?:seu|o|com)|cumpr(?:a|ir) (?:com )?(?:seu|o) dever|fic(?:ar|ou) devendo|m[áa]-f[ée]|pregui[çc]|se esconde|fug(?:ir|indo) d|fam[íi]lia (?:vai|ficar[áa]) saber|vizinh|patr[ãa]o",
    "sweet talk, gender or a child's words": r"\b(?:querid[oa]s?|amor|meu bem|meu anjo|fof[oa]|coitad\w+|tadinh\w+|mocinh[oa]|senhorzinho|dona mo[çc]a|minha filha|meu filho|gata|lindinh[oa]|parabenzinhos)\b",
    "a claim that is not ours to make": r"nome limpo (?:na hora|hoje|agora)|limpa(?:mos|r)? o? ?seu nome (?:na hora|hoje|agora)|aprova[çc][ãa]o garantida|cr[ée]dito liberado|d[íi]vida (?:perdoada|cancelada)|sem consultar",
    "a call home or to work": r"(?:ligar|avisar|contar) (?:para|pra) (?:sua|seu) (?:fam[íi]lia|chefe|trabalho|patr)",
    "office Portuguese": r"prezad|vossa|solicita(?:mos|ção)|efetu(?:ar|e)|supracitad|mediante|inadimpl[êe]ncia|d[ée]bito",
}
ALLOWED = {
    # A person whose case is in court is told why nothing is charged here.
    ("utter_debt_judicial", "the courts"),
    # So is whoever says that theirs is.
    ("utter_in_court", "the courts"),
    ("utter_debt_judicial_again", "the courts"),
    ("utter_in_court_no_code", "the courts"),
    ("utter_in_court_no_code_again", "the courts"),
    ("utter_in_court_what_comes", "the courts"),
    ("utter_in_court_what_comes_again", "the courts"),
    ("utter_debt_judicial_short", "the courts"),
    ("utter_in_court_again", "the courts"),
    ("utter_in_court_short", "the courts"),
}
GENERAL_ANSWERS = {
    # Said to whoever asks, whether they owe or not: the words are the question's own.
    "utter_answer_consequencias",
    "utter_answer_negativacao",
    "utter_pasted_boleto_not_ours",
    "utter_pasted_utility",
    # They told of a boleto that was false.
    "utter_trust_victim_boleto",
    "utter_trust_victim_kept",
}


def responses() -> dict[str, list[dict[str, Any]]]:
    return load_responses(RESPONSES)


def variations() -> Iterator[tuple[str, dict[str, Any]]]:
    for name, found in responses().items():
        for variation in found:
            yield name, variation


def everything_read(variation: dict[str, Any]) -> str:
    lines = (variation.get("metadata") or {}).get("lines") or {}
    titles = [button["title"] for button in variation.get("buttons", ())]
    return "\n".join([variation.get("text", ""), *lines.values(), *titles])


def trees() -> Iterator[tuple[Path, ast.Module]]:
    for room in SPEAKERS:
        for path in sorted((ROOT / room).rglob("*.py")):
            yield path, ast.parse(path.read_text(encoding="utf-8"))


def named_outright() -> set[str]:
    """Every `utter_…` that stands whole in the program (and the buttons' and rules' own, none today)."""
    return {
        node.value
        for _, tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and re.fullmatch(r"utter_\w*[a-z]", node.value)
    }


def families() -> set[str]:
    """The patterns of the names that are put together, such as `utter_answer_{…}`."""
    found = set()
    for _, tree in trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.JoinedStr):
                parts = [re.escape(str(v.value)) if isinstance(v, ast.Constant) else r"\w+" for v in node.values]
                if parts[0].startswith("utter_"):
                    found.add("".join(parts))
                elif parts[0] == r"\w+" and parts[-1] == "_without_address":
                    found.add(r"utter_\w+_without_address")
    return found


def intents_of(action: str) -> set[str]:
    """The intents that the rules answer with this action."""
    found: set[str] = set()
    for path in sorted((ROOT / "data" / "rules").glob("*.yml")):
        for rule in yaml.safe_load(path.read_text(encoding="utf-8"))["rules"]:
            steps = rule["steps"]
            if any(step.get("action") == action for step in steps):
                for step in steps:
                    found |= {step["intent"]} if "intent" in step else {one["intent"] for one in step.get("or", ())}
    return found


def test_no_name_stands_twice() -> None:
    names = Counter(
        name
        for path in RESPONSES.glob("*.yml")
        for name in re.findall(r"^  (utter_\w+):", path.read_text(encoding="utf-8"), re.MULTILINE)
    )
    assert [name for name, count in names.items() if count > 1] == []


def test_no_two_responses_say_the_same() -> None:
    texts = Counter(" ".join(str(variation.get("text", "")).split()) for _, variation in variations())
    assert [text for text, count in texts.items() if count > 1 and text not in ("", "{code}")] == []


def test_every_response_is_used() -> None:
    whole, patterns = named_outright(), families()
    for _, variation in variations():
        whole |= set((variation.get("metadata") or {}).get("again", ()))
    assert [name for name in responses() if name not in whole and not any(re.fullmatch(p, name) for p in patterns)] == []


def test_every_response_that_is_named_exists() -> None:
    assert named_outright() - set(responses()) == set()


def test_every_family_of_names_has_a_response_for_each_member() -> None:
    questions = {"pay", "which", "which_to_pay"}
    asked = {"start", "need_document", "need_birth_date", "need_contract", "bad_document"}
    expected = {
        *(f"utter_answer_{intent}" for intent in intents_of("action_answer") | intents_of("action_leave_form")),
        *(f"utter_ask_identity_{one}" for one in asked),
        *(f"utter_ask_identity_{one}_{time}" for one in asked for time in ("again", "once_more")),
        *(f"utter_simpler_{one}" for one in {*questions, "start", "human", "identity", "show"}),
        *(f"utter_simpler_{one}" for one in answerers()),
        *(f"utter_back_to_{one}" for one in questions),
        *(f"utter_greet_{part}" for part in ("morning", "afternoon", "evening")),
        *(f"utter_cannot_pay_{why}" for why in ("now", "no_payee")),
        *(f"utter_returned_{outcome}" for outcome in OUTCOMES),
    }
    assert expected - set(responses()) == set()


@pytest.mark.parametrize(("name", "variation"), [pytest.param(n, v, id=n) for n, v in variations()])
def test_a_response_is_kind_and_true_and_fits(name: str, variation: dict[str, Any]) -> None:
    read = everything_read(variation)
    for what, pattern in FORBIDDEN.items():
        found = re.search(pattern, read, re.IGNORECASE)
        assert found is None or (name, what) in ALLOWED, f"{name} says {found and found.group()!r}: {what}"
    for button in variation.get("buttons", ()):
        assert len(button["title"]) <= LONGEST_TITLE
    if variation.get("buttons"):
        assert len(variation["buttons"]) <= 3
        assert len(variation["text"]) <= LONGEST_BODY_WITH_BUTTONS
    assert not re.search(r"!{2,}|\?{2,}|[A-ZÀ-Ú]{12,}", read), "nobody is shouted at"


@pytest.mark.parametrize(("name", "variation"), [pytest.param(n, v, id=n) for n, v in variations()])
def test_what_is_said_before_identity_tells_of_no_debt(name: str, variation: dict[str, Any]) -> None:
    personal = (variation.get("metadata") or {}).get("personal", False)
    if not personal and name not in GENERAL_ANSWERS:
        assert debt_words(everything_read(variation)) == []


def test_every_button_means_an_intent_of_the_domain() -> None:
    known = set(yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))["intents"])
    meant = {
        button["payload"].lstrip("/").split("{")[0] for _, variation in variations() for button in variation.get("buttons", ())
    }
    # What was heard in a voice note is asked in its own words once it is confirmed.
    assert meant - known == {HEARD_RIGHT}


def placeholders(variation: dict[str, Any]) -> set[str]:
    """The values that the text itself needs; those of a list's rows come with its rows."""
    metadata = variation.get("metadata") or {}
    return {field for _, field, _, _ in string.Formatter().parse(variation.get("text", "")) if field} | set(
        metadata.get("lines") or {}
    )


def test_every_caller_gives_the_values_that_the_text_needs() -> None:
    fixed = set(fixed_values(Policies.load(POLICIES).default))
    said = responses()
    for path, tree in trees():
        for node in ast.walk(tree):
            given = _given(node)
            if given is not None:
                name, keys = given
                for variation in said.get(name, ()):
                    assert placeholders(variation) - keys - fixed == set(), f"{path.name} says {name} without its values"


def _given(node: ast.AST) -> tuple[str, set[str]] | None:
    """The response and the names of its values, of `scene.say("…", a=…)` or `Utterance("…", {"a": …})`; nothing if they are not
    written out there."""
    if not isinstance(node, ast.Call) or not node.args:
        return None
    first = node.args[0]
    if not (isinstance(first, ast.Constant) and isinstance(first.value, str) and first.value.startswith("utter_")):
        return None
    called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    if called == "say":
        keys = {keyword.arg for keyword in node.keywords}
        return None if None in keys else (first.value, {key for key in keys if key})
    if called == "Utterance":
        if len(node.args) == 1:
            return first.value, set()
        values = node.args[1]
        if isinstance(values, ast.Dict) and all(isinstance(key, ast.Constant) for key in values.keys):
            return first.value, {str(key.value) for key in values.keys if isinstance(key, ast.Constant)}
    return None


def test_no_action_holds_sql() -> None:
    """What lies in the store is asked of the room that keeps it."""
    for path in sorted((ROOT / "actions").glob("*.py")):
        assert "text(" not in path.read_text(encoding="utf-8"), path.name


def templates() -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = yaml.safe_load(TEMPLATES.read_text(encoding="utf-8"))["templates"]
    return found


def test_every_template_that_a_response_names_is_registered_with_its_variables() -> None:
    known = templates()
    for name, variation in variations():
        template = (variation.get("metadata") or {}).get("template")
        if template:
            assert template["name"] in known, f"{name} names {template['name']}"
            assert len(template.get("variables", ())) == known[template["name"]]["variables"], name


def test_every_template_is_used_and_whole() -> None:
    used = {(variation.get("metadata") or {}).get("template", {}).get("name") for _, variation in variations()}
    for name, template in templates().items():
        assert name in used
        assert sorted(re.findall(r"\{\{(\d+)\}\}", template["text"])) == [str(n) for n in range(1, template["variables"] + 1)]
        assert len(template.get("examples", ())) == template["variables"]
        assert template["category"] in ("UTILITY", "AUTHENTICATION") and template["language"] == "pt_BR"
        # Meta refuses a body that begins or ends with a variable, and one of more than 1024 characters.
        assert not re.match(r"\{\{", template["text"]) and not template["text"].rstrip(" .!?").endswith("}}")
        assert len(template["text"]) <= 1024


def test_no_template_tells_of_a_debt() -> None:
    for name, template in templates().items():
        assert debt_words(template["text"]) == [], name
        for what, pattern in FORBIDDEN.items():
            assert not re.search(pattern, template["text"], re.IGNORECASE), f"{name}: {what}"


def test_what_nobody_asked_for_has_a_template_and_is_not_personal() -> None:
    for name, variation in variations():
        metadata = variation.get("metadata") or {}
        if metadata.get("unasked"):
            assert metadata["unasked"] in ("reminder", "answer") and metadata.get("template") and not metadata.get("personal"), (
                name
            )


def test_other_words_need_no_other_values_and_are_as_personal() -> None:
    """What is said in the place of a repeated response is filled with that one's values."""
    fixed = {"company", "company_cnpj", "company_site", "company_phone", "verify_page", "ombudsman", "hours"}
    for name, variation in variations():
        for other in (variation.get("metadata") or {}).get("again", ()):
            for others in responses()[other]:
                needed = set(re.findall(r"\{(\w+)", everything_read(others))) - fixed
                given = set(re.findall(r"\{(\w+)", everything_read(variation)))
                assert needed <= given, f"{other} needs {needed - given}, which {name} is not told"
                personal = (others.get("metadata") or {}).get("personal", False)
                assert personal <= (variation.get("metadata") or {}).get("personal", False), (
                    f"{other} is personal and {name} is not"
                )
