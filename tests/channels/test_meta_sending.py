"""Sending: what Meta's answers mean, what an answer that was lost means, and that a file is uploaded once."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from channels.channel import Channel
from channels.fetching import FetchLater, FileGone, FileRefused
from channels.message import (
    Accepted,
    Address,
    Document,
    File,
    Image,
    Media,
    OutcomeUnknown,
    Rejected,
    SendError,
    SlowDownAll,
    SlowDownPerson,
    StopAll,
    Text,
    TryLater,
    Unreachable,
    WindowClosed,
)
from channels.meta import MetaChannel, error_class
from tests.channels.meta_graph import FakeGraph, accepted, check_payload, lost, refused

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
ANA = Address(channel="whatsapp", account="P1", raw="5511988887777")
OI = Text(body="oi")
TOKEN = "EAAG-very-secret"


def channel(graph: FakeGraph, data_dir: Path = Path("/nonexistent"), token: str = TOKEN) -> MetaChannel:
    return MetaChannel(
        api_url="https://graph.example/v25.0/",
        access_token=token,
        phone_number_id="P1",
        data_dir=data_dir,
        client=graph.client(),
    )


async def failure(*answers: httpx.Response) -> SendError:
    graph = FakeGraph(*answers)
    async with channel(graph) as meta:
        with pytest.raises(SendError) as caught:
            await meta.send(ANA, OI, "out-1", NOW)
    assert len(graph.requests) == 1
    return caught.value


def test_it_is_a_channel() -> None:
    assert isinstance(channel(FakeGraph()), Channel)


async def test_a_sent_message_gives_metas_id_and_form_of_the_address() -> None:
    graph = FakeGraph(accepted("wamid.77"))
    async with channel(graph) as meta:
        assert await meta.send(ANA, OI, "out-1", NOW) == Accepted(provider_id="wamid.77", recipient="551188887777")
    (request,) = graph.requests
    assert str(request.url) == "https://graph.example/v25.0/P1/messages"
    assert request.headers["authorization"] == f"Bearer {TOKEN}"
    check_payload(graph.received[0])
    assert graph.received[0]["biz_opaque_callback_data"] == "out-1"


async def test_a_message_to_a_user_id_gives_the_user_id() -> None:
    graph = FakeGraph(accepted("wamid.77", input="BR.1", user_id="BR.1"))
    async with channel(graph) as meta:
        sent = await meta.send(Address(channel="whatsapp", account="P1", user_id="BR.1"), OI, "out-1", NOW)
    assert sent == Accepted(provider_id="wamid.77", user_id="BR.1")
    assert graph.received[0]["recipient"] == "BR.1"


TABLE: list[tuple[type[SendError], list[int]]] = [
    (StopAll, [0, 3, 10, 190, 200, 250, 299, 368, 130497, 131005, 131031, 131042, 131048]),
    (TryLater, [1, 2, 131000, 131016, 133004]),
    (SlowDownAll, [4, 80007, 130429, 131057]),
    (SlowDownPerson, [131056, 131049]),
    (WindowClosed, [131047]),
    (Unreachable, [131026]),
    (
        Rejected,
        [
            *(33, 100, 2040, 2046, 2047, 130472, 131008, 131009, 131021, 131050, 131051, 131052, 131053),
            *(131062, 131063, 131064, 132000, 132001, 132005, 132007, 132008, 132012, 132015, 132016),
            *(132068, 132069, 134011, 135000, 137000),
        ],
    ),
]


@pytest.mark.parametrize("status", [400, 403, 429, 500])
@pytest.mark.parametrize(("kind", "code"), [(kind, code) for kind, codes in TABLE for code in codes])
async def test_the_code_decides_and_never_the_http_status(kind: type[SendError], code: int, status: int) -> None:
    error = await failure(refused(code, status))
    assert type(error) is kind
    assert (error.code, error.text) == (str(code), f"(#{code}) refused: details")


def test_the_code_of_a_failed_status_means_the_same() -> None:
    assert error_class("131047") is WindowClosed
    assert error_class("131026") is Unreachable
    assert error_class("999999") is None
    assert error_class(None) is None
    assert error_class("abc") is None


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (refused(777777), Rejected),
        (refused(777777, is_transient=True), TryLater),
        (refused(777777, 500), TryLater),
        (httpx.Response(400, text="<html>"), TryLater),
        (httpx.Response(401, text=""), StopAll),
        (httpx.Response(404, text="no such page"), TryLater),
        (httpx.Response(429, text=""), SlowDownAll),
        (httpx.Response(500, text="oops"), OutcomeUnknown),
        (httpx.Response(502, text="bad gateway"), OutcomeUnknown),
        (httpx.Response(503, text="unavailable"), TryLater),
        (httpx.Response(504, text="time-out"), OutcomeUnknown),
        (httpx.Response(302, headers={"location": "https://elsewhere.example/"}), TryLater),
        (httpx.Response(400, json={"error": "text"}), TryLater),
        (httpx.Response(400, json={"error": {"code": True}}), TryLater),
        (httpx.Response(400, json={"error": {"code": "130429"}}), SlowDownAll),
        (httpx.Response(200, json={"error": {"code": 131056}}), SlowDownPerson),
    ],
)  # fmt: skip
async def test_an_answer_without_a_known_code_is_judged_with_care(answer: httpx.Response, kind: type[SendError]) -> None:
    assert type(await failure(answer)) is kind


async def test_the_wait_that_meta_asks_for_is_told() -> None:
    answer = refused(130429)
    answer.headers["retry-after"] = "30"
    assert (await failure(answer)).retry_after == 30
    assert (await failure(refused(131057))).retry_after == 60
    assert (await failure(refused(131056))).retry_after is None


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(200, text="<html>accepted?"),
        httpx.Response(200, json=[]),
        httpx.Response(200, json={"messages": []}),
        httpx.Response(200, json={"messages": [{"id": ""}]}),
        httpx.Response(200, json={"messages": "wamid.1"}),
        httpx.Response(202, content=b"\xff\xfe"),
        httpx.Response(200, text="[" * 100_000),
    ],
)
async def test_a_yes_that_cannot_be_read_is_an_unknown_outcome(answer: httpx.Response) -> None:
    assert type(await failure(answer)) is OutcomeUnknown


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (httpx.ConnectError, TryLater),
        (httpx.ConnectTimeout, TryLater),
        (httpx.PoolTimeout, TryLater),
        (httpx.ReadTimeout, OutcomeUnknown),
        (httpx.WriteTimeout, OutcomeUnknown),
        (httpx.ReadError, OutcomeUnknown),
        (httpx.WriteError, OutcomeUnknown),
        (httpx.RemoteProtocolError, OutcomeUnknown),
    ],
)
async def test_a_lost_connection_is_unknown_unless_nothing_left(error: type[httpx.TransportError], kind: type[SendError]) -> None:
    graph = FakeGraph(lost(error))
    async with channel(graph) as meta:
        with pytest.raises(kind):
            await meta.send(ANA, OI, "out-1", NOW)
    assert len(graph.requests) == 1


async def test_a_refused_connection_may_be_tried_again() -> None:
    server = await asyncio.start_server(lambda reader, writer: None, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    server.close()
    await server.wait_closed()
    async with MetaChannel(
        api_url=f"http://127.0.0.1:{port}", access_token=TOKEN, phone_number_id="P1", data_dir=Path("/nonexistent")
    ) as meta:
        with pytest.raises(TryLater):
            await meta.send(ANA, OI, "out-1", NOW)


@pytest.fixture
async def silent_server() -> AsyncIterator[int]:
    """Takes a request and sends one byte of its answer now and then, for ever."""

    async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n")
        try:
            while True:
                writer.write(b" ")
                await writer.drain()
                await asyncio.sleep(0.05)
        except ConnectionError:
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(drip, "127.0.0.1", 0)
    yield server.sockets[0].getsockname()[1]
    server.close()


async def test_an_answer_that_never_ends_is_an_unknown_outcome(silent_server: int) -> None:
    async with MetaChannel(
        api_url=f"http://127.0.0.1:{silent_server}",
        access_token=TOKEN,
        phone_number_id="P1",
        data_dir=Path("/nonexistent"),
        timeout=0.5,
    ) as meta:
        with pytest.raises(OutcomeUnknown):
            await meta.send(ANA, OI, "out-1", NOW)


# --------------------------------------------------------------------------------------------------------------
# Files
# --------------------------------------------------------------------------------------------------------------


@pytest.fixture
def documents(tmp_path: Path) -> Path:
    folder = tmp_path / "documents" / "2026"
    folder.mkdir(parents=True)
    (folder / "boleto.pdf").write_bytes(b"%PDF-1.7 boleto")
    (tmp_path / "secret.pdf").write_bytes(b"%PDF-1.7 secret")
    return tmp_path


BOLETO = Document(file=File(path="2026/boleto.pdf", filename="boleto.pdf", mime_type="application/pdf"), caption="Boleto")


async def test_a_file_is_uploaded_and_then_sent_by_its_id(documents: Path) -> None:
    graph = FakeGraph()
    async with channel(graph, documents) as meta:
        await meta.send(ANA, BOLETO, "out-1", NOW)
    assert [request.url.path for request in graph.requests] == ["/v25.0/P1/media", "/v25.0/P1/messages"]
    assert b"%PDF-1.7 boleto" in graph.uploads[0]
    assert b'name="messaging_product"\r\n\r\nwhatsapp' in graph.uploads[0]
    assert re.search(rb'filename="boleto.pdf"\r\nContent-Type: application/pdf', graph.uploads[0])
    assert graph.received[0]["document"] == {"id": "media-1", "filename": "boleto.pdf", "caption": "Boleto"}


async def test_the_same_file_is_uploaded_again_only_after_29_days(documents: Path) -> None:
    graph = FakeGraph()
    async with channel(graph, documents) as meta:
        await meta.send(ANA, BOLETO, "out-1", NOW)
        await meta.send(ANA, BOLETO, "out-2", NOW + timedelta(days=28))
        assert len(graph.uploads) == 1
        await meta.send(ANA, BOLETO, "out-3", NOW + timedelta(days=29))
        assert len(graph.uploads) == 2
        (documents / "documents/2026/boleto.pdf").write_bytes(b"%PDF-1.7 another")
        await meta.send(ANA, BOLETO, "out-4", NOW + timedelta(days=29))
    assert len(graph.uploads) == 3


async def test_a_remembered_file_that_meta_let_go_is_uploaded_again(documents: Path) -> None:
    graph = FakeGraph()
    async with channel(graph, documents) as meta:
        await meta.send(ANA, BOLETO, "out-1", NOW)
        graph.answers = [refused(131053)]
        assert (await meta.send(ANA, BOLETO, "out-2", NOW)).provider_id == "wamid.3"
    assert [payload["document"]["id"] for payload in graph.received] == ["media-1", "media-1", "media-2"]


async def test_a_file_that_is_refused_at_once_is_not_tried_twice(documents: Path) -> None:
    graph = FakeGraph(httpx.Response(200, json={"id": "media-1"}), refused(131053))
    async with channel(graph, documents) as meta:
        with pytest.raises(Rejected):
            await meta.send(ANA, BOLETO, "out-1", NOW)
    assert len(graph.requests) == 2


@pytest.mark.parametrize(
    "answer", [lost(httpx.ReadTimeout), httpx.Response(500, text=""), httpx.Response(200, text="?"), httpx.Response(200, json={})]
)
async def test_a_lost_upload_shows_nobody_anything_and_is_tried_later(documents: Path, answer: httpx.Response) -> None:
    graph = FakeGraph(answer)
    async with channel(graph, documents) as meta:
        with pytest.raises(TryLater):
            await meta.send(ANA, BOLETO, "out-1", NOW)
    assert graph.received == []


@pytest.mark.parametrize("path", ["../secret.pdf", "/etc/hostname", "2026/nothing.pdf", "2026", "", "2026/../../secret.pdf"])
async def test_a_file_outside_the_documents_is_never_sent(documents: Path, path: str) -> None:
    graph = FakeGraph()
    async with channel(graph, documents) as meta:
        with pytest.raises(Rejected):
            await meta.send(ANA, Document(file=File(path=path, filename="x.pdf", mime_type="application/pdf")), "out-1", NOW)
    assert graph.requests == []


async def test_an_image_that_whatsapp_cannot_show_is_refused_here(documents: Path) -> None:
    (documents / "documents/qr.svg").write_bytes(b"<svg/>")
    graph = FakeGraph()
    async with channel(graph, documents) as meta:
        with pytest.raises(Rejected):
            await meta.send(ANA, Image(file=File(path="qr.svg", filename="qr.svg", mime_type="image/svg+xml")), "out-1", NOW)
    assert graph.requests == []


# --------------------------------------------------------------------------------------------------------------
# The rest
# --------------------------------------------------------------------------------------------------------------


async def test_a_message_is_marked_as_read_with_or_without_the_typing_sign() -> None:
    graph = FakeGraph(*(httpx.Response(200, json={"success": True}) for _ in range(2)))
    async with channel(graph) as meta:
        await meta.mark_read("wamid.theirs")
        await meta.mark_read("wamid.theirs", typing=False)
    read = {"messaging_product": "whatsapp", "status": "read", "message_id": "wamid.theirs"}
    assert graph.received == [read | {"typing_indicator": {"type": "text"}}, read]


async def test_a_lost_read_mark_is_never_an_unknown_outcome() -> None:
    async with channel(FakeGraph(lost(httpx.ReadTimeout))) as meta:
        with pytest.raises(TryLater):
            await meta.mark_read("wamid.theirs")


async def test_the_token_is_never_told(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    meta = channel(FakeGraph(lost(httpx.ReadTimeout)))
    with pytest.raises(OutcomeUnknown) as caught:
        await meta.send(ANA, OI, "out-1", NOW)
    await meta.aclose()
    assert TOKEN not in caplog.text + repr(meta) + str(caught.value) + repr(caught.value.__cause__)
    with pytest.raises(ValueError, match="characters") as broken:
        channel(FakeGraph(), token="EAAG\nsecret")
    assert "secret" not in str(broken.value)


async def test_closing_the_channel_closes_its_connections() -> None:
    graph = FakeGraph()
    client = graph.client()
    meta = MetaChannel(
        api_url="https://graph.example", access_token=TOKEN, phone_number_id="P1", data_dir=Path("/nonexistent"), client=client
    )
    await meta.aclose()
    assert client.is_closed


async def test_a_persons_file_is_located_anew_by_its_id_with_our_token() -> None:
    answer = {"url": "https://lookaside.fbsbx.com/x?mid=1", "mime_type": "image/jpeg", "sha256": "a" * 64, "id": "77"}
    graph = FakeGraph(httpx.Response(200, json=answer))
    media = Media(kind="image", provider_id="77")
    async with channel(graph) as meta:
        source = await meta.locate(media)
    assert str(graph.requests[0].url).endswith("/v25.0/77")
    assert (source.url, source.sha256, source.local) == (answer["url"], "a" * 64, None)
    assert source.headers["Authorization"].startswith("Bearer ")


async def test_a_file_that_whatsapp_did_not_hand_on_is_not_asked_for() -> None:
    graph = FakeGraph()
    async with channel(graph) as meta:
        with pytest.raises(FileRefused):
            await meta.locate(Media(kind="document"))
    assert graph.requests == []


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (refused(100), FileGone),
        (refused(190, 401), FetchLater),
        (httpx.Response(500), FetchLater),
        (httpx.Response(200, json={"id": "77"}), FileGone),
        (lost(httpx.ReadTimeout), FetchLater),
    ],
)
async def test_a_file_that_meta_does_not_name_is_gone_or_tried_later(answer: Any, error: type[Exception]) -> None:
    async with channel(FakeGraph(answer)) as meta:
        with pytest.raises(error):
            await meta.locate(Media(kind="image", provider_id="77"))
