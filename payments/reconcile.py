"""Money that arrived without our being told: asked for, because a notification is a provider's courtesy and no promise."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncEngine

from payments import charges
from payments.boleto_notices import BOLETO, notice_of_boleto
from payments.boleto_provider import BoletoProvider
from payments.notices import notice_of, store_notices
from payments.provider import Refused
from payments.till import Till
from receivables.brasilia import BRASILIA

BANKS_TAKE = timedelta(days=6)
"""How much later than its day a bank may know of a boleto's payment: three business days, with a weekend and a holiday."""


async def reconcile(engine: AsyncEngine, till: Till, start: datetime, end: datetime) -> int:
    """Ask every provider what it received from `start` to `end`, and look into what no notification told; returns how many.

    Opens its own transactions. Raises `payments.provider.PixError` when a provider does not answer well; those asked before it
    have been looked into.
    """
    new = 0
    for name, provider in till.providers.items():
        found = [notice_of(payment) for payment in await provider.payments_between(start, end) if payment.txid]
        async with engine.begin() as conn:
            new += await store_notices(conn, till, name, found)
    for bank in _banks(till):
        last = till.talk.ground.clock.today()
        paid = await bank.paid_between(
            (start - BANKS_TAKE).astimezone(BRASILIA).date(), min(end.astimezone(BRASILIA).date(), last)
        )
        async with engine.begin() as conn:
            fresh = [one for one in paid if one.received > await charges.received_under(conn, one.ref)]
            new += await store_notices(conn, till, BOLETO, [notice_of_boleto(one) for one in fresh])
    return new


def _banks(till: Till) -> list[BoletoProvider]:
    """Each boleto bank once, whatever names it goes by."""
    return list({id(bank): bank for bank in till.boletos.values()}.values())


async def register_boleto_webhooks(till: Till, url: str) -> None:
    """Ask every boleto bank to notify us at `url`. Raises `payments.provider.PixError`: call it again."""
    for bank in _banks(till):
        await bank.register_webhook(url)


async def register_webhooks(till: Till, url: str) -> None:
    """Ask every provider to notify us at `url`, for its own key and the key of every creditor that is paid through it.

    Notifications are registered key by key. Every key is tried; then `payments.provider.Refused` is raised for the first that a
    provider refused. A provider that is away stops it at once with `Unavailable`: call it again.
    """
    refused: Refused | None = None
    policies = till.talk.ground.policies
    for name, provider in till.providers.items():
        keys = {
            terms.pix_key
            for policy in (policies.default, *policies.portfolios.values())
            for terms in policy.creditors.values()
            if terms.pix_provider == name
        }
        for key in sorted({*keys, provider.key} - {""}):
            try:
                await provider.register_webhook(url, key)
            except Refused as no:
                refused = refused or no
    if refused:
        raise refused
