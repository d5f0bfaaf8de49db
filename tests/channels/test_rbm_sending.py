"""How an RCS message leaves: as much as the telephone can show, once for ever, and with what Google asks of a caller."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import httpx
import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from channels.features import InMind
from channels.message import (
    Address,
    Card,
    Cards,
    Choice,
    Document,
    File,
    Option,
    OutcomeUnknown,
    Rejected,
    SlowDownAll,
    StopAll,
    Text,
    TryLater,
    Unreachable,
)
from channels.rbm import RbmChannel, ServiceAccount, message_id
from tests.channels.rbm_google import ALL_FEATURES, FakeGoogle, lost, refused

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
ANA = Address(channel="rcs", account="trato", raw="+5511987654321")
KEY = "m_AAECAwQFRgeICQoLDA0ODw"
TWO = Cards(
    body="Escolha:",
    cards=tuple(
        Card(title=f"Opção {n}", body=f"R$ {n}0,00", option=Option(id=f"o{n}", label=f"Opção {n}"), button="Escolher esta")
        for n in (1, 2)
    ),
)


async def link(file: File, key: str, now: datetime) -> str:
    return f"https://trato.example/d/{key[:6]}-{Path(file.path).stem}"


def channel(google: FakeGoogle, **more: Any) -> RbmChannel:
    settings: dict[str, Any] = {"api_url": "http://127.0.0.1:9", "agent_id": "trato", "link": link, "clock": lambda: NOW}
    return RbmChannel(client=google.client(), **(settings | more))


async def test_a_message_goes_out_under_an_id_made_from_its_key() -> None:
    google = FakeGoogle()
    async with channel(google) as rcs:
        first = await rcs.send(ANA, Text(body="Oi"), KEY, NOW)
        again = await rcs.send(ANA, Text(body="Oi"), KEY, NOW)
    assert first.provider_id == again.provider_id == message_id(KEY)
    assert [(phone, id_) for phone, id_, _ in google.sent] == [(ANA.raw, message_id(KEY))] * 2
    assert google.sent[0][2] == {"contentMessage": {"text": "Oi"}, "messageTrafficType": "SERVICEREQUEST"}


@pytest.mark.parametrize(
    ("purpose", "traffic"), [("answer", "SERVICEREQUEST"), ("notice", "TRANSACTION"), ("acknowledgement", "ACKNOWLEDGEMENT")]
)
async def test_what_it_is_for_is_told(purpose: Any, traffic: str) -> None:
    google = FakeGoogle()
    async with channel(google) as rcs:
        await rcs.send(ANA, Text(body="Oi", purpose=purpose), KEY, NOW)
    assert google.sent[0][2]["messageTrafficType"] == traffic


async def test_what_a_telephone_can_show_is_asked_once_a_day() -> None:
    google, memory = FakeGoogle(), InMind()
    for hours in (0, 1, 23, 25):
        async with channel(google, memory=memory) as rcs:
            await rcs.send(ANA, Text(body="Oi"), f"k{hours}", NOW + timedelta(hours=hours))
    assert google.asked == [ANA.raw] * 2


async def test_cards_are_a_carousel_where_the_telephone_has_it_and_a_question_where_not() -> None:
    rich, plain = FakeGoogle(), FakeGoogle(features=())
    for google in (rich, plain):
        async with channel(google) as rcs:
            for place, piece in enumerate(rcs.split(TWO)):
                await rcs.send(ANA, piece, f"{KEY}/{place}", NOW)
    cards = rich.sent[-1][2]["contentMessage"]["richCard"]["carouselCard"]["cardContents"]
    assert [card["suggestions"][0]["reply"]["postbackData"] for card in cards] == ["o1", "o2"]
    content = plain.sent[-1][2]["contentMessage"]
    assert [one["reply"]["postbackData"] for one in content["suggestions"]] == ["o1", "o2"]


async def test_a_telephone_that_refuses_a_card_gets_words_at_once_and_from_then_on() -> None:
    google, memory = FakeGoogle(refused(400, "INVALID_ARGUMENT")), InMind()
    async with channel(google, memory=memory) as rcs:
        carousel = rcs.split(TWO)[-1]
        accepted = await rcs.send(ANA, carousel, KEY, NOW)
        await rcs.send(ANA, carousel, "later", NOW)
    shapes = [next(iter(body["contentMessage"])) for _, _, body in google.sent]
    assert shapes == ["richCard", "text", "text"]
    assert accepted.provider_id == google.sent[1][1] != google.sent[0][1]


async def test_plain_words_that_google_refuses_are_set_aside() -> None:
    google = FakeGoogle(refused(400, "INVALID_ARGUMENT"))
    async with channel(google) as rcs:
        with pytest.raises(Rejected):
            await rcs.send(ANA, Text(body="Oi"), KEY, NOW)
    assert len(google.sent) == 1


async def test_a_telephone_without_rcs_is_unreachable_and_remembered_but_asked_again_for_who_writes() -> None:
    google, memory = FakeGoogle(features=None), InMind()
    notice = Text(body="Oi", purpose="notice")
    async with channel(google, memory=memory) as rcs:
        for _ in range(3):
            with pytest.raises(Unreachable):
                await rcs.send(ANA, notice, KEY, NOW)
        assert len(google.asked) == 1 and not google.sent
        google.features = ALL_FEATURES
        await rcs.send(ANA, Text(body="Oi"), KEY, NOW)
    assert len(google.sent) == 1


async def test_a_404_on_send_is_remembered() -> None:
    google, memory = FakeGoogle(refused(404, "NOT_FOUND")), InMind()
    async with channel(google, memory=memory) as rcs:
        with pytest.raises(Unreachable):
            await rcs.send(ANA, Text(body="Oi"), KEY, NOW)
    known = await memory.recall("trato", str(ANA.raw), NOW)
    assert known is not None and not known[0].reachable


async def test_not_being_able_to_ask_what_a_telephone_shows_is_no_reason_to_be_silent() -> None:
    google = FakeGoogle()
    google.features = ALL_FEATURES

    def broken(request: httpx.Request) -> httpx.Response:
        return refused(503, "UNAVAILABLE") if request.url.path.endswith("capabilities") else google._handle(request)

    client = httpx.AsyncClient(transport=httpx.MockTransport(broken))
    async with RbmChannel(api_url="http://127.0.0.1:9", agent_id="trato", link=link, clock=lambda: NOW, client=client) as rcs:
        await rcs.send(ANA, Text(body="Oi"), KEY, NOW)
    assert len(google.sent) == 1


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (refused(429, "RESOURCE_EXHAUSTED"), SlowDownAll),
        (refused(403, "PERMISSION_DENIED"), StopAll),
        (refused(401, "UNAUTHENTICATED"), StopAll),
        (refused(500, "INTERNAL"), TryLater),
        (refused(503, "UNAVAILABLE"), TryLater),
        (httpx.Response(502, text="<html>"), TryLater),
        (lost(httpx.ReadTimeout), OutcomeUnknown),
        (lost(httpx.RemoteProtocolError), OutcomeUnknown),
        (lost(httpx.ConnectError), TryLater),
    ],
)
async def test_each_refusal_says_what_to_do_next(answer: Any, error: type[Exception]) -> None:
    google = FakeGoogle(answer)
    async with channel(google) as rcs:
        with pytest.raises(error):
            await rcs.send(ANA, Text(body="Oi"), KEY, NOW)
    assert len(google.sent) == 1


async def test_a_message_that_google_has_already_is_sent() -> None:
    google = FakeGoogle(refused(409, "ALREADY_EXISTS"))
    async with channel(google) as rcs:
        assert (await rcs.send(ANA, Text(body="Oi"), KEY, NOW)).provider_id == message_id(KEY)


async def test_a_paper_is_a_file_message_behind_a_link_and_never_a_card() -> None:
    google = FakeGoogle()
    paper = Document(file=File(path="b/x.pdf", filename="boleto.pdf", mime_type="application/pdf"), caption="Seu boleto")
    async with channel(google) as rcs:
        for piece in rcs.split(paper):
            await rcs.send(ANA, piece, KEY, NOW)
    assert google.sent[0][2]["contentMessage"] == {"text": "Seu boleto"}
    assert google.sent[1][2]["contentMessage"]["contentInfo"]["fileUrl"] == "https://trato.example/d/m_AAEC-x"


async def test_what_is_over_is_not_sent_and_what_ends_says_when() -> None:
    google = FakeGoogle()
    async with channel(google) as rcs:
        with pytest.raises(Rejected):
            await rcs.send(ANA, Text(body="Oferta", expires_at=NOW), KEY, NOW)
        await rcs.send(ANA, Text(body="Oferta", expires_at=NOW + timedelta(hours=2)), KEY, NOW)
        await rcs.send(ANA, Text(body="Oferta", expires_at=NOW + timedelta(days=40)), KEY, NOW)
    assert [body["expireTime"] for _, _, body in google.sent] == ["2026-11-22T14:00:00.000000Z", "2026-12-07T12:00:00.000000Z"]


async def test_read_and_typing_are_told_to_the_telephone_that_wrote() -> None:
    google = FakeGoogle()
    async with channel(google) as rcs:
        await rcs.mark_read("5511987654321/MxA1", typing=True, address=ANA)
        await rcs.mark_read("5511987654321/MxA1", typing=False, address=ANA)
        await rcs.mark_read("5511987654321/MxA1")
    assert [body for _, _, body in google.events] == [
        {"eventType": "READ", "messageId": "MxA1"}, {"eventType": "IS_TYPING"}, {"eventType": "READ", "messageId": "MxA1"},
    ]  # fmt: skip
    assert google.events[0][1] == google.events[2][1], "the same reading is told under the same id"


async def test_a_choice_shows_suggestions() -> None:
    google = FakeGoogle()
    ask = Choice(body="Como prefere?", options=(Option(id="a", label="Pix"), Option(id="b", label="Boleto")))
    async with channel(google) as rcs:
        await rcs.send(ANA, ask, KEY, NOW)
    content = google.sent[0][2]["contentMessage"]
    assert content["text"] == "Como prefere?"
    assert content["suggestions"][0] == {"reply": {"text": "Pix", "postbackData": "a"}}


# ----------------------------------------------------------------------------------------------------------------- who we are


@pytest.fixture(scope="module")
def key_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()).decode()
    path = tmp_path_factory.mktemp("keys") / "account.json"
    told = {"client_email": "trato@x.iam", "private_key_id": "k1", "private_key": pem, "token_uri": "http://127.0.0.1:9/token"}
    path.write_text(json.dumps(told | {"type": "service_account"}))
    return path


async def test_a_service_account_signs_a_word_for_a_token_and_uses_it_until_its_end(key_file: Path) -> None:
    google, at = FakeGoogle(), [NOW]
    account = ServiceAccount.read(key_file)
    async with channel(google, service_account=account, clock=lambda: at[0]) as rcs:
        await rcs.send(ANA, Text(body="Oi"), KEY, NOW)
        await rcs.send(ANA, Text(body="Oi"), KEY, NOW)
        assert len(google.tokens) == 1
        at[0] = NOW + timedelta(minutes=59)
        await rcs.send(ANA, Text(body="Oi"), KEY, NOW)
    assert len(google.tokens) == 2
    assert google.requests[-1].headers["authorization"] == "Bearer token-2"
    assert unquote(google.tokens[0]["grant_type"]) == "urn:ietf:params:oauth:grant-type:jwt-bearer"
    signed, _, signature = google.tokens[0]["assertion"].rpartition(".")
    raw = base64.urlsafe_b64decode(signature + "==")
    account.key.public_key().verify(raw, signed.encode(), padding.PKCS1v15(), hashes.SHA256())
    claims = json.loads(base64.urlsafe_b64decode(signed.split(".")[1] + "=="))
    assert claims["scope"] == "https://www.googleapis.com/auth/rcsbusinessmessaging"
    assert (claims["iss"], claims["aud"], claims["exp"] - claims["iat"]) == ("trato@x.iam", "http://127.0.0.1:9/token", 3600)


async def test_a_refused_token_is_replaced_once(key_file: Path) -> None:
    google = FakeGoogle(refused(401, "UNAUTHENTICATED"))
    async with channel(google, service_account=ServiceAccount.read(key_file)) as rcs:
        await rcs.send(ANA, Text(body="Oi"), KEY, NOW)
    assert len(google.tokens) == 2 and len(google.sent) == 2


async def test_without_a_service_account_only_loopback_is_spoken_to() -> None:
    google = FakeGoogle()
    async with channel(google, api_url="https://rcsbusinessmessaging.googleapis.com") as rcs:
        with pytest.raises(StopAll):
            await rcs.send(ANA, Text(body="Oi"), KEY, NOW)
    assert not google.requests


@pytest.mark.parametrize("content", ["", "{}", '{"private_key": "x", "client_email": "y"}'])
def test_a_file_that_is_no_key_is_told_in_one_sentence(content: str, tmp_path: Path) -> None:
    path = tmp_path / "key.json"
    path.write_text(content)
    with pytest.raises(ValueError, match="no key file"):
        ServiceAccount.read(path)


async def test_whoever_writes_is_answered_whatever_is_said_of_their_telephone() -> None:
    google = FakeGoogle(features=None)
    async with channel(google) as rcs:
        await rcs.send(ANA, Text(body="Oi"), KEY, NOW)
        await rcs.send(ANA, rcs.split(TWO)[-1], "other", NOW)
    assert [next(iter(body["contentMessage"])) for _, _, body in google.sent] == ["text", "richCard"]


@pytest.mark.parametrize("address", ["http://127.0.0.1:9", "http://127.0.0.1:9/", "http://127.0.0.1:9/v1"])
async def test_the_number_stands_in_the_path_as_google_writes_it(address: str) -> None:
    google = FakeGoogle()
    async with channel(google, api_url=address) as rcs:
        await rcs.send(ANA, Text(body="Oi"), KEY, NOW)
    assert google.requests[-1].url.raw_path.startswith(b"/v1/phones/+5511987654321/agentMessages?messageId=")
