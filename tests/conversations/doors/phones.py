"""Telephones as the providers see them: what a person does is a provider's signed notification at our own webhooks, and what they
read is taken from what the provider was handed. Between the two lies the whole product; nothing here speaks the program's own words.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import httpx
from sqlalchemy import text

from channels.channel import Channel
from channels.message import File
from channels.meta import MetaChannel
from channels.rbm import RbmChannel
from channels.twilio import TwilioApi, TwilioChannel, senders_of
from conversations.phone_features import StoredFeatures
from documents import links
from payments.notices import notice_of, store_notices
from tests.channels import meta_graph, rbm_google, twilio_house
from tests.conversations.house import House, Person, _pdf

SECRET, TOKEN = "app-secret", "client-token-for-tests"
OWN_NUMBER = "106540352240001"
SAMPLES = {
    "image": ("image/jpeg", "foto.jpg", b"\xff\xd8\xff\xe0 a photograph"),
    "voice": ("audio/ogg", "voz.ogg", b"OggS a voice"),
    "video": ("video/mp4", "video.mp4", b"\x00\x00\x00\x18ftypmp42"),
    "sticker": ("image/webp", "sticker.webp", b"RIFF0000WEBP"),
    "document": ("application/pdf", "comprovante.pdf", b"%PDF-1.4"),
}
Kind = Literal["text", "question", "cards", "file", "payment_card", "payment_status", "template"]


@dataclass(frozen=True)
class Shown:
    """One message as a telephone shows it: words, answers that can be tapped (id and label), and what sort of message it is."""

    kind: Kind
    words: str
    answers: tuple[tuple[str, str], ...] = ()
    raw: Any = None

    @property
    def read(self) -> str:
        return "\n".join([self.words, *(f"[{label}]" for _, label in self.answers)])


class Provider(ABC):
    """A provider with our door to it. `raw` is how it names a person; `notification` what it posts to us."""

    channel_name: str
    card = False

    @cached_property
    def taken(self) -> set[str]:
        """The sorts of messages that people sent through this door."""
        return set()

    @abstractmethod
    def channels(self, house: House) -> dict[tuple[str, str], Channel]: ...

    @abstractmethod
    def raw(self, number: str) -> str: ...

    @abstractmethod
    def notification(self, number: str, name: str, what: Mapping[str, Any], now: datetime) -> httpx.Request:
        """`what` is one of `text`, `tap` (id, title, of a list or not), `media` (kind), `location`, `contacts`, `unknown`."""

    @abstractmethod
    def shown_to(self, number: str) -> list[Shown]: ...

    @abstractmethod
    def forms(self) -> set[str]:
        """The sorts of messages that this provider was handed so far, in its own names."""


def _link(house: House) -> Any:
    async def link(file: File, key: str, now: datetime) -> str:
        async with house.engine.begin() as conn:
            token = await links.make(
                conn,
                house.talk.ground.vault,
                key=key,
                path=file.path,
                filename=file.filename,
                mime_type=file.mime_type,
                now=now,
            )
        return f"{twilio_house.PUBLIC}{links.PATH}/{token}"

    return link


# ------------------------------------------------------------------------------------------------------------ Meta


class Meta(Provider):
    channel_name = "whatsapp"
    card = True

    def __init__(self) -> None:
        self.graph = meta_graph.FakeGraph()

    def channels(self, house: House) -> dict[tuple[str, str], Channel]:
        folder = house.till.documents
        assert folder is not None
        home = Path(str(folder) + ".home")
        home.mkdir(exist_ok=True)
        if not (home / "documents").exists():
            (home / "documents").symlink_to(folder)
        channel = MetaChannel(
            api_url="https://graph.facebook.com/v25.0",
            access_token="token",
            phone_number_id=OWN_NUMBER,
            data_dir=home,
            client=self.graph.client(),
        )
        return {("whatsapp", OWN_NUMBER): channel}

    def raw(self, number: str) -> str:
        return number

    def notification(self, number: str, name: str, what: Mapping[str, Any], now: datetime) -> httpx.Request:
        message: dict[str, Any] = {"from": number, "id": f"wamid.{name}", "timestamp": str(int(now.timestamp()))}
        match what:
            case {"text": words}:
                message |= {"type": "text", "text": {"body": words}}
            case {"tap": id_, "title": title, "list": listed}:
                sort = "list_reply" if listed else "button_reply"
                message |= {"type": "interactive", "interactive": {"type": sort, sort: {"id": id_, "title": title}}}
            case {"media": kind}:
                mime, filename, content = SAMPLES[kind]
                told: dict[str, Any] = {"id": "9001", "mime_type": mime, "sha256": hashlib.sha256(content).hexdigest()}
                sort = "audio" if kind == "voice" else kind
                message |= {"type": sort, sort: told | ({"voice": True} if kind == "voice" else {})}
                if kind == "document":
                    message[sort]["filename"] = filename
            case {"location": _}:
                message |= {"type": "location", "location": {"latitude": -23.55, "longitude": -46.63, "name": "Sé"}}
            case {"reaction": wamid}:
                message |= {"type": "reaction", "reaction": {"message_id": wamid, "emoji": "👍"}}
            case {"contacts": _}:
                card = {"name": {"formatted_name": "Outra Pessoa"}, "phones": [{"phone": "+55 11 90000-0000"}]}
                message |= {"type": "contacts", "contacts": [card]}
            case _:
                message |= {"type": "unsupported", "errors": [{"code": 131051, "title": "Message type is not supported"}]}
        value = {
            "messaging_product": "whatsapp",
            "metadata": {"display_phone_number": "551130001000", "phone_number_id": OWN_NUMBER},
            "contacts": [{"profile": {"name": "Ana"}, "wa_id": number}],
            "messages": [message],
        }
        entry = {"id": "102290129340398", "changes": [{"field": "messages", "value": value}]}
        body = json.dumps({"object": "whatsapp_business_account", "entry": [entry]}).encode()
        signed = "sha256=" + hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
        return httpx.Request("POST", "http://trato/webhooks/meta", content=body, headers={"x-hub-signature-256": signed})

    def shown_to(self, number: str) -> list[Shown]:
        found = []
        for payload in self.graph.received:
            if payload.get("to", "").lstrip("+") != number or "type" not in payload:
                continue
            meta_graph.check_payload(payload)
            found.append(self._shown(payload))
        return found

    def forms(self) -> set[str]:
        sent = [payload for payload in self.graph.received if "type" in payload]
        return {payload["interactive"]["type"] if payload["type"] == "interactive" else payload["type"] for payload in sent}

    def _shown(self, payload: Mapping[str, Any]) -> Shown:
        content = payload[payload["type"]]
        match payload["type"]:
            case "text":
                return Shown("text", content["body"], raw=payload)
            case "document" | "image":
                upload = self.graph.uploads[int(content["id"].removeprefix("media-")) - 1]
                mime = next(one for one in ("application/pdf", "application/json", "image/png", "") if one.encode() in upload)
                return Shown("file", f"{content.get('filename', '')}\n{mime}\n{content.get('caption', '')}", raw=payload)
            case "template":
                return Shown("template", content["name"], raw=payload)
        action, words = content["action"], content["body"]["text"]
        if "footer" in content:
            words += "\n" + content["footer"]["text"]
        match content["type"]:
            case "button":
                answers = [button["reply"] for button in action["buttons"]]
            case "list":
                answers = [row for section in action["sections"] for row in section["rows"]]
                words += "".join(f"\n{row['title']}: {row.get('description', '')}" for row in answers)
            case "cta_url":
                return Shown("text", f"{words}\n{action['parameters']['url']}", raw=payload)
            case "order_details":
                return Shown("payment_card", words, raw=payload)
            case _:
                return Shown("payment_status", words, raw=payload)
        return Shown("question", words, tuple((one["id"], one["title"]) for one in answers), payload)


# ---------------------------------------------------------------------------------------------------------- Twilio


class Twilio(Provider):
    def __init__(self, channel: Literal["whatsapp", "rcs"]) -> None:
        self.channel_name = channel
        self.api = twilio_house.FakeTwilio()

    def channels(self, house: House) -> dict[tuple[str, str], Channel]:
        api = TwilioApi(account_sid=twilio_house.ACCOUNT, auth_token=twilio_house.TOKEN, client=self.api.client())
        senders = senders_of(twilio_house.WHATSAPP_FROM, twilio_house.RCS_FROM, "")
        return {
            (sender.channel, sender.account): TwilioChannel(api, sender, public_url=twilio_house.PUBLIC, link=_link(house))
            for sender in senders
            if sender.channel == self.channel_name
        }

    def raw(self, number: str) -> str:
        return f"+{number}"

    def notification(self, number: str, name: str, what: Mapping[str, Any], now: datetime) -> httpx.Request:
        sid = "SM" + hashlib.md5(name.encode()).hexdigest()
        told: dict[str, str] = {"From": f"{self.channel_name}:+{number}", "MessageSid": sid, "SmsSid": sid, "SmsMessageSid": sid}
        if self.channel_name == "whatsapp":
            told["WaId"] = number
        words = ""
        match what:
            case {"text": said}:
                words = said
            case {"tap": id_, "title": title, "list": True}:
                words, told = title, told | {"ListId": id_, "ListTitle": title, "MessageType": "interactive"}
            case {"tap": id_, "title": title}:
                words, told = title, told | {"ButtonPayload": id_, "ButtonText": title, "MessageType": "button"}
            case {"media": kind}:
                mime, filename, _ = SAMPLES[kind]
                url = f"https://api.twilio.com/2010-04-01/Accounts/{twilio_house.ACCOUNT}/Messages/{sid}/Media/ME{sid[2:]}"
                told |= {"NumMedia": "1", "MediaUrl0": url, "MediaContentType0": mime}
                told["MessageType"] = "audio" if kind == "voice" else kind
                if kind == "document":
                    told["MediaFilename0"] = filename
            case {"location": _}:
                told |= {"Latitude": "-23.55", "Longitude": "-46.63", "MessageType": "location"}
            case {"contacts": _}:
                told |= {"NumMedia": "1", "MediaUrl0": "https://api.twilio.com/x", "MediaContentType0": "text/vcard"}
            case _:
                told |= {"MessageType": "unsupported"}
        fields = twilio_house.inbound(words, channel=self.channel_name, **told)
        if self.channel_name == "rcs":
            fields = [(field, value) for field, value in fields if field != "WaId"]
        signature = twilio_house.sign(f"{twilio_house.PUBLIC}/webhooks/twilio", fields)
        headers = {"content-type": "application/x-www-form-urlencoded", "x-twilio-signature": signature}
        return httpx.Request("POST", "http://trato/webhooks/twilio", content=twilio_house.form(fields), headers=headers)

    def shown_to(self, number: str) -> list[Shown]:
        to = f"{self.channel_name}:+{number}"
        return [self._shown(place) for place, fields in enumerate(self.api.sent) if fields["To"] == to]

    def forms(self) -> set[str]:
        shown = [self.api.shown(place) for place in range(len(self.api.sent))]
        plain = {"media" if told["media"] else "text" for told in shown if "body" in told}
        return plain | {name.removeprefix("twilio/") for told in shown if "body" not in told for name in told}

    def _shown(self, place: int) -> Shown:
        told = self.api.shown(place)
        if "body" in told:
            kind: Kind = "file" if told["media"] else "text"
            return Shown(kind, "\n".join(filter(None, (told["body"], told["media"]))), raw=told)
        ((name, content),) = [(name, content) for name, content in told.items() if name != "twilio/text"] or list(told.items())
        words = content.get("body", "")
        match name:
            case "twilio/text":
                return Shown("text", words, raw=told)
            case "twilio/pay":
                shown: Kind = "payment_card" if content["pix"]["type"] == "ORDER_DETAILS" else "payment_status"
                return Shown(shown, words, raw=told)
            case "twilio/list-picker":
                rows = content["items"]
                words += "".join(f"\n{row['item']}: {row.get('description', '')}" for row in rows)
                return Shown("question", words, tuple((row["id"], row["item"]) for row in rows), told)
            case "twilio/carousel":
                cards = content["cards"]
                words += "".join(f"\n{card['title']}\n{card['body']}" for card in cards)
                actions = [action for card in cards for action in card["actions"]]
                return Shown("cards", words, _tappable(actions), told)
            case _:
                words = "\n".join(filter(None, (content.get("title"), words, content.get("subtitle"))))
                return Shown("question", words, _tappable(content["actions"]), told)


def _tappable(actions: list[dict[str, Any]]) -> tuple[tuple[str, str], ...]:
    return tuple((action["id"], action["title"]) for action in actions if action.get("id"))


# ------------------------------------------------------------------------------------------------------------- RBM


class Rbm(Provider):
    channel_name = "rcs"

    def __init__(self) -> None:
        self.google = rbm_google.FakeGoogle()

    def channels(self, house: House) -> dict[tuple[str, str], Channel]:
        channel = RbmChannel(
            api_url="http://127.0.0.1:9",
            agent_id="trato",
            link=_link(house),
            clock=house.clock.now,
            memory=StoredFeatures(house.engine, "rcs"),
            client=self.google.client(),
        )
        return {("rcs", "trato"): channel}

    def raw(self, number: str) -> str:
        return f"+{number}"

    def notification(self, number: str, name: str, what: Mapping[str, Any], now: datetime) -> httpx.Request:
        told: dict[str, Any] = {
            "agentId": "trato@rbm.goog",
            "senderPhoneNumber": f"+{number}",
            "messageId": f"Mx{name}",
            "sendTime": now.strftime("%Y-%m-%dT%H:%M:%S.000000000Z"),
        }
        match what:
            case {"text": words}:
                told["text"] = words
            case {"tap": id_, "title": title}:
                told["suggestionResponse"] = {"postbackData": id_, "text": title, "type": "REPLY"}
            case {"media": kind}:
                mime, filename, content = SAMPLES[kind]
                uri = f"https://rcs-copper-us.googleapis.com/{name}"
                file = {"mimeType": mime, "fileName": filename, "fileUri": uri, "fileSizeBytes": len(content)}
                told["userFile"] = {"payload": file}
            case {"location": _}:
                told["location"] = {"latitude": -23.55, "longitude": -46.63}
            case {"contacts": _}:
                told["userFile"] = {"payload": {"mimeType": "text/vcard", "fileUri": "https://rcs-copper-us.googleapis.com/v"}}
            case _:
                told["somethingOfTomorrow"] = {}
        body, data = rbm_google.envelope(told)
        headers = {"x-goog-signature": rbm_google.signature(data, TOKEN)}
        return httpx.Request("POST", "http://trato/webhooks/rbm", content=body, headers=headers)

    def shown_to(self, number: str) -> list[Shown]:
        return [self._shown(body["contentMessage"]) for phone, _, body in self.google.sent if phone == f"+{number}"]

    def forms(self) -> set[str]:
        found: set[str] = set()
        for _, _, body in self.google.sent:
            content = body["contentMessage"]
            found |= set(content) - {"suggestions", "richCard"} | set(content.get("richCard", {}))
            rich = content.get("richCard", {})
            cards = rich.get("carouselCard", {}).get("cardContents", []) or [
                rich.get("standaloneCard", {}).get("cardContent", {})
            ]
            for one in [*content.get("suggestions", []), *(one for card in cards for one in card.get("suggestions", []))]:
                found |= {"reply"} if "reply" in one else {name for name in one["action"] if name.endswith("Action")}
        return found

    def _shown(self, content: Mapping[str, Any]) -> Shown:
        answers = _replies(content.get("suggestions", []))
        if "text" in content:
            return Shown("question" if answers else "text", content["text"], answers, content)
        if "contentInfo" in content:
            return Shown("file", content["contentInfo"]["fileUrl"], answers, content)
        rich = content["richCard"]
        alone = "standaloneCard" in rich
        cards = [rich["standaloneCard"]["cardContent"]] if alone else rich["carouselCard"]["cardContents"]
        words = "\n".join(f"{card.get('title', '')}\n{card.get('description', '')}" for card in cards)
        inner = tuple(one for card in cards for one in _replies(card.get("suggestions", [])))
        return Shown("cards", words, (*inner, *answers), content)


def _replies(suggestions: list[dict[str, Any]]) -> tuple[tuple[str, str], ...]:
    return tuple((one["reply"]["postbackData"], one["reply"]["text"]) for one in suggestions if "reply" in one)


# ---------------------------------------------------------------------------------------------------------- people


@dataclass
class PhonePerson(Person):
    """Somebody whose every word goes through their provider; `number` is as the provider writes it, `digits` without signs."""

    provider: Provider = None  # type: ignore[assignment]
    web: httpx.AsyncClient = None  # type: ignore[assignment]
    digits: str = ""

    @property
    def got(self) -> list[Any]:
        return self.provider.shown_to(self.digits)

    async def _read(self, before: int) -> list[Any]:
        """What came since; a file that the provider fetches from us is fetched, and has its name and type."""
        found = []
        for message in self.got[before:]:
            for link in re.findall(re.escape(twilio_house.PUBLIC) + r"(/d/\S+)", message.words):
                fetched = await self.web.get(link)
                assert fetched.status_code == 200, fetched.text
                about = f"{fetched.headers['content-disposition']}\n{fetched.headers['content-type']}"
                message = replace(message, words=f"{message.words}\n{about}")
            found.append(message)
        return found

    async def write(self, *lines: str) -> list[Any]:
        return await self._come([{"text": line} for line in lines])

    async def tap(self, label: str, *, back: int = 0) -> list[Any]:
        """Tap what this telephone shows for the answer; where it shows none to tap, write its words."""
        async with self.house.engine.connect() as conn:
            ids = (
                await conn.execute(
                    text("""select k.id from choices k join conversations c on c.id = k.conversation_id
                            where c.address_raw = :raw and c.channel = :channel and k.label = :label
                            order by k.created_at desc, k.id"""),
                    {"raw": self.number, "channel": self.channel, "label": label},
                )
            ).scalars()
            offered = list(ids)
        assert len(offered) > back, f"there is no answer {label!r}"
        for message in reversed(self.got):
            for id_, title in message.answers:
                if id_ == offered[back]:
                    listed = "list" in json.dumps(message.raw)[:400] or "list-picker" in json.dumps(message.raw)
                    return await self._come([{"tap": id_, "title": title, "list": listed}])
        assert any(label in message.words for message in self.got), f"{label!r} is shown nowhere"
        return await self.write(label)

    async def send_media(self, kind: str) -> list[Any]:
        return await self._come([{"media": kind}], content=SAMPLES[kind][2], mime=SAMPLES[kind][0])

    async def send_pdf(self, words: str) -> list[Any]:
        return await self._come([{"media": "document"}], content=_pdf(words), mime="application/pdf")

    async def send(self, kind: str) -> list[Any]:
        return await self._come([{kind: True}], content=b"BEGIN:VCARD", mime="text/vcard")

    async def react(self) -> list[Any]:
        """A thumb on the newest message."""
        return await self._come([{"reaction": "wamid.newest"}])

    async def pay(self, amount: int | None = None) -> list[Any]:
        code = [message.words for message in self.got if message.words.startswith("000201")][-1]
        txid = next(charge.txid for charge in self.house.bank.charges.values() if charge.code == code)
        asked = self.house.bank.charges[txid].amount
        paid = self.house.bank.pay(txid, asked if amount is None else amount)
        before = len(self.got)
        async with self.house.engine.begin() as conn:
            await store_notices(conn, self.house.till, "api_pix", [notice_of(self.house.bank.payments[paid])])
        await self.house.work()
        return self.got[before:]

    async def _come(self, said: list[Mapping[str, Any]], content: bytes = b"", mime: str = "") -> list[Any]:
        before = len(self.got)
        for what in said:
            self.house.messages += 1
            name = f"{self.house.messages}"
            request = self.provider.notification(self.digits, name, what, self.house.clock.now())
            sort = next(iter(what))
            self.provider.taken.add(str(what["media"]) if sort == "media" else "row" if what.get("list") else sort)
            answer = await self.web.send(request)
            assert answer.status_code == 200, (answer.status_code, answer.text)
        if content:
            await self._fetched(content, mime)
        await self.house.work()
        self.house.clock.advance(timedelta(seconds=3))
        return await self._read(before)

    async def _fetched(self, content: bytes, mime: str) -> None:
        """The file lies on the shelf, as the job that fetches it leaves it."""
        digest = hashlib.sha256(content).hexdigest()
        folder = self.house.talk.shelf.folder
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{digest}.file").write_bytes(content)
        async with self.house.engine.begin() as conn:
            await conn.execute(
                text("""update media set state = 'kept', mime = :mime, sha256 = :digest, size = :size, path = :path,
                        fetched_at = :now where state = 'waiting'"""),
                {
                    "mime": mime,
                    "digest": digest,
                    "size": len(content),
                    "path": f"{digest}.file",
                    "now": self.house.clock.now(),
                },
            )
