"""Banco Inter's API Cobrança on the wire: exact amounts, lost answers, tokens that end, and the whole way with the simulated bank."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pytest

from codes import boleto as slips
from payments.boleto_notices import BOLETO, read_boleto_notice
from payments.boleto_provider import BoletoRequest, FinalPayee, Payer
from payments.inter import Inter
from payments.notices import store_notices
from payments.provider import OutcomeUnknown, Refused, Unavailable
from simulator.app import create
from simulator.config import SimulatorConfig
from tests.payments.stage import Stage
from trato.clock import FixedClock

REQUEST = BoletoRequest(
    our_number="TABC",
    amount=101_533,
    due_date=date(2026, 11, 24),
    pay_until_days=90,
    payer=Payer("12ABC34501DE35", "Padaria \ue000 do Zé", "Rua A, 1", "Recife", "PE", "50000-000"),
    payee=FinalPayee("90731425000163", "LOJAS TAMBORIL SA"),
    late_interest_day=33,
    instructions=("Primeira", "Segunda"),
)
COBRANCA: dict[str, Any] = {
    "codigoSolicitacao": "a-1",
    "seuNumero": "TABC",
    "situacao": "A_RECEBER",
    "valorNominal": 1015.33,
    "dataVencimento": "2026-11-24",
    "dataEmissao": "2026-11-23",
    "dataSituacao": "2026-11-23",
}


@dataclass
class Wire:
    """Answers in their order; the last one again and again. Shows what was sent."""

    answers: list[httpx.Response | Exception] = field(default_factory=list)
    requests: list[httpx.Request] = field(default_factory=list)
    tokens: int = 0

    def handle(self, request: httpx.Request) -> httpx.Response:
        if request.url.path == "/oauth/v2/token":
            self.tokens += 1
            return httpx.Response(200, json={"access_token": f"t{self.tokens}", "expires_in": 3600})
        self.requests.append(request)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer


@pytest.fixture
def wire() -> Wire:
    return Wire()


@pytest.fixture
async def bank(wire: Wire, clock: FixedClock) -> AsyncIterator[Inter]:
    async with httpx.AsyncClient(transport=httpx.MockTransport(wire.handle)) as client:
        yield Inter(client, clock, api_url="https://bank.example/", client_id="trato", client_secret="segredo")


async def test_a_boleto_is_written_as_the_bank_wants_with_exact_numbers(bank: Inter, wire: Wire) -> None:
    wire.answers = [httpx.Response(200, json={"codigoSolicitacao": "a-1"})]
    assert await bank.issue(REQUEST) == "a-1"
    sent = wire.requests[-1]
    assert sent.url.path == "/cobranca/v3/cobrancas"
    assert b'"valorNominal": 1015.33,' in sent.content
    assert json.loads(sent.content) == {
        "seuNumero": "TABC",
        "valorNominal": 1015.33,
        "dataVencimento": "2026-11-24",
        "numDiasAgenda": 60,
        "pagador": {
            "cpfCnpj": "12ABC34501DE35",
            "tipoPessoa": "JURIDICA",
            "nome": "Padaria do Zé",
            "endereco": "Rua A, 1",
            "cidade": "Recife",
            "uf": "PE",
            "cep": "50000000",
        },
        "beneficiarioFinal": {"cpfCnpj": "90731425000163", "tipoPessoa": "JURIDICA", "nome": "LOJAS TAMBORIL SA"},
        "mora": {"codigo": "VALORDIA", "valor": 0.33},
        "mensagem": {"linha1": "Primeira", "linha2": "Segunda"},
    }


async def test_an_amount_is_read_to_the_centavo(bank: Inter, wire: Wire) -> None:
    for written, centavos in (("99999999.99", 9_999_999_999), ("0.1", 10), ("7", 700), ("1015.330", 101_533)):
        body = json.dumps({"cobranca": {**COBRANCA, "valorNominal": "@"}}).replace('"@"', written)
        wire.answers = [httpx.Response(200, content=body.encode())]
        found = await bank.get("a-1")
        assert found is not None
        assert found.amount == centavos


@pytest.mark.parametrize("answer", [httpx.ReadTimeout("lost"), httpx.Response(500), httpx.Response(200, content=b"<html>")])
async def test_a_request_whose_answer_was_lost_may_have_had_its_effect(
    bank: Inter, wire: Wire, answer: httpx.Response | Exception
) -> None:
    wire.answers = [answer]
    with pytest.raises(OutcomeUnknown):
        await bank.issue(REQUEST)
    with pytest.raises(Unavailable) as reading:
        await bank.get("a-1")
    assert not isinstance(reading.value, OutcomeUnknown)


async def test_a_refusal_says_why_without_the_persons_data(bank: Inter, wire: Wire) -> None:
    wrong = {"razao": "inválido", "propriedade": "pagador.cpfCnpj", "valor": "52998224725"}
    wire.answers = [httpx.Response(400, json={"title": "Requisição inválida", "detail": "Dados", "violacoes": [wrong]})]
    with pytest.raises(Refused, match=r"pagador\.cpfCnpj: inválido") as refused:
        await bank.issue(REQUEST)
    assert "52998224725" not in str(refused.value)


async def test_a_token_that_was_withdrawn_is_asked_for_again_once(bank: Inter, wire: Wire) -> None:
    wire.answers = [httpx.Response(401), httpx.Response(200, json={"codigoSolicitacao": "a-1"})]
    await bank.issue(REQUEST)
    assert wire.tokens == 2
    wire.answers = [httpx.Response(401)]
    with pytest.raises(Unavailable):
        await bank.issue(REQUEST)


@pytest.mark.parametrize(
    "changed", [{"situacao": "NOVA"}, {"valorNominal": None}, {"dataVencimento": "24/11/2026"}, {"valorTotalRecebido": "muito"}]
)
async def test_a_charge_that_cannot_be_read_decides_nothing(bank: Inter, wire: Wire, changed: dict[str, Any]) -> None:
    wire.answers = [httpx.Response(200, json={"cobranca": {**COBRANCA, **changed}})]
    with pytest.raises(Unavailable):
        await bank.get("a-1")


async def test_no_charge_of_that_name_is_none(bank: Inter, wire: Wire) -> None:
    wire.answers = [httpx.Response(404, json={"title": "Não encontrado"})]
    assert await bank.get("../x y") is None
    assert wire.requests[-1].url.raw_path == b"/cobranca/v3/cobrancas/..%2Fx%20y"


# ------------------------------------------------------------------------------------------------ the whole way


async def test_the_whole_way_with_the_simulated_bank(stage: Stage, debt: int, tmp_path: Path) -> None:
    """Asked for, registered a second later, checked, said; paid late, told, settled: the same id on both sides."""
    told: list[bytes] = []

    def product(request: httpx.Request) -> httpx.Response:
        told.append(request.content)
        return httpx.Response(200)

    config = SimulatorConfig(
        own_url="http://sim",
        base_path="",
        webhook_meta_url="http://product/webhooks/meta",
        meta_app_secret="segredo",
        meta_verify_token="verifica",
        meta_access_token="token",
        meta_phone_number_id="1",
        now=stage.clock.now,
        state_path=tmp_path / "state.sqlite",
        latency=0,
        webhook_boleto_url="http://product/webhooks/boleto/s",
    )
    app = create(config, client=httpx.AsyncClient(transport=httpx.MockTransport(product)))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://sim") as client:
        bank = Inter(client, stage.clock, api_url="http://sim/boleto", client_id="simulador", client_secret="simulador")
        stage.till = replace(stage.till, boletos={"simulated": bank})
        charge = await stage.ask(debt, kind="boleto")
        await stage.work()
        waiting = await stage.read(charge.id)
        assert waiting.status == "pending"
        stage.clock.advance(seconds=1)
        stage.jobs.waiting.append(("create_charge", str(charge.id)))
        await stage.work()
        made = await stage.read(charge.id)
        assert made.status == "active"
        assert slips.decode(made.code or "", today=stage.clock.today()).amount == charge.amount
        stage.clock.advance(days=3)
        paid = (await client.post("/pay", json={"code": made.code})).json()
        await app.state.world.postman.settle()
        async with stage.engine.begin() as conn:
            assert await store_notices(conn, stage.till, BOLETO, read_boleto_notice(told[-1])) == 1
        await stage.work()
        await app.state.world.close()
    (payment,) = await stage.payments()
    assert (payment.end_to_end_id, payment.status) == (paid["end_to_end_id"], "applied")
    assert payment.amount == charge.amount + 2 * 33
    assert payment.paid_at == stage.clock.now()
    assert (await stage.debt(debt)).status == "paid"
