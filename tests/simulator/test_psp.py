"""The fake PSP speaks BACEN's API Pix, and the fake bank pays what a bank would pay."""

from collections.abc import Callable
from typing import Any

import pytest

from codes import pix as product_codes
from simulator.brcode import BrCodeRefused, dynamic_code, read
from tests.simulator.simulated_stage import KEY, Stage, login

TXID = "a" * 32
BODY: dict[str, Any] = {
    "calendario": {"expiracao": 3600},
    "devedor": {"cpf": "52998224725", "nome": "Ana Souza"},
    "valor": {"original": "150.00"},
    "chave": KEY,
}
STATIC = (
    "00020126330014br.gov.bcb.pix01115299822472552040000530398654071234.56"
    "5802BR5917CREDOR TESTE LTDA6009SAO PAULO62160512ACORDO000123630474C6"
)


async def charge(stage: Stage, txid: str = TXID, **changes: Any) -> dict[str, Any]:
    answer = await stage.http.put(f"/psp/cob/{txid}", json={**BODY, **changes}, headers=await login(stage))
    assert answer.status_code == 201, answer.text
    cob: dict[str, Any] = answer.json()
    return cob


async def pay(stage: Stage, code: str, **rest: Any) -> dict[str, Any]:
    answer = await stage.http.post("/pay", json={"code": code, **rest})
    assert answer.status_code == 200
    await stage.settle()
    result: dict[str, Any] = answer.json()
    return result


async def hook(stage: Stage) -> None:
    answer = await stage.http.put(f"/psp/webhook/{KEY}", json={"webhookUrl": "http://product/hook"}, headers=await login(stage))
    assert answer.status_code == 200


async def test_wrong_credentials_get_no_token(stage: Stage) -> None:
    answer = await stage.http.post(
        "/psp/oauth/token", data={"grant_type": "client_credentials"}, headers={"Authorization": "Basic eDp5"}
    )
    assert answer.status_code == 401


async def test_a_token_ends_after_its_hour(stage: Stage) -> None:
    headers = await login(stage)
    stage.clock.moment = stage.clock.moment.replace(hour=13)
    assert (await stage.http.get(f"/psp/cob/{TXID}", headers=headers)).status_code == 401


async def test_a_charge_answers_with_a_right_code(stage: Stage) -> None:
    cob = await charge(stage)
    assert (cob["status"], cob["txid"], cob["revisao"], cob["calendario"]["expiracao"]) == ("ATIVA", TXID, 0, 3600)
    code = read(cob["pixCopiaECola"])
    assert (code.location, code.amount) == (cob["location"], 15000)
    assert (code.name, code.city) == ("Loja Sol e Comercio de Ac", "Sao Jose dos Ca")
    assert len(cob["location"]) <= 77 and "://" not in cob["location"]


async def test_the_product_reads_what_the_simulator_writes(stage: Stage) -> None:
    cob = await charge(stage)
    code = product_codes.decode(cob["pixCopiaECola"])
    assert (code.location, code.amount) == (cob["location"], 15000)


async def test_the_same_charge_again_is_the_same_charge(stage: Stage) -> None:
    first = await charge(stage)
    assert await charge(stage) == first
    other = await stage.http.put(f"/psp/cob/{TXID}", json={**BODY, "valor": {"original": "151.00"}}, headers=await login(stage))
    assert other.status_code == 400
    assert other.json()["type"] == "https://pix.bcb.gov.br/api/v2/error/CobOperacaoInvalida"
    assert other.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("txid", "changes"),
    [
        ("a" * 25, {}),
        ("a" * 36, {}),
        ("a" * 25 + "-", {}),
        (TXID, {"valor": {"original": "1.234,56"}}),
        (TXID, {"valor": {"original": 150.0}}),
        (TXID, {"valor": {"original": "0.00"}}),
        (TXID, {"chave": "outra"}),
        (TXID, {"calendario": {"expiracao": 0}}),
        (TXID, {"devedor": {"cpf": "529.982.247-25", "nome": "Ana"}}),
        (TXID, {"solicitacaoPagador": "x" * 141}),
    ],
)
async def test_a_wrong_charge_is_refused_with_its_violations(stage: Stage, txid: str, changes: dict[str, Any]) -> None:
    answer = await stage.http.put(f"/psp/cob/{txid}", json={**BODY, **changes}, headers=await login(stage))
    assert answer.status_code == 400
    assert answer.json()["violacoes"][0]["propriedade"].startswith("cob")


async def test_a_paid_charge_is_concluded_and_told(stage: Stage) -> None:
    await hook(stage)
    cob = await charge(stage)
    paid = await pay(stage, cob["pixCopiaECola"])
    assert paid["status"] == "paid" and len(paid["end_to_end_id"]) == 32
    headers = await login(stage)
    after = (await stage.http.get(f"/psp/cob/{TXID}", headers=headers)).json()
    assert after["status"] == "CONCLUIDA"
    assert [p["valor"] for p in after["pix"]] == ["150.00"]
    assert [(p["endToEndId"], p["txid"], p["chave"]) for p in stage.product.pix()] == [(paid["end_to_end_id"], TXID, KEY)]
    assert (await stage.http.get(f"/psp/pix/{paid['end_to_end_id']}", headers=headers)).json()["txid"] == TXID


async def test_paying_again_and_paying_another_amount_are_pix_too(stage: Stage) -> None:
    await hook(stage)
    cob = await charge(stage)
    for amount in (None, "100.00", "0.50"):
        assert (await pay(stage, cob["pixCopiaECola"], amount=amount))["status"] == "paid"
    assert [p["valor"] for p in stage.product.pix()] == ["150.00", "100.00", "0.50"]


async def test_a_bank_refuses_what_is_expired_removed_changed_or_unknown(stage: Stage) -> None:
    cob = await charge(stage)
    code = cob["pixCopiaECola"]
    changed = code.replace("150.00", "150.01")
    assert (await pay(stage, changed))["reason"] == "crc_mismatch"
    assert (await pay(stage, code[:-10]))["reason"] == "bad_length"
    assert (await pay(stage, dynamic_code("pix.outro.com.br/qr/v2/1", "1.00", "X", "Y")))["reason"] == "unknown"
    assert (await pay(stage, STATIC))["reason"] == "unknown_key"
    assert (await pay(stage, "03399026944140000002628346101018898510000008848"))["reason"] == "unknown"
    assert (await pay(stage, code, amount="-1"))["reason"] == "bad_amount"
    headers = await login(stage)
    body = {"status": "REMOVIDA_PELO_USUARIO_RECEBEDOR"}
    both = await stage.http.patch(f"/psp/cob/{TXID}", json={**body, "valor": {"original": "1.00"}}, headers=headers)
    assert both.status_code == 400
    assert (await stage.http.patch(f"/psp/cob/{TXID}", json=body, headers=headers)).json()["revisao"] == 1
    assert (await pay(stage, code))["reason"] == "removed"
    assert (await stage.http.patch(f"/psp/cob/{TXID}", json=body, headers=headers)).status_code == 400
    other = await charge(stage, "b" * 32)
    await stage.http.post("/clock", json={"advance_seconds": 3599})
    assert (await stage.http.post("/pay/preview", json={"code": other["pixCopiaECola"]})).json()["status"] == "payable"
    await stage.http.post("/clock", json={"advance_seconds": 1})
    assert (await pay(stage, other["pixCopiaECola"]))["reason"] == "expired"


async def test_a_revised_amount_changes_the_code(stage: Stage) -> None:
    cob = await charge(stage)
    revised = await stage.http.patch(f"/psp/cob/{TXID}", json={"valor": {"original": "99.90"}}, headers=await login(stage))
    assert read(revised.json()["pixCopiaECola"]).amount == 9990
    assert revised.json()["location"] == cob["location"]


async def test_payments_are_listed_by_time_and_page(stage: Stage) -> None:
    cob = await charge(stage)
    for _ in range(3):
        await pay(stage, cob["pixCopiaECola"])
    query = {
        "inicio": "2026-11-23T00:00:00Z",
        "fim": "2026-11-24T00:00:00Z",
        "paginacao.itensPorPagina": "2",
        "paginacao.paginaAtual": "1",
    }
    found = (await stage.http.get("/psp/pix", params=query, headers=await login(stage))).json()
    assert len(found["pix"]) == 1
    assert found["parametros"]["paginacao"]["quantidadeDePaginas"] == 2
    bad = await stage.http.get("/psp/pix", params={"inicio": "ontem", "fim": "hoje"}, headers=await login(stage))
    assert bad.json()["type"].endswith("PixConsultaInvalida")


async def test_a_refund_never_exceeds_its_pix(stage: Stage) -> None:
    await hook(stage)
    cob = await charge(stage)
    end_to_end_id = (await pay(stage, cob["pixCopiaECola"]))["end_to_end_id"]
    headers = await login(stage)
    first = await stage.http.put(f"/psp/pix/{end_to_end_id}/devolucao/d1", json={"valor": "100.00"}, headers=headers)
    assert (first.status_code, first.json()["status"]) == (201, "EM_PROCESSAMENTO")
    again = await stage.http.put(f"/psp/pix/{end_to_end_id}/devolucao/d1", json={"valor": "100.00"}, headers=headers)
    assert again.json()["rtrId"] == first.json()["rtrId"]
    more = await stage.http.put(f"/psp/pix/{end_to_end_id}/devolucao/d2", json={"valor": "50.01"}, headers=headers)
    assert more.json()["type"].endswith("PixDevolucaoInvalida")
    await stage.settle()
    done = await stage.http.get(f"/psp/pix/{end_to_end_id}/devolucao/d1", headers=headers)
    assert done.json()["status"] == "DEVOLVIDO"
    assert stage.product.pix()[-1]["devolucoes"][0]["id"] == "d1"


async def test_what_does_not_exist_is_404(stage: Stage) -> None:
    headers = await login(stage)
    for path, kind in (
        (f"cob/{TXID}", "CobNaoEncontrado"),
        ("pix/E1", "PixNaoEncontrado"),
        (f"webhook/{KEY}", "WebhookNaoEncontrado"),
    ):
        answer = await stage.http.get(f"/psp/{path}", headers=headers)
        assert (answer.status_code, answer.json()["type"].rsplit("/", 1)[1]) == (404, kind)


@pytest.mark.parametrize(("fault", "status"), [("psp.rate_limit", 429), ("psp.error_500", 500), ("psp.unavailable", 503)])
async def test_the_psp_stumbles_when_told(stage: Stage, fault: str, status: int) -> None:
    await stage.http.post("/faults", json={"name": fault, "calls": 1})
    headers = await login(stage)
    assert (await stage.http.put(f"/psp/cob/{TXID}", json=BODY, headers=headers)).status_code == status
    assert (await stage.http.put(f"/psp/cob/{TXID}", json=BODY, headers=headers)).status_code == 201


async def test_a_lost_answer_left_a_charge(stage: Stage) -> None:
    await stage.http.post("/faults", json={"name": "psp.answer_lost", "calls": 1})
    headers = await login(stage)
    with pytest.raises(AssertionError):  # the in-process transport's word for an answer that never ended
        await stage.http.put(f"/psp/cob/{TXID}", json=BODY, headers=headers)
    assert (await stage.http.get(f"/psp/cob/{TXID}", headers=headers)).json()["status"] == "ATIVA"


async def test_a_notice_can_be_doubled_or_lost(stage: Stage) -> None:
    await hook(stage)
    cob = await charge(stage)
    await stage.http.post("/faults", json={"name": "psp.webhook_duplicate", "calls": 1})
    await pay(stage, cob["pixCopiaECola"])
    assert len(stage.product.pix()) == 2
    await stage.http.post("/faults", json={"name": "psp.webhook_lost", "calls": 1})
    await pay(stage, cob["pixCopiaECola"])
    assert len(stage.product.pix()) == 2


async def test_charges_and_payments_survive_a_restart(open_stage: Callable[..., Stage]) -> None:
    first = open_stage()
    cob = await charge(first)
    await first.app.state.world.close()
    second = open_stage()
    assert (await pay(second, cob["pixCopiaECola"]))["status"] == "paid"


def test_the_bank_and_the_product_refuse_the_same_codes() -> None:
    twisted = (
        "00020126360014BR.GOV.BCB.PIX0114+5511943214321520400005303986540566.665802BR5907EMPRESA6008BRASILIA62080503***6304170E"
    )
    for code in (STATIC.replace("1234.56", "1234.57"), twisted, "000AXYZ2BFE"):
        with pytest.raises(BrCodeRefused):
            read(code)
        with pytest.raises(product_codes.PixCodeError):
            product_codes.decode(code)
