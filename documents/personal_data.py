"""A person's own data as a paper that can be read (LGPD art. 19 II): what is kept of them, where it came from, who gets it, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from reportlab.platypus import Flowable

from documents import letterhead
from documents.parties import Collector, Party
from documents.texts import Texts


@dataclass(frozen=True, slots=True)
class DataSection:
    """One kind of data: rows of what it is and what is kept, or a list of lines, or a note that nothing is."""

    title: str
    rows: tuple[tuple[str, str], ...] = ()
    lines: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class PersonalData:
    """Everything that is kept of one person. `controller` is who answers for it towards them."""

    number: str
    issued_on: date
    controller: Party
    person: Party
    sections: tuple[DataSection, ...]
    collector: Collector | None = None


def render(data: PersonalData, texts: Texts) -> bytes:
    """The paper as PDF, A4."""
    sheet = letterhead.Sheet(
        title=texts.plain("personal_data.title"),
        subject=texts.plain("personal_data.subject"),
        number=data.number,
        issued_on=data.issued_on,
        creditor=data.controller,
        collector=data.collector,
    )
    story: list[Flowable] = [
        letterhead.gap(2),
        letterhead.paragraph(texts.rich("personal_data.body", person=letterhead.person(data.person, texts)), 11, after=8),
    ]
    for section in data.sections:
        story += _section(section, texts)
    story += [
        *letterhead.heading(texts.rich("personal_data.rights_title")),
        *(letterhead.paragraph(line) for line in texts.rich_list("personal_data.rights")),
    ]
    return letterhead.build(sheet, story, texts)


def _section(section: DataSection, texts: Texts) -> Sequence[Flowable]:
    parts: list[Flowable] = [*letterhead.heading(texts.rich("personal_data.any", text=section.title))]
    if section.note:
        parts.append(letterhead.paragraph(texts.rich("personal_data.any", text=section.note), grey=True))
    if section.rows:
        parts.append(
            letterhead.facts(
                [
                    (texts.rich("personal_data.any", text=label), texts.rich("personal_data.any", text=value))
                    for label, value in section.rows
                ]
            )
        )
    parts += [letterhead.paragraph(texts.rich("personal_data.any", text=line), 9, after=2) for line in section.lines]
    return parts
