"""Asking the bank again because somebody says that they have paid. Only its own answer counts; nobody's word settles anything."""

from __future__ import annotations

import structlog
from sqlalchemy.ext.asyncio import AsyncEngine

from payments import charges
from payments.boleto_notices import notice_of_boleto
from payments.notices import notice_of, store_notices
from payments.provider import Refused, Unavailable
from payments.till import Till

_log = structlog.get_logger("trato.payments")

LOOK_UP = "look_up_charge"
"""The job's name; its subject is the charge's id."""


async def look_up(engine: AsyncEngine, till: Till, charge_id: int) -> None:
    """Ask the provider of one charge whether it was paid; what it knows is settled as its own notices are. Harmless when repeated."""
    async with engine.connect() as conn:
        charge = await charges.get(conn, charge_id)
    if charge.status == "paid":
        return
    try:
        if charge.kind == "boleto":
            bank = till.boletos.get(charge.provider)
            boleto = await bank.get(charge.provider_ref) if bank is not None and charge.provider_ref else None
            if boleto is not None and boleto.received:
                async with engine.begin() as conn:
                    await store_notices(conn, till, "boleto", [notice_of_boleto(boleto)])
            return
        provider = till.providers.get(charge.provider)
        found = await provider.get(charge.txid) if provider is not None else None
    except (Unavailable, Refused) as trouble:
        # The hourly question comes anyway, and so does the bank's own notice.
        _log.warning("not_looked_up", charge=charge_id, why=type(trouble).__name__)
        return
    if found is not None and found.payments:
        async with engine.begin() as conn:
            await store_notices(conn, till, charge.provider, [notice_of(payment) for payment in found.payments])
