"""Telegram, the small channel of `docs/how-to/add-a-channel.md`: its updates, its forms, its refusals, and a talk through it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from channels.channel import BadBody, Channel
from channels.fetching import CarriesMedia
from channels.message import (
    Address,
    Broken,
    Cards,
    Choice,
    Document,
    Event,
    File,
    OpenUrl,
    Option,
    OutcomeUnknown,
    PaymentCard,
    Preference,
    Received,
    Rejected,
    SlowDownPerson,
    StopAll,
    Text,
    TryLater,
    Unreachable,
)
from channels.telegram import LABEL, TEXT, TelegramChannel, parse, render, secret_ok, split
from tests.trato.test_webhooks import opened, settings
from trato.app import create_app

FIXTURES = Path(__file__).parent / "fixtures" / "telegram"
ANA = Address(channel="telegram", account="123456", user_id="77001")
NOW = datetime(2026, 11, 23, 13, 0, tzinfo=UTC)
TOKEN = "123456:secret-part"


def read(name: str) -> Event:
    (event,) = parse((FIXTURES / f"{name}.json").read_bytes(), "123456")
    return event


def said(name: str) -> Received:
    event = read(name)
    assert isinstance(event, Received)
    assert event.group is not None or event.address == ANA
    return event


class FakeTelegram:
    """Checks what it is asked against the Bot API's limits; `answers` are given in turn."""

    def __init__(self, *answers: httpx.Response | type[httpx.TransportError]) -> None:
        self.answers = list(answers)
        self.asked: list[tuple[str, dict[str, Any]]] = []

    def client(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(transport=httpx.MockTransport(self._handle))

    def _handle(self, request: httpx.Request) -> httpx.Response:
        prefix = f"/bot{TOKEN}/"
        assert request.url.path.startswith(prefix)
        method = request.url.path.removeprefix(prefix)
        files = request.headers["content-type"].startswith("multipart/")
        parameters = {} if files else json.loads(request.content)
        self.asked.append((method, parameters))
        if method == "sendMessage":
            assert 0 < len(parameters["text"]) <= 4096
            for row in parameters.get("reply_markup", {}).get("inline_keyboard", []):
                for button in row:
                    assert button["text"] and ("url" in button or 0 < len(button["callback_data"].encode()) <= 64)
        if self.answers:
            answer = self.answers.pop(0)
            if isinstance(answer, httpx.Response):
                return answer
            raise answer("lost", request=request)
        results = {"getFile": {"file_id": "x", "file_path": "documents/file_1.pdf"}}
        return httpx.Response(200, json={"ok": True, "result": results.get(method, {"message_id": len(self.asked)})})


def made(fake: FakeTelegram, folder: Path) -> TelegramChannel:
    return TelegramChannel(api_url="https://api.telegram.org", token=TOKEN, data_dir=folder, client=fake.client())


# ----------------------------------------------------------------------------------------------------------- in


def test_only_who_knows_the_secret_comes_in() -> None:
    assert secret_ok("s", "s")
    for given in (None, "", "S", "ção"):
        assert not secret_ok("s", given)
    assert not secret_ok("", "")


def test_every_kind_of_update_is_read() -> None:
    assert (said("text").text, said("text").external_id, said("text").sent_at) == (
        "quero pagar", "77001/1365", datetime.fromtimestamp(1795438800, UTC),
    )  # fmt: skip
    assert said("start").text == "oi"
    tap = said("tap")
    assert (tap.kind, tap.choice_id, tap.text) == ("choice", "o_aaaaaaaaaaaaaaaaaaaaaaaa", "Pagar com Pix")
    document = said("document").media
    assert document is not None and (document.kind, document.provider_id, document.caption) == ("document", "BQAD", "paguei")
    assert "/" not in (document.filename or "")
    photo = said("photo").media
    assert photo is not None and photo.provider_id == "large"
    voice = said("voice").media
    assert voice is not None and voice.kind == "voice"
    assert [said(name).kind for name in ("location", "edit", "poll")] == ["location", "edit", "unsupported"]
    assert said("own_contact").detail["origin"] == "contact_request"
    assert said("contact_of_another").detail["origin"] == "other"
    assert said("group").group == "-100"
    blocked = read("blocked")
    assert isinstance(blocked, Preference) and blocked.wants == "stop"


def test_an_edit_is_another_event_than_what_it_edits() -> None:
    assert said("edit").external_id != said("text").external_id
    assert said("edit").detail["original_message_id"] == said("edit").external_id.rpartition("/")[0]


def test_what_cannot_be_read_is_set_aside_and_what_is_new_is_left_alone() -> None:
    assert isinstance(read("without_a_sender"), Broken)
    assert parse((FIXTURES / "unheard_of.json").read_bytes(), "123456") == []
    for body in (b"", b"[]", b"{}", b"\xff", b"[" * 5000):
        with pytest.raises(BadBody):
            parse(body, "123456")


# ---------------------------------------------------------------------------------------------------------- out


def test_answers_are_buttons_and_many_answers_are_lines() -> None:
    few = Choice(
        body="*Qual?*", options=(Option(id="o_1", label="A loja", description="R$ 10,00"), Option(id="o_2", label="Todas"))
    )
    (one,) = split(few)
    method, parameters = render(one, "77001")
    assert method == "sendMessage" and parameters["text"] == "Qual?\n\nA loja: R$ 10,00"
    assert parameters["reply_markup"]["inline_keyboard"] == [
        [{"text": "A loja", "callback_data": "o_1"}], [{"text": "Todas", "callback_data": "o_2"}],
    ]  # fmt: skip
    many = few.model_copy(update={"options": tuple(Option(id=f"o_{n}", label=f"Conta {n}") for n in range(30))})
    assert all(isinstance(part, Text) for part in split(many)) and "30. Conta 29" in str(split(many)[-1])


def test_long_words_and_long_labels_fit_by_construction() -> None:
    long = Choice(body="palavra " * 1500, options=(Option(id="o_1", label="rótulo " * 40),))
    parts = split(long)
    assert len(parts) > 2
    for part in parts:
        _, parameters = render(part, "1")
        assert len(parameters["text"]) <= TEXT
    assert len(render(parts[-1], "1")[1]["reply_markup"]["inline_keyboard"][0][0]["text"]) <= LABEL


def test_a_page_without_tls_is_written_out() -> None:
    safe, plain = OpenUrl(label="Abrir", url="https://a.example/"), OpenUrl(label="Abrir", url="http://127.0.0.1/")
    (text_,) = split(Text(body="Veja", actions=(safe,)))
    assert render(text_, "1")[1]["reply_markup"]["inline_keyboard"] == [[{"text": "Abrir", "url": "https://a.example/"}]]
    (text_,) = split(Text(body="Veja", actions=(plain,)))
    assert render(text_, "1")[1]["text"] == "Veja\n\nAbrir: http://127.0.0.1/"


def test_a_payment_card_is_its_words() -> None:
    card = PaymentCard(
        reference="r", body="Pix de R$ 10,00", pix_code="0002", merchant_name="Loja", pix_key="k", pix_key_type="EVP", total=1000,
        lines=(),
    )  # fmt: skip
    assert [part.body for part in split(card) if isinstance(part, Text)] == ["Pix de R$ 10,00"]
    assert split(Cards(body="Qual?", cards=(), options=(Option(id="o", label="Uma"),)))[0].kind == "choice"


async def test_a_file_is_sent_and_none_from_elsewhere(tmp_path: Path) -> None:
    fake = FakeTelegram()
    channel = made(fake, tmp_path)
    assert isinstance(channel, Channel) and isinstance(channel, CarriesMedia)
    (tmp_path / "documents").mkdir()
    (tmp_path / "documents" / "a.pdf").write_bytes(b"%PDF")
    paper = Document(file=File(path="a.pdf", filename="boleto.pdf", mime_type="application/pdf"), caption="Seu boleto")
    assert (await channel.send(ANA, paper, "k", NOW)).provider_id == "77001/1"
    with pytest.raises(Rejected):
        elsewhere = paper.model_copy(update={"file": File(path="../x", filename="x", mime_type="application/pdf")})
        await channel.send(ANA, elsewhere, "k", NOW)
    source = await channel.locate(said("document").media)  # type: ignore[arg-type]
    assert source.hosts == ("api.telegram.org",)


async def test_a_tapped_button_stops_waiting(tmp_path: Path) -> None:
    fake = FakeTelegram()
    await made(fake, tmp_path).mark_read("callback/42", address=ANA)
    assert [method for method, _ in fake.asked] == ["answerCallbackQuery", "sendChatAction"]


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (httpx.Response(429, json={"ok": False, "error_code": 429, "description": "x", "parameters": {"retry_after": 7}}), SlowDownPerson),
        (httpx.Response(403, json={"ok": False, "error_code": 403, "description": "bot was blocked by the user"}), Unreachable),
        (httpx.Response(400, json={"ok": False, "error_code": 400, "description": "Bad Request: chat not found"}), Unreachable),
        (httpx.Response(400, json={"ok": False, "error_code": 400, "description": "Bad Request"}), Rejected),
        (httpx.Response(401, json={"ok": False, "error_code": 401, "description": "Unauthorized"}), StopAll),
        (httpx.Response(502, text="<html>"), OutcomeUnknown),
        (httpx.Response(500, json={"ok": False, "error_code": 500, "description": "x"}), TryLater),
        (httpx.ReadTimeout, OutcomeUnknown),
        (httpx.ConnectError, TryLater),
    ],
)  # fmt: skip
async def test_each_refusal_says_what_to_do_next_and_never_the_token(
    tmp_path: Path, answer: httpx.Response | type[httpx.TransportError], error: type[Exception]
) -> None:
    with pytest.raises(error) as caught:
        await made(FakeTelegram(answer), tmp_path).send(ANA, Text(body="oi"), "k", NOW)
    assert type(caught.value) is error and "secret-part" not in str(caught.value)


# ---------------------------------------------------------------------------------------------------- the whole


async def test_an_update_comes_in_by_its_door_and_makes_a_talk(database_url: str, tmp_path: Path) -> None:
    env = {"TRATO_TELEGRAM_BOT_TOKEN": TOKEN, "TRATO_TELEGRAM_WEBHOOK_SECRET": "only-telegram"}
    app = create_app(settings(database_url, tmp_path, **env))
    async with opened(app) as web:
        body = (FIXTURES / "text.json").read_bytes()
        secret = {"X-Telegram-Bot-Api-Secret-Token": "only-telegram"}
        assert (await web.post("/webhooks/telegram", content=body)).status_code == 401
        assert (await web.post("/webhooks/telegram", content=b"{}", headers=secret)).status_code == 400
        for _ in range(2):
            assert (await web.post("/webhooks/telegram", content=body, headers=secret)).status_code == 200
        assert ("telegram", "123456") in app.state.program.channels
    engine = create_async_engine(database_url.replace("postgresql://", "postgresql+psycopg://"))
    async with engine.connect() as conn:
        row = (await conn.execute(text("select channel, account, user_id from conversations"))).one()
        assert tuple(row) == ("telegram", "123456", "77001")
        assert (await conn.execute(text("select count(*) from inbox"))).scalar_one() == 1
    await engine.dispose()


async def test_without_its_settings_there_is_no_door(database_url: str, tmp_path: Path) -> None:
    async with opened(create_app(settings(database_url, tmp_path))) as web:
        assert (await web.post("/webhooks/telegram", content=b"{}")).status_code == 404
