"""How a Pix or a boleto that can be paid is said: who is paid and why first, then the code alone, then the channel's own card.

Where both live for the same debts and the same amount, one card carries both.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from conversations.said import code_said_since
from conversations.wording import Utterance, money
from payments import charges
from payments.charges import Charge, ChargeItem
from payments.payee import payee_of
from payments.till import Till
from receivables.agreements import live_agreement_of, titles_of
from receivables.brasilia import BRASILIA
from receivables.on_account import left_after
from receivables.store import Debt, get_debts
from receivables.taxid import formatted

BANKS = {"077": "Banco Inter"}


async def present(conn: AsyncConnection, till: Till, charge: Charge) -> list[Utterance]:
    """What is said for an active charge of either kind, read back from the store. Raises ValueError for one without a checked
    code.
    """
    if charge.kind == "boleto":
        return await present_boleto(conn, till, charge)
    if charge.status != "active" or not charge.code:
        raise ValueError(f"charge {charge.id} is {charge.status}: there is no code to give")
    items, debts, facts = await _facts(conn, till, charge)
    shown = card(charge, items, debts, await instalment_rows(conn, charge))
    other = await _beside(conn, till, charge, items)
    if other is not None:
        shown["digitable_line"] = other.code
    address = facts["creditor_address"]
    name = "utter_pix_part" if charge.on_account else "utter_pix_payee"
    if charge.on_account:
        facts |= _on_account(till, charge, debts)
    elif await charges.instalments_of(conn, charge.id):
        name = "utter_pix_agreement"
    return [
        Utterance(
            name if address else f"{name}_without_address",
            {**facts, "expires": {"instant": charge.expires_at.isoformat()}},
        ),
        Utterance("utter_pix_code", {"code": {"code": charge.code}, "expires": {"instant": charge.expires_at.isoformat()}}),
        Utterance(
            "utter_boleto_card_both" if other else "utter_pix_card",
            {"card": {**shown, "reference": await _fresh_reference(conn, charge)}},
        ),
    ]


async def shown_since(
    conn: AsyncConnection, charge: Charge, conversation_id: str, since: datetime, *, last: bool = False
) -> bool:
    """Whether this charge's code was said in this talk since then, so that it need not be explained once more.

    `last`: and no code of the other kind after it, between which people choose by the explanation.
    """
    return await code_said_since(
        conn, conversation_id, ("utter_pix_code", "utter_boleto_line"), charge.code or "", since, last=last
    )


async def present_again(conn: AsyncConnection, till: Till, charge: Charge, *, file: bool) -> list[Utterance]:
    """What is said of a code that was explained in this talk a short while ago: until when it is good, and the code alone.

    `file`: a boleto's PDF with it. Raises ValueError for a charge without a checked code.
    """
    if charge.status != "active" or not charge.code:
        raise ValueError(f"charge {charge.id} is {charge.status}: there is no code to give")
    _, debts, facts = await _facts(conn, till, charge)
    what = {"amount": facts["amount"], "payee": facts["payee"], "debts": list(debts)}
    if charge.kind == "pix" or charge.due_date is None:
        until = {"instant": charge.expires_at.isoformat()}
        return [
            Utterance("utter_pix_same", {**what, "expires": until}),
            Utterance("utter_pix_code", {"code": {"code": charge.code}, "expires": until}),
        ]
    last = {"date": last_day_of(charge).isoformat()}
    said = [
        Utterance("utter_boleto_same", {**what, "due": {"date": charge.due_date.isoformat()}, "until": last}),
        Utterance("utter_boleto_line", {"code": {"code": charge.code}, "until": last}),
    ]
    if file and charge.document_path:
        paper = {"path": charge.document_path, "filename": f"boleto-{charge.due_date}.pdf", "mime_type": "application/pdf"}
        said.append(Utterance("utter_boleto_file", {"file": paper, "until": last}))
    return said


def last_day_of(charge: Charge) -> date:
    """The last day on which a boleto can be paid, or a Pix code is good."""
    return (charge.expires_at - timedelta(seconds=1)).astimezone(BRASILIA).date()


async def present_boleto(conn: AsyncConnection, till: Till, charge: Charge) -> list[Utterance]:
    """What is said for an active boleto, read back from the store: the facts, the line alone, the PDF if there is one, the card.

    A boleto that is overdue but can still be paid is said with what it costs today. Raises ValueError for a charge without
    checked codes.
    """
    if charge.kind != "boleto" or charge.status != "active" or not charge.code or charge.due_date is None:
        raise ValueError(f"charge {charge.id} is {charge.status}: there is no line to give")
    items, debts, facts = await _facts(conn, till, charge)
    address = facts["creditor_address"]
    days_late = (till.talk.ground.clock.today() - charge.due_date).days
    last = last_day_of(charge)
    facts |= {
        "due": {"date": charge.due_date.isoformat()},
        "until": {"date": last.isoformat()},
        "today": {"money": sum(item.cost(days_late) for item in items)},
        "bank": f"{BANKS[charge.code[:3]]} ({charge.code[:3]})" if charge.code[:3] in BANKS else f"banco {charge.code[:3]}",
    }
    agreed = bool(await charges.instalments_of(conn, charge.id))
    name = "utter_boleto_agreement" if agreed else "utter_boleto_payee"
    if days_late > 0:
        name = "utter_boleto_overdue_agreement" if agreed else "utter_boleto_overdue"
    said = [
        Utterance(name if address else f"{name}_without_address", facts),
        Utterance("utter_boleto_line", {"code": {"code": charge.code}, "until": facts["until"]}),
    ]
    if charge.document_path:
        file = {"path": charge.document_path, "filename": f"boleto-{charge.due_date}.pdf", "mime_type": "application/pdf"}
        said.append(Utterance("utter_boleto_file", {"file": file, "until": facts["until"]}))
    if days_late <= 0:
        # A card shows one amount: the one on the due date.
        other = await _beside(conn, till, charge, items)
        shown = card(other or charge, items, debts, await instalment_rows(conn, other or charge))
        shown |= {"digitable_line": charge.code, "pix_code": other.code if other else "", "reference": charge.txid}
        if other is None:
            shown["expires_at"] = None
        reference = await _fresh_reference(conn, charge)
        response = "utter_boleto_card_both" if other else "utter_boleto_card"
        said.append(Utterance(response, {"card": {**shown, "reference": reference}, "due": facts["due"]}))
    return said


def _on_account(till: Till, charge: Charge, debts: dict[int, Debt]) -> dict[str, Any]:
    """What a part leaves to pay, were it paid today."""
    (debt,) = debts.values()
    left = left_after(till.talk.ground, debt, charge.amount)
    return {"description": debt.title, "left": {"money": left}}


async def _facts(conn: AsyncConnection, till: Till, charge: Charge) -> tuple[list[ChargeItem], dict[int, Debt], dict[str, Any]]:
    """What every charge says before its code: payee, creditor (CDC art. 42-A), amount, and the calculation debt by debt."""
    items = await charges.items_of(conn, charge.id)
    debts = {debt.id: debt for debt in await get_debts(conn, [item.debt_id for item in items])}
    instalments = await instalment_rows(conn, charge)
    whole = await _agreement_rows(conn, [item.debt_id for item in items]) if instalments else []
    first = debts[items[0].debt_id]
    payee = payee_of(till, first.creditor_cnpj, first.portfolio)
    return (
        items,
        debts,
        {
            "payee": charge.payee_name,
            "payee_document": formatted(charge.payee_document),
            "amount": {"money": charge.amount},
            "debts": instalments or [_row(item, debts[item.debt_id]) for item in items],
            "whole": whole,
            "creditor": first.creditor_name,
            "creditor_document": formatted(first.creditor_cnpj),
            "creditor_address": payee.creditor_address,
        },
    )


async def _agreement_rows(conn: AsyncConnection, debt_ids: list[int]) -> list[dict[str, Any]]:
    """The calculation of the agreement that an instalment is part of: what was owed, less the discount."""
    return [
        {
            "protocol": one.protocol,
            "gross": {"money": one.gross},
            "discount": {"money": -one.discount},
            "interest": {"money": one.interest},
            "total": {"money": one.total},
        }
        for one in await live_agreement_of(conn, debt_ids)
    ]


async def _beside(conn: AsyncConnection, till: Till, charge: Charge, items: list[ChargeItem]) -> Charge | None:
    """The live charge of the other kind that asks the same today for the same debts, if there is one."""
    clock = till.talk.ground.clock
    other_kind = "boleto" if charge.kind == "pix" else "pix"
    for other in await charges.live_of_debts(conn, [item.debt_id for item in items], kind=other_kind):
        dearer = other.due_date is not None and other.due_date < clock.today()
        if other.status != "active" or other.amount != charge.amount or dearer or other.expires_at <= clock.now():
            continue
        asked = {item.debt_id: item.amount for item in await charges.items_of(conn, other.id)}
        if asked == {item.debt_id: item.amount for item in items}:
            return other
    return None


@dataclass(frozen=True)
class ShownCard:
    """A payment card as it was shown: in which talk, on which channel, under which reference."""

    conversation_id: str
    channel: str
    reference: str

    @property
    def turns(self) -> bool:
        """Whether the card itself can turn to paid there; elsewhere it was said in words, and so is the payment."""
        return self.channel == "whatsapp"


async def shown_cards(conn: AsyncConnection, charge: Charge) -> list[ShownCard]:
    """Every card of this charge's code, in whichever talk of the person it was shown, the first one of each talk first."""
    rows = await conn.execute(
        text("""select distinct o.conversation_id, c.channel, o.message->>'reference' reference
                from outbox o join conversations c on c.id = o.conversation_id
                where o.message->>'kind' = 'payment_card' and :code in (o.message->>'pix_code', o.message->>'digitable_line')
                and o.conversation_id in (select conversation_id from proofs where debtor_id = :debtor
                                          union select cast(:here as text))"""),
        {"code": charge.code, "debtor": charge.debtor_id, "here": charge.conversation_id},
    )
    found = [ShownCard(row.conversation_id, row.channel, row.reference) for row in rows]
    return sorted(found, key=lambda card: (card.conversation_id, len(card.reference), card.reference))


async def _fresh_reference(conn: AsyncConnection, charge: Charge) -> str:
    """Meta takes a card's reference once: a code shown again, in this or another of the person's talks, has a card of its own."""
    shown = (
        await conn.execute(
            text("""select count(distinct message->>'reference') from outbox
                    where message->>'kind' = 'payment_card' and starts_with(message->>'reference', :txid)
                    and conversation_id in (select conversation_id from proofs where debtor_id = :debtor
                                            union select cast(:here as text))"""),
            {"txid": charge.txid, "debtor": charge.debtor_id, "here": charge.conversation_id},
        )
    ).scalar_one()
    return charge.txid if shown == 0 else f"{charge.txid}-{shown + 1}"


def card(
    charge: Charge, items: list[ChargeItem], debts: dict[int, Debt], instalments: list[dict[str, Any]] | None = None
) -> dict[str, Any]:
    """The values of `channels.message.PaymentCard` but for its words: lines + charges - discount is the total.

    `instalments` are the rows of a charge for an agreement: they, and not its debts, are the lines.
    """
    discount = sum(item.discount for item in items)
    charged = sum(item.fine + item.interest for item in items)
    lines = [{"name": debts[item.debt_id].title, "amount": item.principal} for item in items if item.principal]
    if len(lines) < len(items):
        # A debt of which only charges are left has no principal to show: its whole price stands as its line.
        lines = [{"name": debts[item.debt_id].title, "amount": item.principal + item.fine + item.interest} for item in items]
        charged = 0
    if instalments:
        lines = [{"name": row["description"], "amount": row["principal"]["money"]} for row in instalments]
        charged = sum(row["fine"]["money"] + row["interest"]["money"] for row in instalments)
        discount = -sum(int(row["discount"]["money"]) for row in instalments)
    return {
        "reference": charge.txid,
        "pix_code": charge.code,
        "merchant_name": charge.payee_name,
        "pix_key": charge.pix_key or "",
        "pix_key_type": key_type(charge.pix_key or ""),
        "total": charge.amount,
        "lines": lines,
        "charges": charged,
        "discount": discount,
        "expires_at": charge.expires_at.isoformat(),
    }


def key_type(key: str) -> str:
    """What kind of chave this is, by its form."""
    if "@" in key:
        return "EMAIL"
    if key.startswith("+"):
        return "PHONE"
    if re.fullmatch(r"[0-9]{11}", key):
        return "CPF"
    if re.fullmatch(r"[0-9A-Z]{12}[0-9]{2}", key):
        return "CNPJ"
    return "EVP"


async def instalment_rows(conn: AsyncConnection, charge: Charge) -> list[dict[str, Any]]:
    """What a charge for instalments of an agreement asks, one row each, in the form in which debts are told; else nothing."""
    asked = await charges.instalments_of(conn, charge.id)
    if not asked:
        return []
    titles = await titles_of(conn, [one.instalment_id for one in asked])
    return [
        {
            "description": titles[one.instalment_id],
            "days": one.days_late,
            "principal": {"money": one.principal},
            "fine": {"money": one.fine},
            "interest": {"money": one.interest},
            "discount": {"money": -one.discount},
            "total": {"money": one.amount},
            "late": f" (com {money(one.fine)} de multa e {money(one.interest)} de juros)" if one.fine or one.interest else "",
        }
        for one in asked
    ]


def _row(item: ChargeItem, debt: Debt) -> dict[str, Any]:
    return {
        "description": debt.title,
        "days": item.days_overdue,
        "principal": {"money": item.principal},
        "fine": {"money": item.fine},
        "interest": {"money": item.interest},
        "discount": {"money": -item.discount},
        "total": {"money": item.amount},
    }
