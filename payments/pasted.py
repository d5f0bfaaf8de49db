"""A payment code that somebody pasted in: ours, somebody else's, or not a code at all. Scams live on changed codes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from codes import boleto, pix
from payments import charges
from payments.charges import Charge

Kind = Literal["pix", "boleto", "utility", "unreadable"]


@dataclass(frozen=True)
class Judgement:
    """What a pasted code is. `charge` is ours with exactly this code; without one it is not ours, whatever it says of itself.

    `amount` (centavos) and `payee` (Pix only) are what the code itself claims.
    """

    kind: Kind
    charge: Charge | None = None
    amount: int | None = None
    payee: str | None = None


async def judge(conn: AsyncConnection, pasted: str, *, today: date) -> Judgement:
    """Read a pasted code and look for it among our charges. Never raises for what somebody pasted."""
    if pasted.startswith("000201"):
        code = " ".join(pasted.split())
        try:
            read = pix.decode(code)
        except pix.PixCodeError:
            return Judgement("unreadable")
        return Judgement("pix", await _charge_of(conn, "pix", code), read.amount, read.name)
    found = boleto.judge(pasted, today=today)
    if isinstance(found, boleto.Slip):
        return Judgement("boleto", await _charge_of(conn, "boleto", found.line), found.amount)
    if isinstance(found, boleto.UtilitySlip):
        return Judgement("utility", None, found.amount)
    return Judgement("unreadable")


async def _charge_of(conn: AsyncConnection, kind: str, code: str) -> Charge | None:
    row = (
        await conn.execute(
            text("select id from charges where kind = :kind and code = :code order by id desc limit 1"),
            {"kind": kind, "code": code},
        )
    ).scalar_one_or_none()
    return await charges.get(conn, row) if row is not None else None
