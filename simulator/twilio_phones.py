"""The people's side of Twilio: telephones on WhatsApp and RCS behind it, and how Twilio tells the business about them.

A telephone is a JSON object as on WhatsApp, with `door` "twilio" and `network` "whatsapp" or "rcs". What the business sends is kept in
the shape that the network itself would show (Meta's for WhatsApp, Google's for RCS), so that the page draws it like any other.
Source: Twilio's pages on its webhook requests, on status call-backs and on signatures.
"""

import asyncio
import json
import secrets
from datetime import datetime
from urllib.parse import urlencode

from simulator.book import BookDebtor, phone_digits, subscriber
from simulator.phones import PRESENCES, Refused, options
from simulator.rcs_phones import suggestions
from simulator.state import Json, Media
from simulator.world import World

DOOR = "twilio"
NETWORKS = ("whatsapp", "rcs")


def new_sid(kind: str) -> str:
    """An id that looks like Twilio's."""
    return kind + secrets.token_hex(16)


class TwilioPhones:
    """All simulated people behind Twilio."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._turns: dict[str, asyncio.Lock] = {}

    def all(self) -> list[Json]:
        """Every phone behind Twilio."""
        return [phone for phone in self._world.state.all("phone") if phone.get("door") == DOOR]

    def get(self, key: str) -> Json | None:
        """One phone."""
        found = self._world.state.get("phone", key)
        return found if found is not None and found.get("door") == DOOR else None

    def by_number(self, network: str, number: str) -> Json | None:
        """The phone with this number on a network."""
        key = subscriber(number.lstrip("+"))
        return next((one for one in self.all() if one["network"] == network and subscriber(one["wa_id"]) == key), None)

    def save(self, phone: Json) -> None:
        """Keeps a change and tells the page."""
        self._world.state.put("phone", phone["id"], phone)
        self._world.tell("phone", phone=phone)

    def take_up(
        self, *, network: str, debtor: BookDebtor | None = None, number: str | None = None, name: str | None = None
    ) -> Json:
        """The phone of a debtor or of a number on a network, made on its first use."""
        if network not in NETWORKS:
            raise Refused("O canal é whatsapp ou rcs.")
        digits = phone_digits(number or (debtor.phone if debtor else ""))
        if not digits:
            raise Refused("É preciso um número com DDD.")
        known = self.by_number(network, digits)
        if known is None:
            known = {
                "id": f"twilio-{network}-{subscriber(digits)}",
                "door": DOOR,
                "network": network,
                "order": len(self._world.state.all("phone")) + 1,
                "name": name or (debtor.name if debtor else "Contato"),
                "number": digits,
                "wa_id": digits,
                "user_id": "",
                "hidden_number": False,
                "ninth_digit": True,
                "document": debtor.document if debtor else "",
                "last_inbound": None,
            }
        elif debtor:
            known.update(name=debtor.name, document=debtor.document)
        known.update(shown=True, presence="open")
        self.save(known)
        return known

    def window_open(self, phone: Json) -> bool:
        """Whether the business may write freely: always on RCS, for 24 hours on WhatsApp."""
        last = phone["last_inbound"]
        if phone["network"] == "rcs":
            return True
        return last is not None and (self._world.now() - datetime.fromisoformat(last)).total_seconds() < 24 * 3600

    # ------------------------------------------------------------------------------------------------ what people do

    def say(
        self, phone: Json, kind: str, content: Json | None, *, reply_to: str | None = None, extra: Json | None = None
    ) -> Json:
        """The person sends a message; it is shown at once and told to the business beside. Returns the chat's entry."""
        told = content or {}
        message = self._entry(phone, kind, told, reply_to)
        fields: dict[str, str] = {"Body": ""}
        if kind == "text":
            fields["Body"] = str(told.get("body", ""))
        elif kind == "location":
            names = {"latitude": "Latitude", "longitude": "Longitude", "address": "Address", "name": "Label"}
            fields |= {theirs: str(told[ours]) for ours, theirs in names.items() if told.get(ours) is not None}
        if reply_to:
            fields["OriginalRepliedMessageSid"] = reply_to
        self._post(phone, message["id"], fields | {name: str(value) for name, value in (extra or {}).items()})
        return message

    def tap(self, phone: Json, sid: str, option: str) -> Json:
        """Taps an answer that the business offered, named by its id or its words."""
        message = self._world.state.message(sid)
        if message is None or message["phone"] != phone["id"] or message["side"] != "business":
            raise Refused("Essa mensagem não está neste telefone.")
        for choice in self._offered(message):
            if option in (choice["id"], choice["title"]):
                entry = self._entry(phone, "text", {"body": choice["title"]}, sid)
                if choice["list"]:
                    fields = {"ListId": choice["id"], "ListTitle": choice["title"]}
                else:
                    fields = {"ButtonPayload": choice["id"], "ButtonText": choice["title"], "ButtonType": "REPLY"}
                replied = {"OriginalRepliedMessageSid": sid} if phone["network"] == "whatsapp" else {}
                self._post(phone, entry["id"], {"Body": choice["title"], **fields, **replied})
                return entry
        raise Refused("Essa opção não existe na mensagem.")

    def _offered(self, message: Json) -> list[Json]:
        if message["type"] == "rbm":
            return [
                {"id": told["postbackData"], "title": told["text"], "list": False} for _, told in suggestions(message["content"])
            ]
        in_list = (message["content"] or {}).get("type") == "list"
        return [{"id": one["id"], "title": one["title"], "list": in_list} for one in options(message)]

    def send_file(self, phone: Json, kind: str, media: Media, caption: str | None = None) -> Json:
        """Sends a file, which Twilio keeps under the message's address."""
        self._world.state.add_media(media)
        content: Json = {"id": media.id, "mime_type": media.mime, "filename": media.filename}
        if caption:
            content["caption"] = caption
        message = self._entry(phone, kind, content, None)
        config = self._world.config
        url = f"{config.own_url}/twilio/2010-04-01/Accounts/{config.twilio_account_sid}/Messages/{message['id']}/Media/{media.id}"
        fields = {"Body": caption or "", "NumMedia": "1", "MediaUrl0": url, "MediaContentType0": media.mime.split(";")[0]}
        self._post(phone, message["id"], fields | {"MessageType": kind})
        return message

    def set_presence(self, phone: Json, presence: str) -> None:
        """Opens, closes or switches off a phone; what waited for it is delivered or read now."""
        if presence not in PRESENCES:
            raise Refused("A presença é open, closed ou off.")
        phone["presence"] = presence
        self.save(phone)
        for message in self._world.state.messages(phone["id"]):
            if message["side"] == "business" and message["status"] in ("sent", "delivered"):
                self._world.postman.spawn(self.advance(message["id"]))

    def change_identity(self, phone: Json, event: str) -> Json:
        """Twilio tells nothing about changed numbers."""
        raise Refused("O Twilio não avisa sobre mudanças de número.")

    # -------------------------------------------------------------------------------------- what becomes of messages

    async def advance(self, sid: str) -> None:
        """Takes a message of the business from queued to sent, delivered and read, as far as the phone's presence allows."""
        while True:
            message = self._world.state.message(sid)
            phone = self.get(message["phone"]) if message else None
            if message is None or phone is None:
                return
            if message["status"] == "accepted":
                step = "sent"
            elif message["status"] == "sent" and phone["presence"] != "off":
                step = "delivered"
                self._world.tell("message", message={**message, "status": step})
            elif message["status"] == "delivered" and phone["presence"] == "open":
                step = "read"
            else:
                return
            self.mark(sid, step)
            self.report(message, phone, step)
            await self._world.pause(2 if step == "delivered" else 1)

    def resume(self) -> None:
        """Goes on with deliveries that an earlier process left in the middle."""
        for sid in self._world.state.unfinished():
            self._world.postman.spawn(self.advance(sid))

    def mark(self, sid: str, status: str) -> None:
        """Sets a message's status and tells the page."""
        message = self._world.state.message(sid)
        if message is not None and message["status"] != status:
            message["status"] = status
            self._world.state.save_message(message)
            self._world.tell("status", phone=message["phone"], id=sid, status=status)

    def report(self, message: Json, phone: Json, status: str, error: str | None = None) -> None:
        """Posts one status to the address that came with the message."""
        faults = self._world.faults
        if not message.get("callback") or faults.strikes("twilio.webhook_lost"):
            return
        network = phone["network"]
        sender = self._sender(network)
        if status == "delivered" and network == "rcs" and faults.strikes("twilio.sms_fallback"):
            sender = "+551140028922"
        fields = {
            "ApiVersion": "2010-04-01",
            "AccountSid": self._world.config.twilio_account_sid,
            "MessageSid": message["id"],
            "SmsSid": message["id"],
            "MessageStatus": status,
            "SmsStatus": status,
            "From": sender,
            "To": f"{network}:+{phone['wa_id']}",
            "ChannelPrefix": network,
            "ChannelToAddress": f"+{phone['wa_id']}",
            "ErrorMessage": "",
        }
        if status == "read":
            fields["EventType"] = "READ"
        if error:
            fields["ErrorCode"] = error
        self._queue(str(message["callback"]), fields, turn="")

    # --------------------------------------------------------------------------------------------------- the webhook

    def _sender(self, network: str) -> str:
        config = self._world.config
        return config.twilio_whatsapp_from if network == "whatsapp" else config.twilio_rcs_from

    def _entry(self, phone: Json, kind: str, content: Json, reply_to: str | None) -> Json:
        now = self._world.now()
        message: Json = {
            "id": new_sid("SM"),
            "phone": phone["id"],
            "side": "person",
            "type": kind,
            "content": content,
            "at": now.isoformat(),
            "status": "sent",
            "reply_to": reply_to,
        }
        self._world.state.add_message(message)
        phone["last_inbound"] = now.isoformat()
        if phone["presence"] == "off":
            phone["presence"] = "open"
        self.save(phone)
        self._world.tell("message", message=message)
        return message

    def _post(self, phone: Json, sid: str, more: dict[str, str]) -> None:
        config, network = self._world.config, phone["network"]
        fields = {
            "ApiVersion": "2010-04-01",
            "AccountSid": config.twilio_account_sid,
            "MessageSid": sid,
            "SmsSid": sid,
            "SmsMessageSid": sid,
            "SmsStatus": "received",
            "From": f"{network}:+{phone['wa_id']}",
            "To": self._sender(network),
            "NumMedia": "0",
            "NumSegments": "1",
            "ReferralNumMedia": "0",
        }
        if network == "whatsapp":
            fields |= {"ProfileName": phone["name"], "WaId": phone["wa_id"], "MessageType": "text"}
        else:
            payload = {
                "senderPhoneNumber": f"+{phone['wa_id']}",
                "messageId": sid,
                "sendTime": self._world.now().strftime("%Y-%m-%dT%H:%M:%S.%f") + "123Z",
            }
            fields["ChannelMetadata"] = json.dumps({"type": "rcs", "data": {"context": {"channelPayload": payload}}})
        if config.webhook_twilio_url:
            self._queue(config.webhook_twilio_url, fields | more, turn=phone["id"], about=sid)

    def _queue(self, url: str, fields: dict[str, str], *, turn: str, about: str = "") -> None:
        faults, postman = self._world.faults, self._world.postman
        copies = 2 if faults.strikes("twilio.webhook_duplicate") else 1
        body = urlencode(fields).encode()
        notices = [postman.queue("twilio", url, body, about) for _ in range(copies)]

        async def deliver() -> None:
            async with self._turns.setdefault(turn or new_sid("x"), asyncio.Lock()):
                if faults.strikes("twilio.webhook_late"):
                    await asyncio.sleep(self._world.config.late_seconds)
                await asyncio.gather(*(postman.deliver(notice) for notice in notices))

        postman.spawn(deliver())
