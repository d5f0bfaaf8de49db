"""\"É a mesma fatura duas vezes?\": accounts that look alike are told apart, and nothing is written down of a question."""

from __future__ import annotations

import re

from actions.scene import Scene
from actions.which_debt import named_by_words, payable
from receivables.store import owed
from understanding.plain import plain

_TWICE = re.compile(
    r"\b(?:a mesma|o mesmo|repetid[ao]s?|duplicad[ao]s?|em dobro|duas vezes|2 vezes|(?:por ?que|pq) (?:tem|tenho|sao|estao cobrando) (?:duas|dois|2|tres|3))\b"
)
_AN_ACCOUNT = re.compile(r"\b(?:contas?|faturas?|cobranc\w+|dividas?|boletos?|mensalidades?|debitos?|compras?)\b")
_OF_PAYING = re.compile(r"\b(?:paguei|pagei|pago|pagar|pagamento|devolv\w+|estorn\w+|reembols\w+|parcel\w+|pix)\b")
_ASKS = re.compile(r"\?|^(?:e |mas |ue |oi )*(?:por ?que|pq|e a mesma|sao a mesma|nao e a mesma)\b")


async def same_account_twice(scene: Scene) -> bool:
    """Tell the accounts apart by name, due day and amount. False: it is not asked, or there is only one."""
    text = scene.turn.text or ""
    said = plain(text)
    if (
        not (_TWICE.search(said) and _AN_ACCOUNT.search(said))
        or _OF_PAYING.search(said)
        or not (_ASKS.search(said) or "?" in text)
    ):
        return False
    if scene.form is not None or await scene.proof() is None:
        return False
    debts = [debt for debt in (await payable(scene))[1] if debt.status == "open"]
    if len(debts) < 2:
        return False
    named = [debt for debt in await named_by_words(scene) if debt in debts]
    rows = [
        {
            "description": debt.title,
            "creditor": debt.creditor_name,
            "contract": debt.contract,
            "due": {"date": debt.due_date.isoformat()},
            "total": {"money": owed(scene.ground, debt).total},
        }
        for debt in (named if len(named) > 1 else debts)
    ]
    scene.say("utter_accounts_apart", count=len(rows), debts=rows)
    return True
