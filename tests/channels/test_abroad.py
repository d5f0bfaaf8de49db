"""Whom WhatsApp shows a payment card."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from channels.abroad import brazilian, card_or_words
from channels.message import Address, CardLine, PaymentCard, PaymentStatus, Text
from channels.twilio import WHATSAPP, Sender, TwilioApi, TwilioChannel
from tests.channels.twilio_house import ACCOUNT, PUBLIC, TOKEN, WHATSAPP_FROM, FakeTwilio

CARD = PaymentCard(
    reference="r", body="Quem recebe: Loja", footer="Confira", pix_code="000201", merchant_name="Loja", pix_key="k",
    pix_key_type="EVP", total=1000, lines=(CardLine(name="Luz", amount=1000),), expires_at=datetime(2026, 12, 1, tzinfo=UTC),
)  # fmt: skip


def someone(raw: str | None, user_id: str | None = None) -> Address:
    return Address(channel="whatsapp", account="1", raw=raw, user_id=user_id)


@pytest.mark.parametrize("raw", ["5511987654321", "+5511987654321", "551187654321", "551130001000"])
def test_a_brazilian_telephone_is_shown_the_card(raw: str) -> None:
    assert card_or_words(CARD, someone(raw)) is CARD


@pytest.mark.parametrize("address", [someone("351912345678"), someone("+14155552671"), someone(None, "US.1502576394655843")])
def test_any_other_reads_it_in_words(address: Address) -> None:
    said = card_or_words(CARD, address)
    assert isinstance(said, Text) and said.body == "Quem recebe: Loja\n\nConfira"
    assert isinstance(card_or_words(PaymentStatus(reference="r", status="paid", body="Pago!"), address), Text)


def test_a_user_id_tells_its_country() -> None:
    assert brazilian(someone(None, "BR.1502576394655843"))


async def test_a_telephone_abroad_is_served_without_a_card() -> None:
    twilio = FakeTwilio()
    api = TwilioApi(account_sid=ACCOUNT, auth_token=TOKEN, api_url="https://api.example", client=twilio.client())
    channel = TwilioChannel(api, Sender(WHATSAPP, WHATSAPP_FROM), public_url=PUBLIC)
    for piece in channel.split(CARD):
        await channel.send(someone("+351912345678"), piece, "m_1", datetime(2026, 11, 22, tzinfo=UTC))
    assert twilio.shown()["body"].startswith("Quem recebe: Loja")
