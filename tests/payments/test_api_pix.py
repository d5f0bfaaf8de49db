"""BACEN's API Pix as banks really answer: tokens that end, answers that are lost, pages that are no JSON."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

import httpx
import pytest

from payments.api_pix import ApiPix, read_refunds
from payments.provider import OutcomeUnknown, PixRequest, Refund, Refused, Unavailable
from payments.written import read_amount, write_amount
from tests.payments.mock_bank import MockBank, problem
from trato.clock import FixedClock

KEY = "5b0c1c1e-7a3d-4f5e-9d52-0a8e6f4b2c11"
TXID = "Aa1" * 10
REQUEST = PixRequest(txid=TXID, amount=100, key=KEY, expires_in=60, payer_document="12ABC34501DE35", payer_name="Padaria")


@pytest.fixture
def bank(clock: FixedClock) -> MockBank:
    return MockBank(clock)


@pytest.fixture
async def api(bank: MockBank, clock: FixedClock) -> AsyncIterator[ApiPix]:
    async with httpx.AsyncClient(transport=httpx.MockTransport(bank.handle)) as client:
        yield ApiPix(
            client,
            clock,
            api_url="https://bank.example/api/",
            token_url="https://bank.example/oauth/token",
            client_id="trato",
            client_secret="segredo",
            key=KEY,
        )


async def test_one_token_serves_until_shortly_before_it_ends(api: ApiPix, bank: MockBank, clock: FixedClock) -> None:
    await api.get(TXID)
    await api.get(TXID)
    assert bank.tokens == 1
    clock.advance(seconds=3571)
    await api.get(TXID)
    assert bank.tokens == 2


async def test_a_token_that_was_withdrawn_is_asked_for_again_once(api: ApiPix, bank: MockBank) -> None:
    await api.get(TXID)
    bank.valid_token = "withdrawn"
    await api.create(REQUEST)
    assert bank.tokens == 2
    assert TXID in bank.cobs


async def test_a_charge_is_written_as_the_specification_wants(api: ApiPix, bank: MockBank) -> None:
    await api.create(REQUEST)
    sent = json.loads(bank.requests[-1].content)
    assert sent == {
        "calendario": {"expiracao": 60},
        "valor": {"original": "1.00"},
        "chave": KEY,
        "devedor": {"cnpj": "12ABC34501DE35", "nome": "Padaria"},
    }


async def test_a_creation_whose_answer_is_lost_is_found_again(api: ApiPix, bank: MockBank) -> None:
    await api.get(TXID)
    bank.lose = 1
    assert (await api.create(REQUEST)).status == "active"
    assert len(bank.cobs) == 1


async def test_a_creation_that_may_have_happened_is_an_unknown_outcome(api: ApiPix, bank: MockBank) -> None:
    bank.next_answers = [httpx.Response(500), problem(404, "CobNaoEncontrado", "unknown")]
    with pytest.raises(OutcomeUnknown):
        await api.create(REQUEST)


async def test_no_connection_is_trouble_that_passes(api: ApiPix, bank: MockBank) -> None:
    bank.next_answers = [httpx.ConnectError("refused")]
    with pytest.raises(Unavailable) as raised:
        await api.create(REQUEST)
    assert not isinstance(raised.value, OutcomeUnknown)


async def test_a_bank_that_asks_for_patience_says_for_how_long(api: ApiPix, bank: MockBank) -> None:
    bank.next_answers = [httpx.Response(429, headers={"Retry-After": "17"})]
    with pytest.raises(Unavailable) as raised:
        await api.get(TXID)
    assert raised.value.retry_after == 17


async def test_a_refusal_says_why_without_the_value_that_was_refused(api: ApiPix, bank: MockBank) -> None:
    violation = {"razao": "inválido", "propriedade": "cob.devedor.cpf", "valor": "52998224725"}
    bank.next_answers = [
        problem(400, "CobOperacaoInvalida", "Cobrança inválida.", violacoes=[violation]),
        problem(404, "CobNaoEncontrado", "unknown"),
    ]
    with pytest.raises(Refused) as raised:
        await api.create(REQUEST)
    assert raised.value.code == "CobOperacaoInvalida"
    assert "cob.devedor.cpf" in raised.value.detail
    assert "52998224725" not in str(raised.value)


@pytest.mark.parametrize("page", [b"<html>Manuten\xe7\xe3o</html>", b"", b"[]", b'{"txid": 1}', b'{"status": "ATIVA"}'])
async def test_an_answer_that_is_no_charge_decides_nothing(api: ApiPix, bank: MockBank, page: bytes) -> None:
    bank.next_answers = [httpx.Response(200, content=page)]
    with pytest.raises(Unavailable):
        await api.get(TXID)


@pytest.mark.parametrize("status", [400, 403, 422, 500, 503])
async def test_an_error_page_that_is_no_json_is_read_too(api: ApiPix, bank: MockBank, status: int) -> None:
    bank.next_answers = [httpx.Response(status, content=b"<h1>erro</h1>")]
    with pytest.raises(Unavailable):
        await api.get(TXID)


async def test_a_bank_without_copy_and_paste_text_still_tells_the_location(api: ApiPix, bank: MockBank) -> None:
    await api.create(REQUEST)
    del bank.cobs[TXID]["pixCopiaECola"]
    del bank.cobs[TXID]["location"]
    found = await api.get(TXID)
    assert found is not None
    assert found.code is None
    assert found.location == f"pix.example.com/qr/v2/{TXID.lower()}"


def test_refunds_are_read_as_a_list_or_as_one_object() -> None:
    one = {"id": "d1", "valor": "7.89", "status": "DEVOLVIDO"}
    assert read_refunds(one) == read_refunds([one]) == (Refund("d1", 789, "returned"),)
    assert read_refunds(None) == ()


@pytest.mark.parametrize(("written", "centavos"), [("0.01", 1), ("123.45", 12345), ("10", 1000), ("10.5", 1050), ("1.500", 150)])
def test_amounts_are_read_exactly(written: str, centavos: int) -> None:
    assert read_amount(written) == centavos


@pytest.mark.parametrize("written", ["10,00", "1e309", "-1.00", "1.005", "", " 1.00", "NaN", 1.5, None, True, "12345678901.00"])
def test_what_is_no_amount_is_refused(written: object) -> None:
    with pytest.raises(ValueError, match="amount"):
        read_amount(written)


def test_amounts_are_written_with_two_decimals() -> None:
    assert [write_amount(1), write_amount(100), write_amount(123456)] == ["0.01", "1.00", "1234.56"]
    with pytest.raises(ValueError, match="amount"):
        write_amount(0)
