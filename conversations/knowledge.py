"""What people often ask, and its answers: read from `data/faq/*.yml`, found by meaning (`understanding.faq`).

Of a question: `title` (on a button), `asked` (ways of asking it), `answer` (plain, the same for everybody; `{company}` and its like
are filled in), `source` (the law or rule behind it), `first` (no topic of the talk answers it better), `own` (which of the asker's own facts are added once they are proven),
`found: false` (told where its very words are asked, and not found by meaning: `actions.words`), `beside` (found only while such a thing
stands before one's eyes: see `BESIDE`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import yaml

from understanding.faq import SURE, Embedding, Finder, is_sure, offered
from understanding.plain import plain

LONGEST_ANSWER = 500
LONGEST_TITLE = 20
FEWEST_ASKED = 6
_FEWEST_WORDS = 3
_NEARER = 0.08
"""What stands before their eyes is likelier to be asked about."""
_SHORT = 0.15
"""One or two words have to be that much nearer: they resemble too much."""
OWN = ("charges", "total", "oldest", "payee", "creditors", "code", "clean")
"""The facts of one's own that an answer may carry: see `actions.faq`."""

BESIDE = {"plan": ("plan",), "code": ("code",), "instalment": ("plan", "code")}
"""What may stand before one's eyes (plans, an offer or an agreement; a code that was sent; the code of an instalment), and which questions
are asked beside it. See `actions.faq`."""

_TELLS = re.compile(
    r"\b(?:divida|debito|dev[eo]\b|devem\b|devendo|devedor|cobr[ae]|atras|fatura|parcela|prestac|mensalidade|boleto|carne\b|vencid|vencimento"
    r"|venceu|pendencia|inadimpl|negativa|restric|credor|quita|juros|multa|saldo|em aberto|desconto|acordo|emprestimo|cartao de credito)"
)
"""Words that would tell a bystander that somebody owes something."""

_MONEY_MATTER = re.compile(
    rf"{_TELLS.pattern}|\b(?:serasa|spc|escore|score|protest|nome (?:suj|limp)|limp\w* (?:o |meu )?nome|suj\w* (?:o |meu )?nome|caduc|prescr"
    r"|pag[aou]|pgto|pix|recibo|comprovante|pres[oa]\b|cadeia|prisao|contest|fiador|avalista|herda|heranca|agiota|abat|a vista|dividir|juro\b)"
)
"""A message that names such a thing has raised the matter itself."""


class KnowledgeError(Exception):
    """A question is not written as it should be; the message names it."""


@dataclass(frozen=True)
class Known:
    """One frequent question. `neutral` answers name no matter of money, and may be given to whoever asks anything."""

    name: str
    topic: str
    title: str
    asked: tuple[str, ...]
    answer: str
    source: str
    own: str | None
    first: bool
    neutral: bool
    found: bool = True
    beside: str | None = None


@dataclass(frozen=True)
class Asked:
    """What a message asks: `sure` is to be answered; else `perhaps`, the nearest first, is to be offered; both may be empty."""

    sure: Known | None = None
    perhaps: tuple[Known, ...] = ()
    score: float = 0.0


@dataclass(frozen=True)
class Knowledge:
    """The frequent questions, and the way to find them."""

    known: Mapping[str, Known] = field(default_factory=dict)
    finder: Finder = field(default_factory=lambda: Finder({}))
    beside: Mapping[str, Finder] = field(default_factory=dict)
    """For each of `BESIDE`, what finds its questions among all the others."""
    labels: Mapping[str, str] = field(default_factory=dict)
    """What stands on the button of an intent that is offered as a reading."""
    kinds: Mapping[str, str] = field(default_factory=dict)
    """How a means of payment is called, and what waits for an answer."""

    @property
    def phrases(self) -> dict[str, str]:
        """The words that responses take in by name: `faq:` answers, `title:` of questions, `label:` of intents, `kind:` of means and matters."""
        return {
            **{f"faq:{name}": one.answer for name, one in self.known.items()},
            **{f"title:{name}": one.title for name, one in self.known.items()},
            **{f"label:{intent}": label for intent, label in self.labels.items()},
            **{f"kind:{kind}": word for kind, word in self.kinds.items()},
        }

    def offered(self, intent: str, *, careful: bool) -> bool:
        """Whether an intent has a label that may be shown; `careful`: to who has not proven who they are."""
        return intent in self.labels and not (careful and _TELLS.search(plain(self.labels[intent])))

    def asked(self, text: str, *, careful: bool = False, beside: str | None = None) -> Asked:
        """Which question this is, or which it may be. `careful`: a matter of money is named only to who has named one. `beside`: what
        stands before their eyes."""
        finder = self.beside.get(beside or "", self.finder)
        may_hear = not careful or _MONEY_MATTER.search(plain(text)) is not None
        found = [one for one in finder.find(text, most=5) if may_hear or self.known[one.question].neutral]
        if beside is not None:
            found = [replace(one, score=one.score + _NEARER) if self.known[one.question].beside else one for one in found]
            found.sort(key=lambda one: -one.score)
        if not offered(found[:1]):
            return Asked(score=found[0].score if found else 0.0)
        of_this = self.known[found[0].question].beside is not None
        if not of_this and len(plain(text).split()) < _FEWEST_WORDS and found[0].score < SURE + _SHORT:
            return Asked(score=found[0].score)
        near = tuple(self.known[one.question] for one in offered(found[:3]))
        return Asked(near[0] if is_sure(found) else None, near, found[0].score)


def load_knowledge(folder: Path, labels: Path, embedding: Embedding | None = None, strange: Path | None = None) -> Knowledge:
    """Read and check every file of the folder, and the file of labels. Raises `KnowledgeError`.

    `strange` is the file of training phrases that are nobody's question here: what is nearer to one of them is not answered.
    """
    known: dict[str, Known] = {}
    for path in sorted(folder.glob("*.yml")):
        for name, entry in (yaml.safe_load(path.read_text(encoding="utf-8")) or {}).get("questions", {}).items():
            if name in known:
                raise KnowledgeError(f"{path.name}: {name} stands twice")
            known[name] = _read(path.stem, name, entry)
    phrasings = {name: (*one.asked, one.title) for name, one in known.items() if one.found and one.beside is None}
    strangers = out_of_scope(strange) if strange else ()
    beside = {
        thing: Finder(
            {**phrasings, **{name: one.asked for name, one in known.items() if one.beside in of}}, embedding, foreign=strangers
        )
        for thing, of in BESIDE.items()
    }
    words = yaml.safe_load(labels.read_text(encoding="utf-8"))
    named = words["labels"]
    for intent, label in named.items():
        if len(label) > LONGEST_TITLE:
            raise KnowledgeError(f"{labels.name}: the label of {intent} is too long")
    return Knowledge(known, Finder(phrasings, embedding, foreign=strangers), beside, named, words["kinds"])


def out_of_scope(path: Path) -> list[str]:
    """The phrases of a file of training phrases."""
    blocks = yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]
    return [line.removeprefix("- ").strip() for block in blocks for line in block["examples"].splitlines() if line.strip()]


def _read(topic: str, name: str, entry: Mapping[str, Any]) -> Known:
    try:
        one = Known(
            name=name,
            topic=topic,
            title=str(entry["title"]),
            asked=tuple(str(text) for text in entry["asked"]),
            answer=str(entry["answer"]).strip(),
            source=str(entry["source"]),
            own=entry.get("own"),
            first=bool(entry.get("first", False)),
            found=bool(entry.get("found", True)),
            beside=entry.get("beside"),
            neutral=not _TELLS.search(plain(f"{entry['title']} {entry['answer']}")),
        )
    except (KeyError, TypeError) as trouble:
        raise KnowledgeError(f"{topic}.yml: {name} lacks {trouble}") from trouble
    if len(one.title) > LONGEST_TITLE or len(one.answer) > LONGEST_ANSWER or len(one.asked) < FEWEST_ASKED:
        raise KnowledgeError(f"{topic}.yml: {name} has a title or an answer that is too long, or too few ways of asking")
    if one.beside is not None and one.beside not in BESIDE:
        raise KnowledgeError(f"{topic}.yml: {name} is asked beside an unknown thing: {one.beside}")
    if one.own is not None and one.own not in OWN:
        raise KnowledgeError(f"{topic}.yml: {name} wants unknown facts: {one.own}")
    return one
