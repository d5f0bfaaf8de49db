"""The simulated Twilio and its telephones: what the business is told and how it is signed, what is refused, what the page shows."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl

import httpx
import pytest
from twilio.request_validator import RequestValidator

from simulator.postman import twilio_signature
from tests.simulator.simulated_stage import Stage

ACCOUNT = "AC" + "a" * 32
TOKEN = "segredo-do-twilio"
WHATSAPP, RCS = "whatsapp:+551140028900", "rcs:trato_demo"
ANA = "+5511988887777"
CALLBACK = "http://product/webhooks/twilio/status?key=m_1"


@pytest.fixture
def stage(open_stage: Callable[..., Stage]) -> Stage:
    return open_stage(
        twilio_account_sid=ACCOUNT,
        twilio_auth_token=TOKEN,
        twilio_whatsapp_from=WHATSAPP,
        twilio_rcs_from=RCS,
        webhook_twilio_url="http://product/webhooks/twilio",
    )


def told(stage: Stage, path: str = "webhooks/twilio") -> list[dict[str, str]]:
    return [dict(parse_qsl(body.decode(), keep_blank_values=True)) for at, body, _ in stage.product.notices if at == path]


async def phone(stage: Stage, network: str = "whatsapp") -> dict[str, Any]:
    return await stage.phone(debtor="52998224725", door=f"twilio_{network}")


async def send(stage: Stage, network: str = "whatsapp", token: str = TOKEN, **fields: str) -> httpx.Response:
    given = {
        "To": f"{network}:{ANA}",
        "From": WHATSAPP if network == "whatsapp" else RCS,
        "StatusCallback": CALLBACK,
        **fields,
    }
    answer = await stage.http.post(f"/twilio/2010-04-01/Accounts/{ACCOUNT}/Messages.json", data=given, auth=(ACCOUNT, token))
    await stage.settle()
    return answer


async def form(stage: Stage, types: dict[str, Any]) -> str:
    body = {"friendly_name": "x", "language": "pt_BR", "variables": {}, "types": types}
    answer = await stage.http.post("/twilio/v1/Content", json=body, auth=(ACCOUNT, TOKEN))
    assert answer.status_code == 201, answer.text
    return str(answer.json()["sid"])


def buttons(count: int = 2) -> dict[str, Any]:
    place = "{{{{{}}}}}".format
    actions = [{"type": "QUICK_REPLY", "title": place(2 * n), "id": place(2 * n + 1)} for n in range(1, count + 1)]
    return {"twilio/quick-reply": {"body": "{{1}}", "actions": actions}}


async def test_what_people_write_is_told_and_signed_as_twilio_does(stage: Stage) -> None:
    ana = await phone(stage)
    await stage.http.post(f"/phones/{ana['id']}/text", json={"text": "olá, é 1+1?"})
    await stage.settle()
    (fields,) = told(stage)
    assert (fields["From"], fields["To"], fields["Body"]) == (f"whatsapp:{ANA}", WHATSAPP, "olá, é 1+1?")
    assert fields["AccountSid"] == ACCOUNT
    signature = twilio_signature(TOKEN, "http://product/webhooks/twilio", list(fields.items()))
    assert RequestValidator(TOKEN).validate("http://product/webhooks/twilio", fields, signature)


async def test_a_tapped_button_and_row_come_with_their_ids(stage: Stage) -> None:
    ana = await phone(stage)
    await stage.http.post(f"/phones/{ana['id']}/text", json={"text": "oi"})
    sid = await form(stage, buttons())
    values = json.dumps({"1": "Qual?", "2": "Sim", "3": "o_1", "4": "Não", "5": "o_2"})
    sent = (await send(stage, ContentSid=sid, ContentVariables=values)).json()
    await stage.http.post(f"/phones/{ana['id']}/tap", json={"message": sent["sid"], "option": "Não"})
    await stage.settle()
    assert (told(stage)[-1]["ButtonPayload"], told(stage)[-1]["ButtonText"]) == ("o_2", "Não")
    items = [{"item": "{{3}}", "id": "{{4}}"}]
    sid = await form(stage, {"twilio/list-picker": {"body": "{{1}}", "button": "{{2}}", "items": items}})
    values = json.dumps({"1": "Qual?", "2": "Ver", "3": "Luz", "4": "o_3"})
    sent = (await send(stage, ContentSid=sid, ContentVariables=values)).json()
    await stage.http.post(f"/phones/{ana['id']}/tap", json={"message": sent["sid"], "option": "o_3"})
    await stage.settle()
    assert (told(stage)[-1]["ListId"], told(stage)[-1]["ListTitle"]) == ("o_3", "Luz")


async def test_rcs_shows_chips_and_carousels_and_never_quick_replies(stage: Stage) -> None:
    ana = await phone(stage, "rcs")
    actions = [{"type": "QUICK_REPLY", "title": "{{2}}", "id": "{{3}}"}]
    sid = await form(stage, {"twilio/card": {"body": "{{1}}", "actions": actions}})
    sent = (await send(stage, "rcs", ContentSid=sid, ContentVariables='{"1": "Oi", "2": "Pagar", "3": "o_1"}')).json()
    await stage.http.post(f"/phones/{ana['id']}/tap", json={"message": sent["sid"], "option": "Pagar"})
    await stage.settle()
    fields = told(stage)[-1]
    assert (fields["From"], fields["To"], fields["ButtonPayload"]) == (f"rcs:{ANA}", RCS, "o_1")
    assert json.loads(fields["ChannelMetadata"])["type"] == "rcs"
    refused = await send(
        stage, "rcs", ContentSid=await form(stage, buttons(1)), ContentVariables='{"1": "a", "2": "b", "3": "c"}'
    )
    assert refused.json()["code"] == 63005


async def test_statuses_come_in_order_to_the_address_that_was_given(stage: Stage) -> None:
    ana = await phone(stage)
    await stage.http.post(f"/phones/{ana['id']}/text", json={"text": "oi"})
    await send(stage, Body="olá")
    assert [fields["MessageStatus"] for fields in told(stage, "webhooks/twilio/status")] == ["sent", "delivered", "read"]


async def test_outside_the_window_a_text_is_taken_and_fails_later(stage: Stage) -> None:
    await phone(stage)
    assert (await send(stage, Body="olá")).status_code == 201
    (failed,) = told(stage, "webhooks/twilio/status")
    assert (failed["MessageStatus"], failed["ErrorCode"]) == ("failed", "63016")
    sid = await form(stage, {"twilio/text": {"body": "Oi {{1}}, tudo bem?"}})
    approval = await stage.http.post(
        f"/twilio/v1/Content/{sid}/ApprovalRequests/whatsapp", json={"name": "oi", "category": "UTILITY"}, auth=(ACCOUNT, TOKEN)
    )
    assert approval.status_code == 201
    await send(stage, ContentSid=sid, ContentVariables='{"1": "Ana"}')
    assert told(stage, "webhooks/twilio/status")[-1]["MessageStatus"] in ("sent", "delivered", "read")


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"To": "+5511988887777", "Body": "x"}, 21211),
        ({"From": "whatsapp:+550000000000", "Body": "x"}, 63007),
        ({"Body": "x" * 1601}, 21617),
        ({}, 21619),
        ({"ContentSid": "HX" + "0" * 32}, 20404),
    ],
)
async def test_what_twilio_refuses(stage: Stage, fields: dict[str, str], code: int) -> None:
    assert (await send(stage, **fields)).json()["code"] == code


async def test_another_token_is_refused_and_faults_strike(stage: Stage) -> None:
    assert (await send(stage, token="x", Body="olá")).json()["code"] == 20003
    for name, status in (("twilio.rate_limit", 429), ("twilio.error_500", 500), ("twilio.token_expired", 401)):
        await stage.http.post("/faults", json={"name": name, "calls": 1})
        assert (await send(stage, Body="olá")).status_code == status


async def test_a_file_that_somebody_sends_is_kept_behind_the_accounts_credentials(stage: Stage) -> None:
    ana = await phone(stage)
    await stage.http.post(f"/phones/{ana['id']}/media", data={"kind": "document", "caption": "paguei"})
    await stage.settle()
    fields = told(stage)[-1]
    assert (fields["NumMedia"], fields["MediaContentType0"], fields["Body"]) == ("1", "application/pdf", "paguei")
    path = fields["MediaUrl0"].removeprefix("http://sim")
    assert (await stage.http.get(path)).status_code == 401
    assert (await stage.http.get(path, auth=(ACCOUNT, TOKEN))).content.startswith(b"%PDF")


async def test_an_rcs_message_may_fall_back_to_sms_when_told_to(stage: Stage) -> None:
    ana = await phone(stage, "rcs")
    await stage.http.post(f"/phones/{ana['id']}/text", json={"text": "oi"})
    await stage.http.post("/faults", json={"name": "twilio.sms_fallback", "calls": 1})
    await send(stage, "rcs", Body="olá")
    delivered = next(fields for fields in told(stage, "webhooks/twilio/status") if fields["MessageStatus"] == "delivered")
    assert delivered["From"].startswith("+")


PAY = {
    "payment_id": "TX1",
    "body": "Quem recebe: Loja",
    "merchant_name": "Loja",
    "country_code": "BR",
    "currency_code": "BRL",
    "items": '[{"label":"Luz","quantity":"1","id":"1","amount":"10.00"}]',
    "subtotal_amount": "10.00",
    "total_amount": "10.00",
    "order_expiration": "1893456000",
    "order_expiration_description": "Fim",
}


async def test_a_payment_card_is_shown_and_becomes_paid(stage: Stage) -> None:
    ana = await phone(stage)
    await stage.http.post(f"/phones/{ana['id']}/text", json={"text": "oi"})
    state = stage.app.state.world.state
    code = {"type": "ORDER_DETAILS", "code": "000201 6304ABCD", "key": "k", "key_type": "EVP"}
    order = await form(stage, {"twilio/pay": PAY | {"pix": code}})
    news = await form(stage, {"twilio/pay": PAY | {"pix": {"type": "ORDER_STATUS", "status": "completed"}}})
    assert (await send(stage, ContentSid=news)).json()["code"] == 63013, "of an order that nobody knows"
    sid = (await send(stage, ContentSid=order)).json()["sid"]
    shown = state.message(sid)
    assert (shown["content"]["type"], shown["pay"]) == ("order_details", "000201 6304ABCD")
    assert (await send(stage, ContentSid=order)).json()["code"] == 63013, "the same order twice"
    await send(stage, ContentSid=news)
    assert state.message(sid)["payment"]["payment"] == "captured"
    wrong = await form(stage, {"twilio/pay": PAY | {"pix": code, "payment_id": "TX2", "total_amount": "9.99"}})
    assert (await send(stage, ContentSid=wrong)).json()["code"] == 63013
