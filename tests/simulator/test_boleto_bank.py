"""The fake bank speaks Banco Inter's API Cobrança, and the fake payer's bank takes its lines."""

import base64
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from codes import boleto as product_codes
from simulator import boleto_code
from tests.simulator.simulated_stage import Stage

BASE = "/boleto/cobranca/v3/cobrancas"
BODY: dict[str, Any] = {
    "seuNumero": "TABCDEFGH123456",
    "valorNominal": 150.00,
    "dataVencimento": "2026-11-25",
    "numDiasAgenda": 30,
    "pagador": {
        "cpfCnpj": "52998224725",
        "tipoPessoa": "FISICA",
        "nome": "Ana Souza",
        "endereco": "Rua A, 1",
        "cidade": "Recife",
        "uf": "PE",
        "cep": "50000000",
    },
    "beneficiarioFinal": {"cpfCnpj": "90731425000163", "tipoPessoa": "JURIDICA", "nome": "LOJAS TAMBORIL SA"},
    "multa": {"codigo": "VALORFIXO", "valor": 3.00},
    "mora": {"codigo": "VALORDIA", "valor": 0.05},
}


async def login(stage: Stage) -> dict[str, str]:
    form = {"client_id": "simulador", "client_secret": "simulador", "grant_type": "client_credentials"}
    answer = await stage.http.post("/boleto/oauth/v2/token", data=form)
    assert answer.status_code == 200, answer.text
    return {"Authorization": f"Bearer {answer.json()['access_token']}"}


async def ask(stage: Stage, **changes: Any) -> str:
    answer = await stage.http.post(BASE, json={**BODY, **changes}, headers=await login(stage))
    assert answer.status_code == 200, answer.text
    return str(answer.json()["codigoSolicitacao"])


async def look(stage: Stage, ref: str) -> dict[str, Any]:
    found: dict[str, Any] = (await stage.http.get(f"{BASE}/{ref}", headers=await login(stage))).json()
    return found


async def registered(stage: Stage, **changes: Any) -> tuple[str, str]:
    """The bank's name of a boleto that can be paid, and its line."""
    ref = await ask(stage, **changes)
    await stage.clock.move(timedelta(seconds=2))
    return ref, (await look(stage, ref))["boleto"]["linhaDigitavel"]


async def pay(stage: Stage, code: str, **rest: Any) -> dict[str, Any]:
    answer = await stage.http.post("/pay", json={"code": code, **rest})
    assert answer.status_code == 200
    await stage.settle()
    result: dict[str, Any] = answer.json()
    return result


def told(stage: Stage) -> list[dict[str, Any]]:
    return [item for path, body, _ in stage.product.notices if path == "hook/boleto" for item in json.loads(body)]


async def hook(stage: Stage) -> None:
    answer = await stage.http.put(
        f"{BASE}/webhook", json={"webhookUrl": "http://product/hook/boleto"}, headers=await login(stage)
    )
    assert answer.status_code == 204


async def test_wrong_credentials_get_no_token(stage: Stage) -> None:
    form = {"client_id": "simulador", "client_secret": "x", "grant_type": "client_credentials"}
    assert (await stage.http.post("/boleto/oauth/v2/token", data=form)).status_code == 401
    assert (await stage.http.get(f"{BASE}/x", headers={"Authorization": "Bearer 9.x"})).status_code == 401


async def test_a_boleto_is_registered_a_second_after_it_was_asked_for(stage: Stage) -> None:
    ref = await ask(stage)
    first = await look(stage, ref)
    assert first["cobranca"]["situacao"] == "EM_PROCESSAMENTO"
    assert "boleto" not in first
    assert (await stage.http.get(f"{BASE}/{ref}/pdf", headers=await login(stage))).status_code == 404
    stage.clock.moment = stage.clock.moment.replace(second=1)
    then = await look(stage, ref)
    assert then["cobranca"]["situacao"] == "A_RECEBER"
    assert len(then["boleto"]["linhaDigitavel"]) == 47
    pdf = (await stage.http.get(f"{BASE}/{ref}/pdf", headers=await login(stage))).json()["pdf"]
    assert base64.b64decode(pdf).startswith(b"%PDF")


async def test_the_product_reads_what_the_simulator_writes(stage: Stage) -> None:
    ref, line = await registered(stage)
    bars = (await look(stage, ref))["boleto"]["codigoBarras"]
    today = stage.clock.now().date()
    slip = product_codes.decode(line, today=today)
    assert (slip.barcode, slip.amount, slip.due_date, slip.bank) == (bars, 15_000, today.replace(day=25), "077")


@pytest.mark.parametrize(
    "vector",
    [
        "00190.00009 03128.557000 00000.123174 6 16560000123456",
        "34191.09123 34567.841233 45678.970000 1 16920000009990",
        "07790.00116 10123.456708 00000.045864 2 69340000027615",
    ],
)
def test_the_payers_bank_reads_lines_of_other_banks(vector: str) -> None:
    assert boleto_code.read(vector) == product_codes.barcode_of(vector)


@pytest.mark.parametrize(
    "changes",
    [
        {"seuNumero": "x" * 16},
        {"seuNumero": None},
        {"valorNominal": "150.00"},
        {"valorNominal": 0},
        {"valorNominal": 1.234},
        {"dataVencimento": "2026-11-22"},
        {"dataVencimento": "25/11/2026"},
        {"numDiasAgenda": 61},
        {"pagador": {**BODY["pagador"], "cep": ""}},
        {"pagador": None},
        {"multa": {"codigo": "OUTRA", "valor": 1}},
    ],
)
async def test_what_the_bank_cannot_register_is_refused(stage: Stage, changes: dict[str, Any]) -> None:
    answer = await stage.http.post(BASE, json={**BODY, **changes}, headers=await login(stage))
    assert answer.status_code == 400
    assert answer.json()["violacoes"]


async def test_a_paid_boleto_is_told_with_its_total(stage: Stage) -> None:
    await hook(stage)
    ref, line = await registered(stage)
    paid = await pay(stage, product_codes.formatted(line))
    assert paid == {
        "status": "paid",
        "reason": None,
        "message": "Boleto pago.",
        "end_to_end_id": f"{ref}.15000",
        "amount": "150.00",
    }
    (notice,) = told(stage)
    assert (notice["codigoSolicitacao"], notice["situacao"], notice["valorTotalRecebido"]) == (ref, "RECEBIDO", 150.0)
    found = await look(stage, ref)
    assert (found["cobranca"]["situacao"], found["cobranca"]["dataSituacao"]) == ("RECEBIDO", "2026-11-23")
    assert (await pay(stage, line))["end_to_end_id"] == f"{ref}.30000"


async def test_the_bars_pay_as_well_as_the_line(stage: Stage) -> None:
    _, line = await registered(stage)
    assert (await pay(stage, boleto_code.read(line)))["status"] == "paid"


async def test_a_late_payment_costs_what_was_registered_for_it(stage: Stage) -> None:
    ref, line = await registered(stage)
    stage.clock.moment = stage.clock.moment.replace(day=28)
    preview = (await stage.http.post("/pay/preview", json={"code": line})).json()
    assert (preview["payee"], preview["amount"], preview["means"]) == ("LOJAS TAMBORIL SA", "153.15", "boleto")
    assert (await look(stage, ref))["cobranca"]["situacao"] == "ATRASADO"
    assert (await pay(stage, line))["amount"] == "153.15"


async def test_what_is_cancelled_expired_unknown_or_a_utility_slip_is_refused(stage: Stage) -> None:
    ref, line = await registered(stage)
    assert (await pay(stage, line[:-1] + "9"))["reason"] == "bad_line"
    assert (await pay(stage, line[:-1]))["reason"] == "bad_line"
    utility = "836200000005667800481000180975657313001589636081"
    assert (await pay(stage, utility))["reason"] == "utility_slip"
    assert (await pay(stage, "00190000090312855700000000123174616560000123456"))["reason"] == "unknown"
    late, late_line = await registered(stage, seuNumero="TLATE", numDiasAgenda=0)
    assert late != ref
    headers = await login(stage)
    assert (await stage.http.post(f"{BASE}/{ref}/cancelar", json={}, headers=headers)).status_code == 400
    assert (
        await stage.http.post(f"{BASE}/{ref}/cancelar", json={"motivoCancelamento": "ACERTOS"}, headers=headers)
    ).status_code == 202
    assert (await pay(stage, line))["reason"] == "cancelled"
    stage.clock.moment = stage.clock.moment.replace(day=26)
    assert (await pay(stage, late_line))["reason"] == "expired"


async def test_faults_of_the_boleto_bank(stage: Stage) -> None:
    for name, status in (("boleto.rate_limit", 429), ("boleto.error_500", 500), ("boleto.unavailable", 503)):
        await stage.http.post("/faults", json={"name": name, "calls": 1})
        assert (await stage.http.get(f"{BASE}/x", headers=await login(stage))).status_code == status
    await stage.http.post("/faults", json={"name": "boleto.wrong_codes", "calls": 1})
    _, line = await registered(stage)
    assert line.endswith("15001")


async def test_a_lost_answer_leaves_a_boleto_that_is_found_by_our_number(stage: Stage) -> None:
    await stage.http.post("/faults", json={"name": "boleto.answer_late", "calls": 1})
    await stage.http.post(BASE, json=BODY, headers=await login(stage))
    query = {"dataInicial": "2026-11-21", "dataFinal": "2026-11-25", "filtrarDataPor": "EMISSAO", "seuNumero": BODY["seuNumero"]}
    found = (await stage.http.get(BASE, params=query, headers=await login(stage))).json()
    assert (found["totalPaginas"], len(found["cobrancas"])) == (1, 1)


@pytest.mark.parametrize("fault", ["boleto.webhook_duplicate", "boleto.webhook_late", "boleto.webhook_lost"])
async def test_notices_come_twice_late_or_never(stage: Stage, fault: str) -> None:
    await hook(stage)
    _, line = await registered(stage)
    await stage.http.post("/faults", json={"name": fault, "calls": 1})
    await pay(stage, line)
    assert len(told(stage)) == {"boleto.webhook_duplicate": 2, "boleto.webhook_late": 1, "boleto.webhook_lost": 0}[fault]


async def test_boletos_survive_a_restart(open_stage: Callable[..., Stage]) -> None:
    first = open_stage()
    ref, line = await registered(first)
    second = open_stage()
    second.clock.moment = first.clock.moment
    assert (await look(second, ref))["boleto"]["linhaDigitavel"] == line


@pytest.mark.parametrize("nonsense", [None, 7, "x", [7], {"a": 1}, True, "2026-11-25"])
async def test_no_part_of_a_boleto_replaced_by_nonsense_makes_the_bank_fall_over(stage: Stage, nonsense: Any) -> None:
    headers = await login(stage)
    for name in BODY:
        inner = BODY[name]
        bodies = [{**BODY, name: nonsense}]
        if isinstance(inner, dict):
            bodies += [{**BODY, name: {**inner, key: nonsense}} for key in inner]
        for body in bodies:
            answer = await stage.http.post(BASE, json=body, headers=headers)
            assert answer.status_code in (200, 400), (name, nonsense)
            if answer.status_code == 200:
                await stage.clock.move(timedelta(seconds=2))
                ref = answer.json()["codigoSolicitacao"]
                for path in (f"{BASE}/{ref}", f"{BASE}/{ref}/pdf"):
                    assert (await stage.http.get(path, headers=headers)).status_code == 200
    for path in (f"{BASE}/x/cancelar", f"{BASE}/x", f"{BASE}/webhook", BASE):
        for method in ("POST", "PATCH", "PUT"):
            answer = await stage.http.request(method, path, json=nonsense, headers=headers)
            assert answer.status_code < 500
