"""The people's side of RCS: their telephones, what they send, and how Google tells the business about it.

A telephone is a JSON object as on WhatsApp, with `door` "rbm" and `features`, which it can show. Source: Google's guides on
receiving messages and events, and its reference of `UserMessage` and `UserEvent`.
"""

import base64
import json
import secrets
import uuid
from datetime import datetime

from simulator.book import BookDebtor, phone_digits, subscriber
from simulator.handsets import Handsets, Refused
from simulator.rbm_rules import FEATURES
from simulator.state import Json, Media

DOOR = "rbm"


class RcsPhones(Handsets):
    """All simulated people on RCS."""

    door = DOOR

    def by_number(self, number: str) -> Json | None:
        """The phone with this number."""
        key = subscriber(number.lstrip("+"))
        return next((phone for phone in self.all() if subscriber(phone["wa_id"]) == key), None)

    def take_up(
        self, *, debtor: BookDebtor | None = None, number: str | None = None, name: str | None = None, old: bool = False
    ) -> Json:
        """The RCS phone of a debtor or of a number, made on its first use; `old` shows no cards."""
        digits = phone_digits(number or (debtor.phone if debtor else ""))
        if not digits:
            raise Refused("Para o RCS é preciso um número com DDD.")
        known = self.by_number(digits)
        if known is None:
            known = {
                "id": f"rcs-{subscriber(digits)}",
                "door": DOOR,
                "order": len(self._world.state.all("phone")) + 1,
                "name": name or (debtor.name if debtor else "Contato"),
                "number": digits,
                "wa_id": digits,
                "user_id": "",
                "hidden_number": False,
                "ninth_digit": True,
                "document": debtor.document if debtor else "",
                "subscribed": True,
                "last_inbound": None,
            }
        elif debtor:
            known.update(name=debtor.name, document=debtor.document)
        known.update(features=[] if old else list(FEATURES), shown=True, presence="open")
        self.save(known)
        return known

    def window_open(self, phone: Json) -> bool:
        """RCS has no window."""
        return True

    # ------------------------------------------------------------------------------------------------ what people do

    def say(
        self, phone: Json, kind: str, content: Json | None, *, reply_to: str | None = None, extra: Json | None = None
    ) -> Json:
        """The person sends a message; it is shown at once and told to the business beside. Returns the chat's entry."""
        message = self._written(phone, _new_id(), kind, content or {}, status="sent")
        wire: Json = {"messageId": message["id"]}
        match kind:
            case "text":
                wire["text"] = (content or {}).get("body", "")
            case "suggestion":
                wire["suggestionResponse"] = content
            case "location":
                wire["location"] = {name: (content or {}).get(name) for name in ("latitude", "longitude")}
        wire.update(extra or {})
        self._post(phone, wire, about=message["id"])
        return message

    def tap(self, phone: Json, wamid: str, option: str) -> Json:
        """Taps a suggestion, named by its postback or its words. An action is done by the telephone, which tells of it."""
        message = self._theirs(phone, wamid)
        for kind, told in suggestions(message["content"]):
            if option in (told["postbackData"], told["text"]):
                answer = {"postbackData": told["postbackData"], "text": told["text"], "type": kind.upper()}
                if kind == "action":
                    self._post(phone, {"messageId": _new_id(), "suggestionResponse": answer})
                    return message
                return self.say(phone, "suggestion", answer)
        raise Refused("Essa opção não existe na mensagem.")

    def send_file(self, phone: Json, kind: str, media: Media, caption: str | None = None) -> Json:
        """Sends a file: RCS knows its type and no more."""
        self._world.state.add_media(media)
        content: Json = {"id": media.id, "mime_type": media.mime, "filename": media.filename}
        message = self._written(phone, _new_id(), kind, content, status="sent")
        payload = {
            "mimeType": media.mime.split(";")[0],
            "fileSizeBytes": len(media.body),
            "fileUri": f"{self._world.config.own_url}/rbm/files/{media.id}",
            "fileName": media.filename,
        }
        self._post(phone, {"messageId": message["id"], "userFile": {"payload": payload}}, about=message["id"])
        return message

    def type(self, phone: Json) -> None:
        """The person is writing."""
        self._event(phone, "IS_TYPING")

    def change_identity(self, phone: Json, event: str) -> Json:
        """The switch of the messages app: the person unsubscribes, or comes back."""
        if event not in ("unsubscribe", "subscribe"):
            raise Refused("No RCS, o telefone só avisa que saiu ou voltou.")
        phone["subscribed"] = event == "subscribe"
        self.save(phone)
        self._event(phone, event.upper())
        return phone

    # -------------------------------------------------------------------------------------- what becomes of messages

    def _gone(self, message: Json, phone: Json) -> bool:
        expires = message.get("expires")
        if (
            message["status"] not in ("accepted", "sent")
            or expires is None
            or datetime.fromisoformat(expires) > self._world.now()
        ):
            return False
        self.mark(message["id"], "failed")
        event = {"phoneNumber": f"+{phone['wa_id']}", "eventType": "TTL_EXPIRATION_REVOKED", "messageId": message["id"]}
        self._tell(event | {"eventId": _new_id()}, status=True)
        return True

    async def _tell_step(self, message: Json, phone: Json, step: str) -> None:
        # Google does not say that it has sent.
        if step != "sent":
            self._event(phone, step.upper(), message["id"])

    def read_by_business(self, phone: Json, wamid: str) -> None:
        """The business has read the person's messages up to this one."""
        for message in self._world.state.messages(phone["id"]):
            if message["side"] == "person":
                self.mark(message["id"], "read")
            if message["id"] == wamid:
                return

    # --------------------------------------------------------------------------------------------------- the webhook

    def _event(self, phone: Json, kind: str, wamid: str | None = None) -> None:
        event: Json = {"senderPhoneNumber": f"+{phone['wa_id']}", "eventType": kind, "eventId": _new_id()}
        if wamid:
            event["messageId"] = wamid
        self._tell(event, status=wamid is not None)

    def _post(self, phone: Json, wire: Json, about: str = "") -> None:
        self._tell({"senderPhoneNumber": f"+{phone['wa_id']}", **wire}, phone=phone["id"], about=about)

    def _tell(self, told: Json, *, status: bool = False, phone: str = "", about: str = "") -> None:
        """Queues a notification: none, one or two copies, as the faults say."""
        config, faults = self._world.config, self._world.faults
        if not config.webhook_rbm_url or (status and faults.strikes("rbm.webhook_lost")):
            return
        stamp = self._world.now().strftime("%Y-%m-%dT%H:%M:%S.%f") + "123Z"
        body = webhook_body({"agentId": f"{config.rbm_agent_id}@rbm.goog", "sendTime": stamp, **told})
        copies = 2 if faults.strikes("rbm.webhook_duplicate") else 1
        notices = [self._world.postman.queue("rbm", config.webhook_rbm_url, body, about) for _ in range(copies)]

        async def deliver() -> None:
            async with self._turn(phone or _new_id()):
                await self._deliver(notices)

        self._world.postman.spawn(deliver())


def webhook_body(told: Json) -> bytes:
    """A notification as Google posts it: the event in base64, which is what its signature is about once decoded."""
    data = base64.b64encode(json.dumps(told, ensure_ascii=False).encode()).decode()
    return json.dumps({"message": {"data": data, "messageId": str(secrets.randbelow(10**16))}, "subscription": "rbm"}).encode()


def suggestions(content: Json) -> list[tuple[str, Json]]:
    """Everything on a message that can be tapped: the suggestions below it and those on its cards."""
    found = list(content.get("suggestions", []))
    rich = content.get("richCard", {})
    cards = rich.get("carouselCard", {}).get("cardContents", [])
    if "standaloneCard" in rich:
        cards = [rich["standaloneCard"]["cardContent"]]
    for card in cards:
        found += card.get("suggestions", [])
    return [(kind, told) for suggestion in found for kind, told in suggestion.items()]


def _new_id() -> str:
    return "Mx" + uuid.uuid4().hex[:20]
