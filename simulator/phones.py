"""The people's side of WhatsApp: their phones, what they send, and how Meta tells the business about it.

A phone is a JSON object: `id`, `name`, `wa_id` (digits, without the ninth one when `ninth_digit` is false), `number` (as people
write it), `user_id` (Meta's business-scoped id), `hidden_number` (the business sees only the user id), `document`, `presence`
(open: the chat is on screen; closed: the phone is on; off), `shown` (on the page), `last_inbound` (ISO; opens the 24 hours).
Source: Meta's webhook reference for messages, statuses and system messages.
"""

import base64
import hashlib
import re
import secrets
from typing import Any

from simulator.book import BookDebtor, phone_digits, subscriber
from simulator.handsets import Handsets, Refused
from simulator.postman import meta_body
from simulator.state import Json, Media, Notice
from simulator.world import World

DOOR = "meta"


def new_wamid(address: str) -> str:
    """A message id that looks like Meta's."""
    return "wamid." + base64.b64encode(b"\x1d\x18" + address.encode()[:20] + secrets.token_bytes(12)).decode()


class Phones(Handsets):
    """All simulated people on WhatsApp."""

    door = DOOR

    def __init__(self, world: World) -> None:
        super().__init__(world)
        world.postman.confirmed = lambda wamid: self.mark(wamid, "delivered")

    def by_address(self, to: str | None, recipient: str | None) -> Json | None:
        """Whom Meta would reach: by number, with or without the ninth digit, or else by user id."""
        if to is not None:
            # Without the plus sign Meta puts the business's own country in front.
            key = subscriber(to[1:] if to.startswith("+") else phone_digits(to) or to)
            likely = self.get(key)
            if likely is not None and subscriber(likely["wa_id"]) == key:
                return likely
            return next((p for p in self.all() if p["wa_id"] and subscriber(p["wa_id"]) == key), None)
        return next((p for p in self.all() if p["user_id"] == recipient), None)

    def take_up(
        self,
        *,
        debtor: BookDebtor | None = None,
        number: str | None = None,
        name: str | None = None,
        ninth_digit: bool = True,
        hidden_number: bool = False,
        shown: bool = True,
        presence: str = "open",
    ) -> Json:
        """The phone of a debtor or of a number, made on its first use; one number is one phone."""
        digits = phone_digits(number or (debtor.phone if debtor else ""))
        if number and not digits:
            raise Refused("O número precisa ter DDD e 8 ou 9 dígitos.")
        if not digits and debtor:
            spread = int(hashlib.sha256(debtor.document.encode()).hexdigest(), 16) % 10_000_000
            digits = f"551199{spread:07d}"
        if not digits:
            raise Refused("Escolha uma pessoa ou escreva um número.")
        known = self.by_address(digits, None)
        if known is not None and (not debtor or known["document"] in ("", debtor.document)):
            known["shown"] = known["shown"] or shown
            known["presence"] = presence if shown else known["presence"]
            if debtor:
                known.update(name=debtor.name, document=debtor.document)
            self.save(known)
            return known
        if known is not None and debtor:
            # Two people of the book share this number; the one who holds the phone is now the other one.
            known.update(name=debtor.name, document=debtor.document, shown=shown, presence=presence)
            self.save(known)
            return known
        key = subscriber(digits)
        # A number that someone gave up may already name that person's phone.
        phone: Json = {
            "id": key if self.get(key) is None else f"{key}-{len(self.all()) + 1}",
            "order": len(self._world.state.all("phone")) + 1,
            "name": name or (debtor.name if debtor else "Contato"),
            "number": digits,
            "wa_id": digits if ninth_digit else key,
            "user_id": "BR." + str(int(hashlib.sha256(("bsuid" + key).encode()).hexdigest(), 16))[:16],
            "hidden_number": hidden_number,
            "ninth_digit": ninth_digit,
            "document": debtor.document if debtor else "",
            "presence": presence,
            "shown": shown,
            "last_inbound": None,
        }
        self.save(phone)
        return phone

    def window_open(self, phone: Json) -> bool:
        """Whether the 24 hours since the person's last message still run."""
        return self._within_a_day(phone)

    def envelope(self, value: Json) -> bytes:
        """A notification's body around one `value`."""
        config = self._world.config
        full = {
            "messaging_product": "whatsapp",
            "metadata": {"display_phone_number": config.display_phone_number, "phone_number_id": config.meta_phone_number_id},
            **value,
        }
        entry = {"id": config.waba_id, "changes": [{"value": full, "field": "messages"}]}
        return meta_body({"object": "whatsapp_business_account", "entry": [entry]})

    def contact(self, phone: Json) -> Json:
        """The element of `contacts` for this person."""
        contact: Json = {"profile": {"name": phone["name"]}, "user_id": phone["user_id"]}
        if not phone["hidden_number"]:
            contact["wa_id"] = phone["wa_id"]
        return contact

    def queue(self, body: bytes, *, status: bool = False, about: str = "") -> list[Notice]:
        """Queues a notification for the business: none, one or two copies, as the faults say."""
        faults, postman, url = self._world.faults, self._world.postman, self._world.config.webhook_meta_url
        if status and faults.strikes("meta.webhook_lost"):
            return []
        copies = 2 if faults.strikes("meta.webhook_duplicate") else 1
        return [postman.queue("meta", url, body, about) for _ in range(copies)]

    def say(
        self, phone: Json, kind: str, content: Json | None, *, reply_to: str | None = None, extra: Json | None = None
    ) -> Json:
        """The person sends a message of any kind; it is shown at once and notified beside. Returns the chat's entry."""
        message = self._written(phone, new_wamid(phone["wa_id"]), kind, content, status="sending", reply_to=reply_to)
        wire: Json = {"from_user_id": phone["user_id"], "id": message["id"], "timestamp": self._world.seconds(), "type": kind}
        if not phone["hidden_number"]:
            wire["from"] = phone["wa_id"]
        if reply_to:
            wire["context"] = {"from": self._world.config.display_phone_number, "id": reply_to}
        if content is not None:
            wire[kind] = content
        wire.update(extra or {})
        contacts = {} if kind == "system" else {"contacts": [self.contact(phone)]}
        notices = self.queue(self.envelope({**contacts, "messages": [wire]}), about=message["id"])
        self._world.postman.spawn(self._in_turn(phone["id"], message["id"], notices))
        return message

    async def _in_turn(self, phone: str, wamid: str, notices: list[Notice]) -> None:
        async with self._turn(phone):
            self.mark(wamid, "sent")
            await self._deliver(notices)

    def tap(self, phone: Json, wamid: str, option: str) -> Json:
        """Taps a reply button, a list row or a template's quick reply, named by its id, payload or title."""
        message = self._theirs(phone, wamid)
        if message["type"] == "template":
            for button in message.get("quick_replies", []):
                if option in (button["payload"], button["text"]):
                    return self.say(phone, "button", button, reply_to=wamid)
        for choice in options(message):
            if option in (choice["id"], choice["title"]):
                kind = "list_reply" if message["content"]["type"] == "list" else "button_reply"
                return self.say(phone, "interactive", {"type": kind, kind: choice}, reply_to=wamid)
        raise Refused("Essa opção não existe na mensagem.")

    def send_file(self, phone: Json, kind: str, media: Media, caption: str | None = None) -> Json:
        """Sends a file as image, document, audio (a voice note), video or sticker."""
        self._world.state.add_media(media)
        digest = base64.b64encode(hashlib.sha256(media.body).digest()).decode()
        content: Json = {"mime_type": media.mime, "sha256": digest, "id": media.id}
        if caption and kind in ("image", "document", "video"):
            content["caption"] = caption
        if kind == "document":
            content["filename"] = media.filename
        if kind == "audio":
            content["voice"] = True
        if kind == "sticker":
            content["animated"] = False
        return self.say(phone, kind, content)

    def mark_paid(self, code: str) -> None:
        """The person's bank knows that this code was paid once; the page then offers to pay it again, less loudly."""
        for message in self._world.state.paid_with(code):
            message["paid"] = True
            self._world.state.save_message(message)
            self._world.tell("card", phone=message["phone"], id=message["id"], paid=True, payment=message.get("payment"))

    async def _tell_step(self, message: Json, phone: Json, step: str) -> None:
        await self.report(phone, message["id"], step)

    async def report(self, phone: Json, wamid: str, status: str, error: Json | None = None) -> None:
        """Posts one status of a message that the business sent; it is queued before the first pause."""
        message = self._world.state.message(wamid) or {}
        wire: Json = {"id": wamid, "status": status, "timestamp": self._world.seconds()}
        if not phone["hidden_number"]:
            wire["recipient_id"] = phone["wa_id"]
        if status != "failed" or phone["hidden_number"]:
            wire["recipient_user_id"] = phone["user_id"]
        if message.get("opaque"):
            wire["biz_opaque_callback_data"] = message["opaque"]
        if status in ("sent", "delivered"):
            free = message.get("type") != "template"
            wire["pricing"] = {
                "billable": not free,
                "pricing_model": "PMP",
                "type": "free_customer_service" if free else "regular",
                "category": "service" if free else "utility",
            }
        if error is not None:
            wire["errors"] = [error]
        contacts = {} if status == "failed" else {"contacts": [self.contact(phone)]}
        await self._deliver(self.queue(self.envelope({**contacts, "statuses": [wire]}), status=True))

    def change_identity(self, phone: Json, event: str) -> Json:
        """The person changes number (the old one is someone else's soon), or reinstalls: Meta's system messages about it."""
        old = phone["wa_id"]
        if event == "user_changed_number":
            digits = phone["number"][:-4] + f"{(int(phone['number'][-4:]) + 1111) % 10000:04d}"
            phone.update(number=digits, wa_id=digits if phone["ninth_digit"] else subscriber(digits))
            body = f"User {phone['name']} changed from {old} to {phone['wa_id']}"
        elif event == "user_changed_user_id":
            phone["user_id"] = "BR." + str(int(hashlib.sha256(phone["user_id"].encode()).hexdigest(), 16))[:16]
            body = f"User {phone['name']} changed user id"
        elif event == "customer_identity_changed":
            body = f"User {phone['name']}'s identity changed"
        else:
            raise Refused("Evento de identidade desconhecido.")
        system: Json = {"body": body, "type": event, "user_id": phone["user_id"]}
        if not phone["hidden_number"]:
            system["wa_id"] = phone["wa_id"]
        return self.say(phone, "system", system, extra={} if phone["hidden_number"] else {"from": old})


def options(message: Json) -> list[dict[str, Any]]:
    """The choices of an interactive message, as Meta echoes them in a reply."""
    content = message["content"] or {}
    action = content.get("action", {})
    if message["type"] != "interactive":
        return []
    if content["type"] == "button":
        return [{"id": b["reply"]["id"], "title": b["reply"]["title"]} for b in action["buttons"]]
    if content["type"] == "list":
        rows = [row for section in action["sections"] for row in section["rows"]]
        return [{key: row[key] for key in ("id", "title", "description") if row.get(key)} for row in rows]
    return []


def pix_code(message: Json) -> str | None:
    """The Pix code (or else the digitable line) that a message lets the person pay: in a payment card, or standing in a text."""
    content = message["content"] or {}
    parameters = content.get("action", {}).get("parameters", {}) if message["type"] == "interactive" else message.get("order", {})
    for setting in parameters.get("payment_settings", []):
        if setting["type"] == "pix_dynamic_code":
            return str(setting["pix_dynamic_code"]["code"])
    for setting in parameters.get("payment_settings", []):
        if setting["type"] == "boleto":
            return str(setting["boleto"]["digitable_line"])
    if message["type"] == "text":
        found = re.search(r"000201\S.{30,480}6304[0-9A-Fa-f]{4}", content.get("body", ""))
        if found:
            return found[0]
        line = re.fullmatch(r"[0-9]{47}", re.sub(r"[ .\n]", "", content.get("body", "")))
        if line:
            return line[0]
    return None
