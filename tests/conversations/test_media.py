"""Files that people send: fetched at once, kept by digest, handed to the talk, let go in time."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from channels.fetching import Source
from channels.message import Media
from conversations.media import fetch_media, media_of_turn, purge_media, waiting_media
from conversations.talk import Shelf
from conversations.turn import HEARD_RIGHT, facts
from conversations.wording import Utterance
from tests.conversations.doubles import RESPONSES, FakeChannel, World, make_world

JPEG = b"\xff\xd8\xff\xe0" + b"foto" * 100
OGG = b"OggS\x00\x02" + b"voz" * 100
PDF = b"%PDF-1.7\n" + b"x" * 500


@dataclass
class Store(FakeChannel):
    """A channel whose provider keeps `files` by id."""

    located: list[str] = field(default_factory=list)
    hosts: tuple[str, ...] = ("files.example",)
    address: str = "http://127.0.0.1:7/{id}"

    async def locate(self, media: Media) -> Source:
        self.located.append(media.provider_id or "")
        return Source(self.address.format(id=media.provider_id), self.hosts, local="127.0.0.1:7", sha256=media.sha256)


@dataclass
class FakeTranscriber:
    words: str | None = "quero pagar minha conta"
    heard: list[Path] = field(default_factory=list)
    available: bool = True

    async def transcribe(self, file: Path) -> str | None:
        assert file.read_bytes().startswith(b"OggS")
        self.heard.append(file)
        if self.words == "stumble":
            raise RuntimeError("no")
        return self.words


@pytest.fixture
async def world(engine: AsyncEngine, tmp_path: Path) -> World:
    made = make_world(engine)
    made.talk = replace(made.talk, shelf=Shelf(tmp_path, 180))
    made.channel = Store()
    return made


def client(answer: Callable[[httpx.Request], httpx.Response] | bytes) -> httpx.AsyncClient:
    handle = answer if callable(answer) else lambda _: httpx.Response(200, content=answer)
    return httpx.AsyncClient(transport=httpx.MockTransport(handle))


async def sent(world: World, kind: str = "image", **more: object) -> int:
    media = Media.model_validate({"kind": kind, "provider_id": f"p{world.messages}", **more})
    await world.receive(world.written(None, kind="media", media=media))
    row = await world.one("select max(id) id from media")
    return int(row.id)


async def fetch_it(world: World, media_id: int, answer: Callable[[httpx.Request], httpx.Response] | bytes) -> None:
    async with client(answer) as asked:
        await fetch_media(world.engine, world.talk, world.channels, asked, media_id)


async def test_a_photo_has_a_row_with_its_message_and_a_job_at_once(world: World) -> None:
    media_id = await sent(world, mime_type="image/jpeg")
    row = await world.one("select m.*, i.external_id from media m join inbox i on i.id = m.inbox_id")
    assert (row.state, row.kind, row.declared_mime) == ("waiting", "image", "image/jpeg")
    assert ("fetch_media", str(media_id)) in world.jobs.waiting


async def test_the_same_notification_twice_makes_one_row(world: World) -> None:
    event = world.written(None, kind="media", media=Media(kind="image", provider_id="p"))
    await world.receive(event)
    await world.receive(event)
    assert len(await world.rows("select 1 from media")) == 1


async def test_a_fetched_file_lies_by_its_digest_and_the_turn_sees_it(world: World, tmp_path: Path) -> None:
    media_id = await sent(world, mime_type="image/png", filename="foto.png")
    await fetch_it(world, media_id, JPEG)
    row = await world.one("select * from media")
    digest = hashlib.sha256(JPEG).hexdigest()
    assert (row.state, row.mime, row.sha256, row.size) == ("kept", "image/jpeg", digest, len(JPEG))
    assert (tmp_path / row.path).read_bytes() == JPEG
    await world.work()
    turn = world.mind.asked[0].turn_id
    async with world.engine.begin() as conn:
        [file] = (await facts(conn, world.talk, turn)).media
    assert (file.kind, file.mime, file.path, file.words) == ("image", "image/jpeg", tmp_path / row.path, None)


async def test_the_turn_waits_for_its_file_and_goes_on_when_it_came(world: World) -> None:
    media_id = await sent(world)
    await world.work()
    assert world.mind.asked == []
    await fetch_it(world, media_id, JPEG)
    await world.work()
    assert [asked.intent for asked in world.mind.asked] == ["enviou_midia"]


async def test_a_file_that_does_not_come_holds_the_turn_for_seconds_only(world: World) -> None:
    await sent(world)
    here = (await world.one("select conversation_id from media")).conversation_id
    await world.drain(here)
    assert world.mind.asked == []
    world.clock.advance(seconds=11)
    await world.drain(here)
    assert len(world.mind.asked) == 1


async def test_an_album_is_one_turn_with_all_its_files(world: World) -> None:
    ids = [await sent(world) for _ in range(5)]
    for number, media_id in enumerate(ids):
        await fetch_it(world, media_id, JPEG + bytes([number]))
    await world.work()
    assert len(world.mind.asked) == 1
    async with world.engine.begin() as conn:
        assert len(await media_of_turn(conn, world.talk, world.mind.asked[0].turn_id)) == 5


async def test_an_expired_address_is_asked_for_anew(world: World) -> None:
    media_id = await sent(world)
    await fetch_it(world, media_id, lambda _: httpx.Response(404))
    assert (await world.one("select state, attempts from media")) == ("waiting", 1)
    async with world.engine.connect() as conn:
        assert await waiting_media(conn, world.clock.now()) == []
    world.clock.advance(seconds=5)
    async with world.engine.connect() as conn:
        assert await waiting_media(conn, world.clock.now()) == [media_id]
    await fetch_it(world, media_id, JPEG)
    assert isinstance(world.channel, Store)
    assert len(world.channel.located) == 2
    assert (await world.one("select state from media")).state == "kept"


async def test_what_never_comes_is_lost_after_a_few_tries_and_the_talk_goes_on(world: World) -> None:
    media_id = await sent(world)
    for _ in range(6):
        await fetch_it(world, media_id, lambda _: httpx.Response(500))
    assert (await world.one("select state, path from media")) == ("lost", None)
    await world.work()
    async with world.engine.begin() as conn:
        [file] = await media_of_turn(conn, world.talk, world.mind.asked[0].turn_id)
    assert (file.state, file.path) == ("lost", None)


async def test_an_address_that_is_not_the_providers_is_never_asked_and_alarmed(world: World) -> None:
    assert isinstance(world.channel, Store)
    world.channel.address = "http://169.254.169.254/latest/meta-data/{id}"
    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(200, content=JPEG)

    await fetch_it(world, await sent(world), answer)
    assert asked == []
    assert (await world.one("select state from media")).state == "refused"
    assert await world.alarms() == ["file_address_refused"]


@pytest.mark.parametrize("content", [b"MZ\x90\x00" + b"x" * 50, b"PK\x03\x04" + b"x" * 50, b"<script>x</script>"])
async def test_a_file_of_a_type_that_nobody_opens_is_kept_apart(world: World, content: bytes) -> None:
    media_id = await sent(world, "document", mime_type="application/pdf", filename="boleto.pdf")
    await fetch_it(world, media_id, content)
    assert (await world.one("select state from media")).state == "quarantined"


async def test_a_sticker_that_is_too_large_is_refused(world: World) -> None:
    media_id = await sent(world, "sticker")
    await fetch_it(world, media_id, JPEG * 3000)
    assert (await world.one("select state from media")).state == "refused"


async def test_the_same_file_twice_lies_once_and_goes_with_its_last_row(world: World, tmp_path: Path) -> None:
    first, second = await sent(world), await sent(world)
    await fetch_it(world, first, JPEG)
    world.clock.advance(days=10)
    await fetch_it(world, second, JPEG)
    await world.rows("update media set keep_until = keep_until + interval '10 days' where id = :id", id=second)
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 1
    world.clock.advance(days=171)
    assert await purge_media(world.engine, world.talk) == 1
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 1
    world.clock.advance(days=20)
    assert await purge_media(world.engine, world.talk) == 1
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    rows = await world.rows("select state, path, sha256 is not null as known from media")
    assert [tuple(row) for row in rows] == [("purged", None, True)] * 2


async def test_files_are_kept_for_the_days_that_are_set(world: World) -> None:
    await sent(world)
    row = await world.one("select keep_until - received_at as kept from media")
    assert row.kept == timedelta(days=180)


async def test_without_a_model_a_voice_note_is_kept_unheard(world: World) -> None:
    await fetch_it(world, await sent(world, "voice"), OGG)
    row = await world.one("select state, words_sealed from media")
    assert (row.state, row.words_sealed) == ("kept", None)


async def test_a_model_hears_a_voice_note_and_its_words_lie_sealed(world: World) -> None:
    ear = FakeTranscriber("meu cpf é 529.982.247-25")
    world.talk = replace(world.talk, transcriber=ear)
    await fetch_it(world, await sent(world, "voice"), OGG)
    assert len(ear.heard) == 1
    row = await world.one("select words_sealed from media")
    assert b"529" not in row.words_sealed
    await world.work()
    async with world.engine.begin() as conn:
        [file] = await media_of_turn(conn, world.talk, world.mind.asked[0].turn_id)
    assert file.words == "meu cpf é 529.982.247-25"


async def test_a_model_that_stumbles_loses_nothing(world: World) -> None:
    world.talk = replace(world.talk, transcriber=FakeTranscriber("stumble"))
    await fetch_it(world, await sent(world, "voice"), OGG)
    assert (await world.one("select state from media")).state == "kept"


@pytest.mark.parametrize("answer", ["sim, é isso", "isso mesmo", "1"])
async def test_words_that_were_heard_are_taken_as_written_only_when_confirmed(world: World, answer: str) -> None:
    world.talk = replace(world.talk, transcriber=FakeTranscriber("quero pagar minha conta"))
    RESPONSES["utter_heard"] = [
        {
            "text": "{heard}?",
            "buttons": [{"title": "Sim, é isso", "payload": f"/{HEARD_RIGHT}"}],
            "metadata": {"single_use": True},
        }
    ]
    media_id = await sent(world, "voice")
    await fetch_it(world, media_id, OGG)
    world.mind.answer = (Utterance("utter_heard", {"heard": "quero pagar minha conta", "arguments": {"media": media_id}}),)
    await world.work()
    assert [(asked.text, asked.intent) for asked in world.mind.asked] == [(None, "enviou_midia")]
    world.mind.answer = (Utterance("utter_hello"),)
    await world.write(answer)
    await world.work()
    assert (world.mind.asked[-1].text, world.mind.asked[-1].intent) == ("quero pagar minha conta", None)
    await world.write("sim, é isso")
    await world.work()
    assert world.mind.asked[-1].text != "quero pagar minha conta"
