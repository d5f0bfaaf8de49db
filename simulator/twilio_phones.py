"""The people's side of Twilio: telephones on WhatsApp and RCS behind it, and how Twilio tells the business about them.

A telephone is a JSON object as on WhatsApp, with `door` "twilio" and `network` "whatsapp" or "rcs". What the business sends is kept in
the shape that the network itself would show (Meta's for WhatsApp, Google's for RCS), so that the page draws it like any other.
Source: Twilio's pages on its webhook requests, on status call-backs and on signatures.
"""

import json
import secrets
from urllib.parse import urlencode

from simulator.book import BookDebtor, phone_digits, subscriber
from simulator.handsets import Handsets, Refused
from simulator.phones import options
from simulator.rcs_phones import suggestions
from simulator.state import Json, Media

DOOR = "twilio"
NETWORKS = ("whatsapp", "rcs")


def new_sid(kind: str) -> str:
    """An id that looks like Twilio's."""
    return kind + secrets.token_hex(16)


class TwilioPhones(Handsets):
    """All simulated people behind Twilio."""

    door = DOOR

    def by_number(self, network: str, number: str) -> Json | None:
        """The phone with this number on a network."""
        key = subscriber(number.lstrip("+"))
        return next((one for one in self.all() if one["network"] == network and subscriber(one["wa_id"]) == key), None)

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
        return phone["network"] == "rcs" or self._within_a_day(phone)

    # ------------------------------------------------------------------------------------------------ what people do

    def say(
        self, phone: Json, kind: str, content: Json | None, *, reply_to: str | None = None, extra: Json | None = None
    ) -> Json:
        """The person sends a message; it is shown at once and told to the business beside. Returns the chat's entry."""
        told = content or {}
        message = self._written(phone, new_sid("SM"), kind, told, status="sent", reply_to=reply_to)
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
        message = self._theirs(phone, sid)
        for choice in self._offered(message):
            if option in (choice["id"], choice["title"]):
                entry = self._written(phone, new_sid("SM"), "text", {"body": choice["title"]}, status="sent", reply_to=sid)
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
        message = self._written(phone, new_sid("SM"), kind, content, status="sent")
        config = self._world.config
        url = f"{config.own_url}/twilio/2010-04-01/Accounts/{config.twilio_account_sid}/Messages/{message['id']}/Media/{media.id}"
        fields = {"Body": caption or "", "NumMedia": "1", "MediaUrl0": url, "MediaContentType0": media.mime.split(";")[0]}
        self._post(phone, message["id"], fields | {"MessageType": kind})
        return message

    def change_identity(self, phone: Json, event: str) -> Json:
        """Twilio tells nothing about changed numbers."""
        raise Refused("O Twilio não avisa sobre mudanças de número.")

    # -------------------------------------------------------------------------------------- what becomes of messages

    async def _tell_step(self, message: Json, phone: Json, step: str) -> None:
        self.report(message, phone, step)

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
            async with self._turn(turn or new_sid("x")):
                await self._deliver(notices)

        postman.spawn(deliver())
