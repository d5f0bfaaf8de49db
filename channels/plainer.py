"""A message said in a plainer form, for channels that cannot carry the richer one: nothing of what it says is lost.

Cards become a question with rows, an action becomes written words, answers become numbered lines.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from channels.message import Action, CalendarEvent, Cards, Choice, OpenUrl, Option, Outgoing


def as_choice(message: Cards) -> Choice:
    """The cards as a question whose answers are named as the cards' options, in the same order, then the further answers."""
    actions = tuple(action for card in message.cards for action in card.actions)
    return Choice(
        body=message.body,
        options=(*(card.option for card in message.cards), *message.options),
        button=message.button,
        footer=message.footer,
        actions=tuple(dict.fromkeys(actions)),
        followed=message.followed,
        expires_at=message.expires_at,
        purpose=message.purpose,
    )


def numbered(body: str, options: Iterable[Option], footer: str | None = None) -> str:
    """A question with its answers as numbered lines, to be answered with the number or the words."""
    lines = [
        f"{number}. {one_line(option.label)}" + (f" — {one_line(option.description)}" if option.description else "")
        for number, option in enumerate(options, start=1)
    ]
    return "\n\n".join(part for part in (body.strip(), "\n".join(lines), (footer or "").strip()) if part)


def with_actions_written(body: str, actions: Iterable[Action], kept: Collection[str] = ()) -> str:
    """The words with each action written out that the channel has not got (`kept` are the kinds it has) and they do not name.

    A calendar entry has no written form: the day stands in the words.
    """
    lines = []
    for action in actions:
        if action.action in kept or isinstance(action, CalendarEvent):
            continue
        what = action.url if isinstance(action, OpenUrl) else action.phone
        if what not in body:
            lines.append(f"{one_line(action.label)}: {what}")
    return "\n\n".join(part for part in (body.strip(), "\n".join(lines)) if part)


_MARKED = re.compile(r"(?<![\w*_~])([*_~])(?=[^\s*_~])([^*_~\n]*[^\s*_~])\1(?![\w*_~])")


def unmarked(text: str) -> str:
    """The text without WhatsApp's marks of bold, italic and struck words, for channels that would show the marks themselves.

    A code, which has no white space, is left as it is to the last character.
    """
    return text if len(text.split()) < 2 else _MARKED.sub(r"\2", text)


def without_marks(message: Outgoing) -> Outgoing:
    """The message without WhatsApp's marks, which RCS shows as they are."""
    fields = {
        name: unmarked(getattr(message, name))
        for name in ("body", "lead", "words", "caption", "footer")
        if getattr(message, name, None)
    }
    if isinstance(message, Cards):
        cards = tuple(
            card.model_copy(update={"title": unmarked(card.title), "body": unmarked(card.body)}) for card in message.cards
        )
        return message.model_copy(update={**fields, "cards": cards})
    return message.model_copy(update=fields)


def one_line(text: str) -> str:
    """The text on a single line, its runs of white space as one space."""
    return " ".join(text.split())
