"""A plain yes that is followed, in the same burst, by something else: "blz anota" and "mas vão ficar ligando no meu trabalho?".

Messages that come together are answered together. A yes to a thing that was read back would be lost in them; where the thing can be undone
in words and what follows changes nothing of it, the yes is a turn of its own, and the rest is the next one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from conversations.questions import open_question
from receivables.brasilia import BRASILIA
from understanding.bare import yes_or_no
from understanding.plain import plain
from understanding.values import read_values

_CAN_BE_UNDONE = frozenset({"promise_confirm", "extension_confirm", "dispute_withdraw", "dispute_maybe"})
"""An agreement is none of them: to it, a yes with anything beside it is no acceptance."""
_DO_IT = re.compile(
    r"(?:(?:sim|blz|beleza|ok|ta|isso|pode|entao|ja|certo|fechou|show) )*(?:anot|marc|confirm|registr|retir|mud)(?:a|ar|e|o)?(?: (?:sim|ai|isso|ja|entao|por favor|pfv|pf|esse dia|pra mim))*"
)
_CHANGES_IT = re.compile(
    r"\b(?:nao|n|num|pera|perai|espera|melhor|muda|mudar|troca|na verdade|alias|so que|errad\w|errei|corrig\w+|desist\w+|cancel\w+)\b"
)


async def yes_comes_first(conn: AsyncConnection, conversation_id: str, texts: Sequence[str], now: datetime) -> bool:
    """Whether the first of these messages is a yes by itself to what is open, and the others leave it as it is."""
    if len(texts) < 2 or not _says_yes(texts[0]):
        return False
    question = await open_question(conn, conversation_id, now)
    if question is None or question.name not in _CAN_BE_UNDONE:
        return False
    rest = " ".join(texts[1:])
    if _says_yes(rest) or _CHANGES_IT.search(plain(rest)):
        return False
    values = read_values(rest, now.astimezone(BRASILIA).date())
    return not (values.money or values.dates or values.counts)


def _says_yes(text: str) -> bool:
    answer = yes_or_no(text)
    return (answer is not None and answer.kind == "yes") or _DO_IT.fullmatch(plain(text)) is not None
