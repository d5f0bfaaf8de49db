"""The fake Graph API answers and refuses as Meta documents it."""

import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from simulator.graph_rules import GraphError, check_message
from tests.simulator.simulated_stage import NUMBER, Stage

BUTTONS = [{"type": "reply", "reply": {"id": "a", "title": "Sim"}}, {"type": "reply", "reply": {"id": "b", "title": "Não"}}]


def buttons(items: list[dict[str, Any]], text: str = "Escolha") -> dict[str, Any]:
    return {"type": "interactive", "interactive": {"type": "button", "body": {"text": text}, "action": {"buttons": items}}}


def listing(rows: list[dict[str, Any]], text: str = "Escolha") -> dict[str, Any]:
    action = {"button": "Ver", "sections": [{"title": "Dívidas", "rows": rows}]}
    return {"type": "interactive", "interactive": {"type": "list", "body": {"text": text}, "action": action}}


def order(
    reference: str = "REF-1", total: int = 15000, ahead: int = 3600, now: int = 1795435200, **changes: Any
) -> dict[str, Any]:
    money = {"value": 15000, "offset": 100}
    parameters = {
        "reference_id": reference,
        "type": "digital-goods",
        "payment_type": "br",
        "payment_settings": [
            {
                "type": "pix_dynamic_code",
                "pix_dynamic_code": {
                    "code": "000201abc",
                    "merchant_name": "Loja Sol",
                    "key": "39580525000189",
                    "key_type": "CNPJ",
                },
            }
        ],
        "currency": "BRL",
        "total_amount": {"value": total, "offset": 100},
        "order": {
            "status": "pending",
            "items": [{"retailer_id": "1", "name": "Cartão", "amount": money, "quantity": 1}],
            "subtotal": money,
            "tax": {"value": 0, "offset": 100},
            "expiration": {"timestamp": str(now + ahead), "description": "vence"},
        },
        **changes,
    }
    action = {"name": "review_and_pay", "parameters": parameters}
    return {"type": "interactive", "interactive": {"type": "order_details", "body": {"text": "Pague"}, "action": action}}


def order_status(status: str, payment: str | None = None, reference: str = "REF-1") -> dict[str, Any]:
    parameters: dict[str, Any] = {"reference_id": reference, "order": {"status": status}}
    if payment:
        parameters["payment"] = {"status": payment}
    action = {"name": "review_order", "parameters": parameters}
    return {"type": "interactive", "interactive": {"type": "order_status", "body": {"text": "Pago"}, "action": action}}


TEXT = {"type": "text", "text": {"body": "olá"}}


async def test_a_text_is_accepted_delivered_and_read(stage: Stage) -> None:
    await stage.oi()
    answer = await stage.send({**TEXT, "biz_opaque_callback_data": "turno-1"})
    assert answer.status_code == 200
    body = answer.json()
    assert body["contacts"] == [{"input": "+5511988887777", "wa_id": "5511988887777", "user_id": body["contacts"][0]["user_id"]}]
    assert body["messages"][0]["id"].startswith("wamid.")
    await stage.settle()
    told = [(s["status"], s["recipient_id"], s["biz_opaque_callback_data"]) for s in stage.product.statuses()]
    assert told == [(s, "5511988887777", "turno-1") for s in ("sent", "delivered", "read")]


async def test_notices_are_signed_over_the_raw_bytes_with_accents_escaped(stage: Stage) -> None:
    phone = await stage.phone()
    await stage.http.post(f"/phones/{phone['id']}/text", json={"text": "não / sim"})
    await stage.settle()
    _, body, signature = stage.product.notices[0]
    assert b"n\\u00e3o \\/ sim" in body
    assert signature == "sha256=" + hmac.new(b"segredo", body, hashlib.sha256).hexdigest()
    value = stage.product.values()[0]
    assert value["metadata"]["phone_number_id"] == NUMBER
    assert value["messages"][0]["timestamp"] == "1795435200"
    assert value["messages"][0]["text"] == {"body": "não / sim"}


async def test_a_wrong_token_is_refused(stage: Stage) -> None:
    answer = await stage.send(TEXT, headers={"Authorization": "Bearer outro"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, 190)


async def test_another_number_id_does_not_exist(stage: Stage) -> None:
    answer = await stage.http.post("/meta/v25.0/999/messages", json={"messaging_product": "whatsapp", **TEXT})
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, 100)


async def test_without_a_message_of_the_last_24_hours_only_templates_pass(stage: Stage) -> None:
    await stage.oi()
    stage.clock.moment = stage.clock.moment.replace(day=24, hour=12, minute=1)
    answer = await stage.send(TEXT)
    assert answer.json()["error"]["code"] == 131047
    template = {"type": "template", "template": {"name": "pagamento_confirmado", "language": {"code": "pt_BR"}}}
    assert (await stage.send(template)).status_code == 200


async def test_a_template_wakes_a_phone_of_the_book(stage: Stage) -> None:
    template = {"type": "template", "template": {"name": "aviso", "language": {"code": "pt_BR"}}}
    answer = await stage.send(template)
    assert answer.status_code == 200
    await stage.settle()
    assert [s["status"] for s in stage.product.statuses()] == ["sent", "delivered"]
    items = (await stage.http.get("/phones")).json()["items"]
    assert [(p["name"], p["shown"]) for p in items] == [("Ana Souza", False)]


async def test_a_template_to_a_number_nobody_has_fails_later(stage: Stage) -> None:
    template = {"type": "template", "template": {"name": "aviso", "language": {"code": "pt_BR"}}}
    answer = await stage.send({**template, "to": "+5521977776666"})
    assert answer.status_code == 200
    await stage.settle()
    assert [(s["status"], s["errors"][0]["code"]) for s in stage.product.statuses()] == [("failed", 131026)]


async def test_known_templates_count_their_parameters(open_stage: Callable[..., Stage]) -> None:
    stage = open_stage(templates={"pago": "Oi, {{1}}. Recebemos {{2}}."})

    def template(name: str, *values: str) -> dict[str, Any]:
        parameters = [{"type": "text", "text": value} for value in values]
        return {
            "type": "template",
            "template": {"name": name, "language": {"code": "pt_BR"}, "components": [{"type": "body", "parameters": parameters}]},
        }

    assert (await stage.send(template("pago", "Ana"))).json()["error"]["code"] == 132000
    missing = await stage.send(template("outro"))
    assert (missing.status_code, missing.json()["error"]["code"]) == (404, 132001)
    assert (await stage.send(template("pago", "Ana", "R$ 10,00"))).status_code == 200
    items = (await stage.http.get("/phones/551188887777/messages")).json()["items"]
    assert items[0]["text"] == "Oi, Ana. Recebemos R$ 10,00."


@pytest.mark.parametrize(
    "body",
    [
        {"type": "text", "text": {"body": "x" * 4097}},
        {"type": "text", "text": {"body": "  "}},
        {"type": "text", "text": {}},
        buttons([]),
        buttons([{"type": "reply", "reply": {"id": str(n), "title": f"B{n}"}} for n in range(4)]),
        buttons([{"type": "reply", "reply": {"id": "a", "title": "x" * 21}}]),
        buttons([BUTTONS[0], {"type": "reply", "reply": {"id": "z", "title": "Sim"}}]),
        buttons(BUTTONS, "x" * 1025),
        listing([{"id": str(n), "title": f"L{n}"} for n in range(11)]),
        listing([{"id": "1", "title": "x" * 25}]),
        listing([{"id": "1", "title": "x", "description": "y" * 73}]),
        listing([{"id": "1", "title": "x"}, {"id": "1", "title": "y"}]),
        listing([{"id": "1", "title": "x"}], "x" * 4097),
        order(total=14999),
        order(reference="tem espaço"),
        order(reference="x" * 61),
        order(currency="USD"),
        order(payment_settings=[]),
        order(ahead=299),
        order_status("pending", reference="NINGUEM"),
        {"type": "document", "document": {"id": "1", "link": "https://x"}},
        {"type": "document", "document": {"id": "naoexiste"}},
        {"type": "poll", "poll": {}},
        {**TEXT, "to": "(11) 98888-7777"},
        {**TEXT, "biz_opaque_callback_data": "x" * 513},
    ],
)
async def test_what_breaks_a_limit_is_refused(stage: Stage, body: dict[str, Any]) -> None:
    await stage.oi()
    answer = await stage.send(body)
    assert answer.status_code == 400
    assert answer.json()["error"]["code"] in (100, 131008, 131009, 131051)
    assert answer.json()["error"]["error_data"]["details"]


@pytest.mark.parametrize(
    "body",
    [
        {"type": "text", "text": {"body": "x" * 4096}},
        buttons(BUTTONS, "x" * 1024),
        listing([{"id": str(n), "title": f"L{n}" + "x" * 22, "description": "y" * 72} for n in range(10)], "x" * 4096),
        order(),
        order(order=None),
        {**TEXT, "to": "5511988887777"},
    ],
)
async def test_what_keeps_the_limits_is_accepted(stage: Stage, body: dict[str, Any]) -> None:
    await stage.oi()
    assert (await stage.send(body)).status_code == 200


async def test_a_reference_cannot_ask_for_money_twice(stage: Stage) -> None:
    await stage.oi()
    assert (await stage.send(order())).status_code == 200
    assert (await stage.send(order())).json()["error"]["code"] == 131009


async def test_the_card_turns_paid_and_then_cannot_be_cancelled(stage: Stage) -> None:
    phone = await stage.oi()
    await stage.send(order())
    assert (await stage.send(order_status("processing", "captured"))).status_code == 200
    items = (await stage.http.get(f"/phones/{phone['id']}/messages")).json()["items"]
    card = next(m for m in items if m["type"] == "interactive" and m["content"]["type"] == "order_details")
    assert card["payment"] == {"order": "processing", "payment": "captured"}
    assert (await stage.send(order_status("canceled"))).json()["error"]["code"] == 2047


async def test_a_number_without_its_ninth_digit_is_still_reached(stage: Stage) -> None:
    phone = await stage.oi(debtor="52998224725", ninth_digit=False)
    assert phone["wa_id"] == "551188887777"
    assert stage.product.messages()[0]["from"] == "551188887777"
    answer = (await stage.send(TEXT)).json()
    assert (answer["contacts"][0]["input"], answer["contacts"][0]["wa_id"]) == ("+5511988887777", "551188887777")


async def test_a_person_without_a_phone_is_known_by_the_user_id_alone(stage: Stage) -> None:
    phone = await stage.oi(debtor="11144477735", hidden_number=True)
    received = stage.product.values()[0]
    assert "from" not in received["messages"][0] and "wa_id" not in received["contacts"][0]
    assert received["messages"][0]["from_user_id"] == phone["user_id"]
    full = {"messaging_product": "whatsapp", "recipient": phone["user_id"], **TEXT}
    answer = await stage.http.post(f"/meta/v25.0/{NUMBER}/messages", json=full)
    assert answer.json()["contacts"] == [{"input": phone["user_id"], "user_id": phone["user_id"]}]
    await stage.settle()
    assert all("recipient_id" not in s and s["recipient_user_id"] == phone["user_id"] for s in stage.product.statuses())


async def test_a_tap_comes_back_with_the_choice_and_its_message(stage: Stage) -> None:
    phone = await stage.oi()
    sent = (await stage.send(buttons(BUTTONS))).json()["messages"][0]["id"]
    await stage.http.post(f"/phones/{phone['id']}/tap", json={"message": sent, "option": "Não"})
    await stage.settle()
    last = stage.product.messages()[-1]
    assert last["interactive"] == {"type": "button_reply", "button_reply": {"id": "b", "title": "Não"}}
    assert last["context"]["id"] == sent
    wrong = await stage.http.post(f"/phones/{phone['id']}/tap", json={"message": sent, "option": "Talvez"})
    assert wrong.status_code == 400


async def test_a_read_mark_turns_the_ticks_blue(stage: Stage) -> None:
    phone = await stage.oi()
    wamid = stage.product.messages()[0]["id"]
    mark = {"messaging_product": "whatsapp", "status": "read", "message_id": wamid, "typing_indicator": {"type": "text"}}
    answer = await stage.http.post(f"/meta/v25.0/{NUMBER}/messages", json=mark)
    assert answer.json() == {"success": True}
    items = (await stage.http.get(f"/phones/{phone['id']}/messages")).json()["items"]
    assert items[0]["status"] == "read"


async def test_a_file_is_uploaded_sent_and_described(stage: Stage) -> None:
    await stage.oi()
    form: dict[str, Any] = {
        "data": {"messaging_product": "whatsapp"},
        "files": {"file": ("a.pdf", b"%PDF-1.4 x", "application/pdf")},
    }
    key = (await stage.http.post(f"/meta/v25.0/{NUMBER}/media", **form)).json()["id"]
    assert (await stage.send({"type": "document", "document": {"id": key, "filename": "a.pdf"}})).status_code == 200
    facts = (await stage.http.get(f"/meta/v25.0/{key}")).json()
    assert facts["sha256"] == hashlib.sha256(b"%PDF-1.4 x").hexdigest()
    assert (await stage.http.get(facts["url"])).content == b"%PDF-1.4 x"
    bare = await stage.http.get(facts["url"], headers={"Authorization": ""})
    assert bare.status_code == 401
    stage.clock.moment = stage.clock.moment.replace(minute=6)
    assert (await stage.http.get(facts["url"])).status_code == 404


async def test_a_picture_that_is_no_pdf_is_not_uploaded_as_one(stage: Stage) -> None:
    form: dict[str, Any] = {"data": {"messaging_product": "whatsapp"}, "files": {"file": ("a.pdf", b"GIF89a", "application/pdf")}}
    answer = await stage.http.post(f"/meta/v25.0/{NUMBER}/media", **form)
    assert answer.json()["error"]["code"] == 131053


@pytest.mark.parametrize("kind", ["image", "document", "audio", "video", "sticker"])
async def test_a_person_sends_a_file_of_any_kind(stage: Stage, kind: str) -> None:
    phone = await stage.phone()
    answer = await stage.http.post(f"/phones/{phone['id']}/media", data={"kind": kind})
    assert answer.status_code == 200, answer.text
    await stage.settle()
    message = stage.product.messages()[0]
    assert message["type"] == kind
    facts = (await stage.http.get(f"/meta/v25.0/{message[kind]['id']}")).json()
    assert len((await stage.http.get(facts["url"])).content) == facts["file_size"] > 0


async def test_a_notice_is_repeated_until_it_is_confirmed(stage: Stage) -> None:
    stage.product.answers = [503, 500]
    phone = await stage.phone()
    await stage.http.post(f"/phones/{phone['id']}/text", json={"text": "oi"})
    await stage.settle()
    assert len({body for _, body, _ in stage.product.notices}) == 1
    assert len(stage.product.notices) == 3


async def test_an_unconfirmed_notice_survives_a_restart(open_stage: Callable[..., Stage]) -> None:
    first = open_stage(retry_seconds=(60.0, 60.0))
    first.product.answers = [503]
    phone = await first.phone()
    await first.http.post(f"/phones/{phone['id']}/text", json={"text": "oi"})
    while not first.product.notices:
        await first.app.state.world.pause()
    await first.app.state.world.close()
    second = open_stage(retry_seconds=(0.0, 0.0, 0.0))
    second.app.state.resume()
    await second.settle()
    assert [m["text"]["body"] for m in second.product.messages()] == ["oi"]
    items = (await second.http.get(f"/phones/{phone['id']}/messages")).json()["items"]
    assert [m["content"]["body"] for m in items] == ["oi"]


async def test_statuses_that_a_crash_cut_off_are_told_after_the_restart(open_stage: Callable[..., Stage]) -> None:
    first = open_stage()
    await first.oi()
    first.app.state.world.config = replace(first.app.state.world.config, latency=60)
    assert (await first.send(TEXT)).status_code == 200
    await first.app.state.world.close()
    second = open_stage()
    second.app.state.resume()
    await second.settle()
    assert [s["status"] for s in second.product.statuses()] == ["sent", "delivered", "read"]


async def test_the_webhook_is_verified_by_a_handshake(stage: Stage) -> None:
    assert (await stage.http.post("/handshake")).json() == {"ok": True}
    stage.product.verify_token = "outro"
    assert (await stage.http.post("/handshake")).json() == {"ok": False}


@pytest.mark.parametrize(
    ("fault", "status", "code"),
    [("meta.rate_limit", 400, 130429), ("meta.pair_rate", 400, 131056), ("meta.error_500", 500, 131000)],
)
async def test_a_fault_lasts_for_as_many_calls_as_asked(stage: Stage, fault: str, status: int, code: int) -> None:
    await stage.oi()
    await stage.http.post("/faults", json={"name": fault, "calls": 2})
    for _ in range(2):
        answer = await stage.send(TEXT)
        assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
    assert (await stage.send(TEXT)).status_code == 200


async def test_a_lost_answer_was_a_message_all_the_same(stage: Stage) -> None:
    phone = await stage.oi()
    await stage.http.post("/faults", json={"name": "meta.answer_lost", "calls": 1})
    with pytest.raises(AssertionError):  # the in-process transport's word for an answer that never ended
        await stage.send(TEXT)
    items = (await stage.http.get(f"/phones/{phone['id']}/messages")).json()["items"]
    assert [m["side"] for m in items] == ["person", "business"]


async def test_notices_can_come_twice_and_statuses_out_of_order(stage: Stage) -> None:
    await stage.http.post("/faults", json={"name": "meta.webhook_duplicate", "calls": 1})
    await stage.oi()
    assert len(stage.product.notices) == 2
    assert stage.product.notices[0] == stage.product.notices[1]
    await stage.http.post("/faults", json={"name": "meta.status_disorder", "calls": 1})
    await stage.send(TEXT)
    await stage.settle()
    assert [s["status"] for s in stage.product.statuses()] == ["read", "delivered", "sent"]


async def test_a_closed_phone_reads_when_it_is_opened_and_an_off_one_gets_nothing(stage: Stage) -> None:
    phone = await stage.oi()
    await stage.http.post(f"/phones/{phone['id']}/presence", json={"presence": "off"})
    await stage.send(TEXT)
    await stage.settle()
    assert [s["status"] for s in stage.product.statuses()] == ["sent"]
    for presence, expected in (("closed", "delivered"), ("open", "read")):
        await stage.http.post(f"/phones/{phone['id']}/presence", json={"presence": presence})
        await stage.settle()
        assert stage.product.statuses()[-1]["status"] == expected


async def test_a_changed_number_is_told_as_a_system_message(stage: Stage) -> None:
    phone = await stage.oi()
    await stage.http.post(f"/phones/{phone['id']}/identity", json={"event": "user_changed_number"})
    await stage.settle()
    value = stage.product.values()[-1]
    assert "contacts" not in value
    assert value["messages"][0]["system"]["type"] == "user_changed_number"
    assert value["messages"][0]["from"] == phone["wa_id"] != value["messages"][0]["system"]["wa_id"]


async def test_any_shape_can_be_sent_for_tests(stage: Stage) -> None:
    phone = await stage.phone()
    await stage.http.post(
        f"/phones/{phone['id']}/raw", json={"type": "reaction", "content": {"message_id": "wamid.x", "emoji": "👍"}}
    )
    await stage.settle()
    assert stage.product.messages()[0]["reaction"]["emoji"] == "👍"


def test_the_rules_name_the_place_that_is_wrong() -> None:
    with pytest.raises(GraphError) as refused:
        check_message({"to": "+5511988887777", **buttons([{"type": "reply", "reply": {"id": "a", "title": "x" * 21}}])})
    assert "buttons[0].reply.title" in refused.value.details
    assert json.dumps(refused.value.body("t"))
