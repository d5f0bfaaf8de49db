"""The four doors as one: what a person does with a telephone, put as its provider puts it, and what they read of the answers."""

from __future__ import annotations

import itertools
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx

from tests.blackbox import google, graph, twilio
from tests.blackbox.graph import notification
from tests.blackbox.people import Person
from tests.blackbox.phone import Phone
from tests.blackbox.product import API_TOKEN, World

EVERY = ("meta", "twilio_whatsapp", "twilio_rcs", "rbm")
WHATSAPP = EVERY[:2]
QUIET = 0.6

_numbers = (f"+551195{number:07d}" for number in itertools.count(3_100_000))
_files = itertools.count(1)

Post = Callable[..., httpx.Response]
"""Posts a notification that is ready; `to` is another server of ours than the usual one."""


@dataclass
class Handset(ABC):
    """Somebody's telephone behind one provider. `number` is written with its sign."""

    world: World
    number: str

    def __post_init__(self) -> None:
        self.phone: Any = self.made()

    door = ""

    @abstractmethod
    def made(self) -> Any:
        """The telephone of the provider's own driver."""

    # ------------------------------------------------------------------------------------------------ what they do

    @abstractmethod
    def text(self, words: str, *, at: datetime | None = None, forwarded: bool = False, reply_to: str = "") -> Post:
        """A text, ready to be posted, also several times; `reply_to` is the provider's id of a message of ours."""

    @abstractmethod
    def tapped(self, option: tuple[str, str], *, row: bool = False) -> Post: ...

    @abstractmethod
    def file(self, mime: str, content: bytes, name: str = "", *, gone: bool = False) -> Post:
        """A file; with `gone` the provider no longer has it."""

    @abstractmethod
    def place(self) -> Post: ...

    @abstractmethod
    def card(self) -> Post:
        """Somebody else's contact."""

    # ---------------------------------------------------------------------------------------------- what they read

    @abstractmethod
    def report(self, sent: Any, status: str) -> None:
        """The provider tells what became of one of our messages: sent, delivered, read or failed."""

    @property
    @abstractmethod
    def got(self) -> list[Any]: ...

    def do(self, post: Post) -> None:
        answer = post()
        assert answer.status_code == 200, f"{self.door}: {answer.status_code} {answer.text[:200]}"

    def listen(self, timeout: float = 20.0, quiet: float = QUIET) -> list[Any]:
        heard: list[Any] = self.phone.listen(timeout, quiet)
        return heard

    def forget(self) -> None:
        """What came unasked counts as read."""
        self.phone.seen = len(self.got)

    def say(self, words: str, timeout: float = 20.0) -> list[Any]:
        return self.hear(self.text(words), words, timeout)

    def tap(self, option: tuple[str, str], *, row: bool = False) -> list[Any]:
        return self.hear(self.tapped(option, row=row), f"[{option[1]}]")

    def hear(self, post: Post, what: str = "it", timeout: float = 20.0) -> list[Any]:
        self.forget()
        self.do(post)
        heard = self.listen(timeout)
        assert heard, f"{self.door}: nothing answered {what!r}"
        return heard

    def prove(self, person: Person) -> list[Any]:
        self.say("oi")
        return self.say(f"{person.written_document} {person.second_factor}")

    # ------------------------------------------------------------------------------------------- what the API tells

    def talk(self) -> str:
        """The id of this telephone's talk."""
        found = items(self.world, "/conversations", address=self.number)
        assert len(found) == 1, f"{self.door}: {found}"
        return str(found[0]["id"])

    def kept(self) -> list[dict[str, Any]]:
        return items(self.world, f"/conversations/{self.talk()}/messages")


class MetaHandset(Handset):
    door = "meta"

    def made(self) -> Phone:
        return Phone(self.world.meta, self.number.lstrip("+"))

    def message(self, kind: str, content: Any, **more: Any) -> Post:
        """Any message of WhatsApp's own kinds."""
        made = self.phone.message(kind, content, **more)
        body = notification(messages=[made], contacts=[self.phone.contact()])
        return lambda to="": self.world.meta.post(body, to=to)

    def text(self, words: str, *, at: datetime | None = None, forwarded: bool = False, reply_to: str = "") -> Post:
        more: dict[str, Any] = {"timestamp": str(int(at.timestamp()))} if at else {}
        if forwarded:
            more["context"] = {"forwarded": True}
        if reply_to:
            more["context"] = {"from": graph.DISPLAY_NUMBER, "id": reply_to}
        return self.message("text", {"body": words}, **more)

    def tapped(self, option: tuple[str, str], *, row: bool = False) -> Post:
        kind = "list_reply" if row else "button_reply"
        return self.message("interactive", {"type": kind, kind: {"id": option[0], "title": option[1]}})

    def file(self, mime: str, content: bytes, name: str = "", *, gone: bool = False) -> Post:
        media_id = f"8{next(_files):012d}"
        self.world.meta.media[media_id] = (mime, content)
        if gone:
            self.world.meta.expired_media += [media_id] * 50
        kinds = {
            "image/jpeg": "image",
            "audio/ogg": "audio",
            "audio/mpeg": "audio",
            "video/mp4": "video",
            "image/webp": "sticker",
        }
        kind = kinds.get(mime, "document")
        told: dict[str, Any] = {"id": media_id, "mime_type": mime, "sha256": ""}
        if kind == "document":
            told["filename"] = name or "papel.pdf"
        if kind == "audio":
            told["voice"] = mime == "audio/ogg"
        return self.message(kind, told)

    def place(self) -> Post:
        return self.message("location", {"latitude": -23.55, "longitude": -46.63, "name": "Sé"})

    def card(self) -> Post:
        phones = [{"phone": "+55 11 90000-0000", "wa_id": "5511900000000", "type": "CELL"}]
        return self.message("contacts", [{"name": {"formatted_name": "Outra Pessoa"}, "phones": phones, "origin": "other"}])

    def report(self, sent: Any, status: str) -> None:
        self.world.meta.tell_status(sent.wamid, status, sent.payload)

    @property
    def got(self) -> list[Any]:
        return list(self.world.meta.to(self.number))


class TwilioHandset(Handset):
    channel = "whatsapp"

    def made(self) -> twilio.TwilioPhone:
        return twilio.TwilioPhone(self.world.twilio, self.number, self.channel)

    def form(self, **fields: str) -> Post:
        """Any message, by Twilio's parameters."""
        made = self.world.twilio.inbound(self.number, self.channel, **fields)
        return lambda to="": self.world.twilio.post(made, to=to)

    def text(self, words: str, *, at: datetime | None = None, forwarded: bool = False, reply_to: str = "") -> Post:
        more = {"Forwarded": "true"} if forwarded else {}
        if reply_to:
            more |= {"OriginalRepliedMessageSid": reply_to, "OriginalRepliedMessageSender": twilio.WHATSAPP}
        return self.form(Body=words, **more)

    def tapped(self, option: tuple[str, str], *, row: bool = False) -> Post:
        if row:
            return self.form(Body=option[1], ListId=option[0], ListTitle=option[1])
        return self.form(Body=option[1], ButtonPayload=option[0], ButtonText=option[1], ButtonType="REPLY")

    def file(self, mime: str, content: bytes, name: str = "", *, gone: bool = False) -> Post:
        house = self.world.twilio
        path = f"/2010-04-01/Accounts/{twilio.ACCOUNT}/Messages/{house.new_sid('MM')}/Media/{house.new_sid('ME')}"
        if not gone:
            house.files[path] = (mime, content)
        more = {"MediaFilename0": name} if name else {}
        return self.form(NumMedia="1", MediaUrl0=f"{house.url}{path}", MediaContentType0=mime, **more)

    def place(self) -> Post:
        return self.form(Latitude="-23.55", Longitude="-46.63", Address="Praça da Sé", Label="Sé")

    def card(self) -> Post:
        return self.file("text/vcard", b"BEGIN:VCARD\nVERSION:3.0\nFN:Outra Pessoa\nTEL:+5511900000000\nEND:VCARD\n")

    def report(self, sent: Any, status: str) -> None:
        more = {"EventType": "READ"} if status == "read" else {}
        assert self.world.twilio.report(sent, status, **more).status_code == 200

    @property
    def got(self) -> list[Any]:
        return list(self.world.twilio.to(f"{self.channel}:{self.number}"))


class TwilioWhatsAppHandset(TwilioHandset):
    door = "twilio_whatsapp"


class TwilioRcsHandset(TwilioHandset):
    door = "twilio_rcs"
    channel = "rcs"


class RbmHandset(Handset):
    door = "rbm"

    def made(self) -> google.RcsPhone:
        return google.RcsPhone(self.world.google, self.number)

    def told(self, **what: Any) -> Post:
        """Any message or event, by Google's fields."""
        made = self.phone.raw(**what)
        return lambda to="": self.world.google.post(made, to=to)

    def text(self, words: str, *, at: datetime | None = None, forwarded: bool = False, reply_to: str = "") -> Post:
        more = {"sendTime": at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f") + "789Z"} if at else {}
        return self.told(text=words, **more)

    def tapped(self, option: tuple[str, str], *, row: bool = False) -> Post:
        return self.told(suggestionResponse={"postbackData": option[0], "text": option[1], "type": "REPLY"})

    def file(self, mime: str, content: bytes, name: str = "", *, gone: bool = False) -> Post:
        path = f"/files/{next(_files)}"
        if not gone:
            self.world.google.files[path] = content
        payload = {
            "mimeType": mime,
            "fileSizeBytes": len(content),
            "fileUri": f"{self.world.google.url}{path}",
            "fileName": name or "arquivo",
        }
        return self.told(userFile={"payload": payload})

    def place(self) -> Post:
        return self.told(location={"latitude": -23.55, "longitude": -46.63})

    def card(self) -> Post:
        return self.file(
            "text/vcard", b"BEGIN:VCARD\nVERSION:3.0\nFN:Outra Pessoa\nTEL:+5511900000000\nEND:VCARD\n", "contato.vcf"
        )

    def report(self, sent: Any, status: str) -> None:
        self.phone.event({"delivered": "DELIVERED", "read": "READ"}[status], messageId=sent.id)

    @property
    def got(self) -> list[Any]:
        return list(self.world.google.to(self.number))


_MADE: dict[str, type[Handset]] = {one.door: one for one in (MetaHandset, TwilioWhatsAppHandset, TwilioRcsHandset, RbmHandset)}


def handset(world: World, door: str, number: str = "") -> Any:
    """A telephone of somebody new, or of `number`."""
    return _MADE[door](world, number or next(_numbers))


def handsets(world: World, doors: Sequence[str] = EVERY) -> list[Any]:
    """One telephone of somebody new behind each door."""
    return [handset(world, door) for door in doors]


def all_hear(asked: Sequence[tuple[Any, Post]], timeout: float = 40.0) -> list[tuple[Any, list[Any]]]:
    """Everybody posts before anybody waits: many telephones in the time of one. Each must be answered."""
    for phone, post in asked:
        phone.forget()
        phone.do(post)
    heard = [(phone, phone.listen(timeout)) for phone, _ in asked]
    for phone, answer in heard:
        assert answer, f"{phone.door} {phone.number}: no answer"
    return heard


def all_say(phones: Sequence[Any], words: str) -> list[tuple[Any, list[Any]]]:
    return all_hear([(phone, phone.text(words)) for phone in phones])


def silent(posted: Sequence[tuple[Any, Post]], seconds: float = 1.5) -> None:
    """None of these is answered."""
    for phone, post in posted:
        phone.forget()
        phone.do(post)
    time.sleep(seconds)
    for phone, _ in posted:
        heard = phone.listen(0.01, 0.01)
        assert not heard, f"{phone.door} {phone.number}: {[one.text for one in heard]}"


def items(world: World, path: str, **query: str) -> list[dict[str, Any]]:
    """All items of a list of the integration API."""
    found: list[dict[str, Any]] = []
    while True:
        answer = httpx.get(f"{world.product.url}/api/v1{path}", params=query, headers={"authorization": f"Bearer {API_TOKEN}"})
        assert answer.status_code == 200, f"{path} {query}: {answer.status_code} {answer.text[:300]}"
        page = answer.json()
        found += page["items"]
        if page["next"] is None:
            return found
        query["cursor"] = page["next"]


def until(ready: Callable[[], Any], what: str, timeout: float = 30.0) -> Any:
    """The first true value of `ready`; fails with `what` when none comes."""
    end = time.monotonic() + timeout
    while not (found := ready()):
        assert time.monotonic() < end, what
        time.sleep(0.1)
    return found


def files_kept(world: World) -> list[bytes]:
    return [path.read_bytes() for path in (world.product.data / "media").rglob("*") if path.is_file()]
