"""Plays Twilio for one account: messages, Content and typing, by the public protocol only. It fetches files as Twilio does.

Source: Twilio's pages on the Message resource, the Content API and its content types, sending on WhatsApp and RCS, and its errors.
"""

import asyncio
import base64
import json
import re
import secrets
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from simulator.answers import CutOff
from simulator.book import subscriber
from simulator.phones import pix_code
from simulator.state import Json, Media
from simulator.twilio_phones import NETWORKS, TwilioPhones, new_sid
from simulator.world import World

_BODY = 1600


class TwilioError(Exception):
    """A refusal with Twilio's code."""

    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.body = {
            "code": code,
            "message": message,
            "more_info": f"https://www.twilio.com/docs/errors/{code}",
            "status": status,
        }


class Twilio:
    """The account's side of Twilio."""

    def __init__(self, world: World, phones: TwilioPhones) -> None:
        self._world = world
        self._phones = phones

    def admit(self, request: Request, account: str | None = None) -> None:
        """Who asks, and the faults that every call may meet."""
        faults, config = self._world.faults, self._world.config
        if faults.strikes("twilio.token_expired"):
            raise TwilioError(401, 20003, "Authenticate")
        given = request.headers.get("authorization", "").partition(" ")
        known = f"{config.twilio_account_sid}:{config.twilio_auth_token}"
        try:
            named = base64.b64decode(given[2], validate=True).decode()
        except ValueError:
            named = ""
        if given[0].lower() != "basic" or not secrets.compare_digest(named.encode(), known.encode()):
            raise TwilioError(401, 20003, "Authenticate")
        if account is not None and account != config.twilio_account_sid:
            raise TwilioError(404, 20404, "The requested resource was not found")
        if faults.strikes("twilio.error_500"):
            raise TwilioError(500, 20500, "An internal server error has occurred")
        if faults.strikes("twilio.rate_limit"):
            raise TwilioError(429, 20429, "Too many requests")

    async def send(self, told: dict[str, str]) -> Json:
        """Takes a message: checks it, puts it on the telephone, begins its delivery. Returns Twilio's answer."""
        network, phone, number = self._to(told)
        self._from(told, network)
        content = await self._content(told, network)
        config = self._world.config
        sid = new_sid("MM" if "MediaUrl" in told else "SM")
        answer = {
            "sid": sid,
            "account_sid": config.twilio_account_sid,
            "to": told["To"],
            "from": told.get("From"),
            "messaging_service_sid": told.get("MessagingServiceSid"),
            "body": told.get("Body", ""),
            "status": "queued",
            "direction": "outbound-api",
            "error_code": None,
            "error_message": None,
        }
        message: Json = {
            "id": sid,
            "phone": phone["id"] if phone else "",
            "side": "business",
            "at": self._world.now().isoformat(),
            "status": "accepted",
            "reply_to": None,
            "callback": told.get("StatusCallback"),
            **content,
        }
        text = {"type": "text", "content": {"body": told.get("Body", "")}}
        message["pay"] = pix_code(message if "twilio_pay" in content else text)
        if phone is None:
            nobody = {"network": network, "wa_id": number.lstrip("+")}
            self._world.postman.spawn(self._fails(message, nobody, "63024" if network == "whatsapp" else "63036"))
            return answer
        if "twilio_pay" in content:
            self._order(message, phone)
        self._world.state.add_message(message)
        if "template" not in content and not self._phones.window_open(phone):
            self._world.postman.spawn(self._fails(message, phone, "63016"))
        elif self._world.faults.strikes("twilio.undeliverable"):
            self._world.postman.spawn(self._fails(message, phone, "63024"))
        else:
            self._world.postman.spawn(self._deliver(message, phone))
        return answer

    def _order(self, message: Json, phone: Json) -> None:
        """A payment card, or news of one: the same order never twice, and no news of an unknown one."""
        told = message.pop("twilio_pay")
        key = f"twilio/{phone['id']}/{told['payment_id']}"
        order = self._world.state.get("order", key)
        if told["pix"]["type"] == "ORDER_DETAILS":
            if order is not None:
                raise TwilioError(400, 63013, "This payment_id was already used")
            self._world.state.put("order", key, {"reference_id": key, "message": message["id"]})
            message["payment"] = {"order": "pending", "payment": "pending"}
            return
        card = self._world.state.message(order["message"]) if order is not None else None
        if card is None:
            raise TwilioError(400, 63013, "This payment_id belongs to no order")
        paid = told["pix"]["status"] == "completed"
        card["payment"] = {"order": told["pix"]["status"], "payment": "captured" if paid else "pending"}
        self._world.state.save_message(card)
        self._world.tell("card", phone=card["phone"], id=card["id"], payment=card["payment"])

    async def _deliver(self, message: Json, phone: Json) -> None:
        await self._world.pause()
        if phone["presence"] != "off":
            self._world.tell("message", message=message)
        if self._world.faults.strikes("twilio.status_disorder") and phone["presence"] == "open":
            self._phones.mark(message["id"], "read")
            for status in ("read", "delivered", "sent"):
                self._phones.report(message, phone, status)
            return
        await self._phones.advance(message["id"])

    async def _fails(self, message: Json, phone: Json, code: str) -> None:
        await self._world.pause()
        self._phones.mark(message["id"], "failed")
        self._phones.report(message, phone, "undelivered" if code == "63024" else "failed", code)

    def _to(self, told: dict[str, str]) -> tuple[str, Json | None, str]:
        network, _, number = told.get("To", "").partition(":")
        if network not in NETWORKS or not re.fullmatch(r"\+[1-9][0-9]{7,14}", number):
            raise TwilioError(400, 21211, f"Invalid 'To' Phone Number: {told.get('To', '')}")
        phone = self._phones.by_number(network, number)
        debtor = self._world.book.by_phone(subscriber(number[1:])) if phone is None else None
        if debtor is not None:
            phone = self._phones.take_up(network=network, debtor=debtor)
            phone.update(shown=False, presence="closed")
            self._phones.save(phone)
        return network, phone, number

    def _from(self, told: dict[str, str], network: str) -> None:
        config = self._world.config
        ours = config.twilio_whatsapp_from if network == "whatsapp" else config.twilio_rcs_from
        if "MessagingServiceSid" in told:
            if not re.fullmatch(r"MG[0-9a-f]{32}", told["MessagingServiceSid"]):
                raise TwilioError(404, 21701, "The Messaging Service does not exist")
        elif told.get("From") != ours:
            raise TwilioError(400, 63007, "Twilio could not find a Channel with the specified From address")

    async def _content(self, told: dict[str, str], network: str) -> Json:
        """The message in the shape in which its network shows it."""
        if "ContentSid" in told:
            content = self._world.state.get("twilio_content", told["ContentSid"])
            if content is None:
                raise TwilioError(404, 20404, "The requested Content resource was not found")
            types = _filled(content, told.get("ContentVariables", "{}"))
            shown = _rcs(types) if network == "rcs" else _whatsapp(types)
            return shown | ({"template": content["friendly_name"]} if content.get("approval") else {})
        body = told.get("Body", "")
        if len(body) > _BODY:
            raise TwilioError(400, 21617, "The concatenated message body exceeds the 1600 character limit")
        if "MediaUrl" in told:
            kept = await self._fetch(told["MediaUrl"])
            kind = "image" if kept.mime.startswith("image/") else "document"
            if network == "rcs":
                file = {"fileUrl": told["MediaUrl"], "id": kept.id, "filename": kept.filename, "mime_type": kept.mime}
                return {"type": "rbm", "content": {"contentInfo": file, **({"text": body} if body else {})}}
            caption = {"caption": body} if body else {}
            return {"type": kind, "content": {"id": kept.id, "filename": kept.filename, "mime_type": kept.mime, **caption}}
        if not body:
            raise TwilioError(400, 21619, "A text message body or media urls must be specified")
        return {"type": "rbm", "content": {"text": body}} if network == "rcs" else {"type": "text", "content": {"body": body}}

    async def _fetch(self, url: str) -> Media:
        try:
            got = await self._world.postman.line().get(url, follow_redirects=True)
        except httpx.HTTPError as error:
            raise TwilioError(400, 21620, "Invalid media URL(s)") from error
        if got.status_code != 200:
            raise TwilioError(400, 21620, "Invalid media URL(s)")
        mime = got.headers.get("content-type", "application/octet-stream").split(";")[0]
        kept = Media(
            str(secrets.randbelow(10**15) + 10**15), mime, urlsplit(url).path.rpartition("/")[2] or "arquivo", got.content
        )
        self._world.state.add_media(kept)
        return kept

    def make(self, body: Json) -> Json:
        """Makes a Content resource."""
        if self._world.faults.strikes("twilio.content_error"):
            raise TwilioError(500, 20500, "An internal server error has occurred")
        types = body.get("types")
        if not isinstance(types, dict) or not types or not body.get("language"):
            raise TwilioError(400, 20001, "Invalid content")
        for kind, told in types.items():
            _check(kind, told)
        sid = new_sid("HX")
        content: Json = {"sid": sid, **{name: body.get(name) for name in ("friendly_name", "language", "variables", "types")}}
        self._world.state.put("twilio_content", sid, content)
        return content

    def contents(self) -> list[Json]:
        """Every Content resource."""
        return self._world.state.all("twilio_content")

    def approve(self, sid: str, body: Json) -> Json:
        """Meta says yes at once."""
        content = self._world.state.get("twilio_content", sid)
        if content is None:
            raise TwilioError(404, 20404, "The requested resource was not found")
        content["approval"] = {"name": body.get("name"), "category": body.get("category"), "status": "approved"}
        self._world.state.put("twilio_content", sid, content)
        return {"name": body.get("name"), "category": body.get("category"), "status": "received"}

    def typing(self, told: Json) -> Json:
        """The business is typing; on WhatsApp it has read the message as well."""
        sid = str(told.get("messageId", "")).partition("/")[0]
        message = self._world.state.message(sid)
        if message is not None and message["side"] == "person":
            self._phones.mark(sid, "read")
            self._world.tell("typing", phone=message["phone"])
        elif told.get("channel") == "RCS":
            phone = self._phones.by_number("rcs", str(told.get("to", "")).partition(":")[2])
            if phone is not None:
                self._world.tell("typing", phone=phone["id"])
        return {"success": True}


def _check(kind: str, told: Any) -> None:
    """The limits of a content type that hold whatever fills its places."""
    limits = {"twilio/quick-reply": ("actions", 1, 10), "twilio/list-picker": ("items", 1, 10), "twilio/card": ("actions", 0, 11)}
    if not isinstance(told, dict):
        raise TwilioError(400, 20001, f"{kind} must be an object")
    if kind == "twilio/carousel":
        limits[kind] = ("cards", 2, 10)
    elif kind not in (*limits, "twilio/text", "twilio/media", "twilio/call-to-action", "twilio/pay"):
        raise TwilioError(400, 20001, f"Unknown content type {kind}")
    if kind in limits:
        name, fewest, most = limits[kind]
        if not fewest <= len(told.get(name) or []) <= most:
            raise TwilioError(400, 20001, f"{kind}.{name} must have {fewest} to {most} items")
    if kind != "twilio/card" and not told.get("body"):
        raise TwilioError(400, 20001, f"{kind}.body is required")


def _filled(content: Json, variables: str) -> Json:
    try:
        values = json.loads(variables)
    except ValueError as error:
        raise TwilioError(400, 21655, "The ContentVariables parameter is invalid") from error
    if not isinstance(values, dict) or not all(isinstance(value, str) and value for value in values.values()):
        raise TwilioError(400, 21656, "The ContentVariables parameter is invalid")
    known = {**(content.get("variables") or {}), **values}
    written = re.sub(
        r"\{\{(\w+)\}\}", lambda place: json.dumps(str(known.get(place[1], place[0])))[1:-1], json.dumps(content["types"])
    )
    types: Json = json.loads(written)
    return types


def _whatsapp(types: Json) -> Json:
    """As Meta's payload, which the page draws."""
    if "twilio/quick-reply" in types:
        told = types["twilio/quick-reply"]
        if len(told["actions"]) > 3:
            raise TwilioError(400, 63028, "More than three quick replies need an approved template")
        buttons = [{"type": "reply", "reply": {"id": one["id"], "title": one["title"]}} for one in told["actions"]]
        _fits(told["body"], 1024, *((one["title"], 20) for one in told["actions"]))
        return {
            "type": "interactive",
            "content": {"type": "button", "body": {"text": told["body"]}, "action": {"buttons": buttons}},
        }
    if "twilio/list-picker" in types:
        told = types["twilio/list-picker"]
        rows = [
            {"id": one["id"], "title": one["item"], **({"description": one["description"]} if one.get("description") else {})}
            for one in told["items"]
        ]
        _fits(told["body"], 1024, (told["button"], 20), *((row["title"], 24) for row in rows))
        action = {"button": told["button"], "sections": [{"rows": rows}]}
        return {"type": "interactive", "content": {"type": "list", "body": {"text": told["body"]}, "action": action}}
    if "twilio/pay" in types:
        return _pay(types["twilio/pay"])
    if "twilio/text" in types:
        return {"type": "text", "content": {"body": types["twilio/text"]["body"]}}
    raise TwilioError(400, 63005, "Channel did not accept given content")


def _pay(told: Json) -> Json:
    """A payment card, or what became of one, as Meta's payload. Source: Twilio's page on `twilio/pay`."""
    _fits(told["body"], 1024, (told["payment_id"], 35), (told["order_expiration_description"], 120), (told["merchant_name"], 60))
    if (told["country_code"], told["currency_code"]) != ("BR", "BRL") or not told["order_expiration"].isdigit():
        raise TwilioError(400, 63013, "twilio/pay is for Pix in Brazil")
    try:
        items = json.loads(told["items"])
        sums = [_centavos(told[name]) for name in ("subtotal_amount", "total_amount")]
        lines = [(str(one["label"]), _centavos(one["amount"]), int(one["quantity"])) for one in items]
    except (ValueError, TypeError, KeyError) as error:
        raise TwilioError(400, 63013, "The items or amounts of twilio/pay cannot be read") from error
    if {sum(amount * count for _, amount, count in lines)} != set(sums):
        raise TwilioError(400, 63013, "The amounts of twilio/pay do not add up")
    shown = [
        {"retailer_id": str(place), "name": name, "quantity": count, "amount": {"value": amount, "offset": 100}}
        for place, (name, amount, count) in enumerate(lines, 1)
    ]
    pix, total = told["pix"], {"value": sums[1], "offset": 100}
    if pix["type"] == "ORDER_STATUS":
        order: Json = {"reference_id": told["payment_id"], "order": {"status": pix["status"]}}
        action, kind = {"name": "review_order", "parameters": order}, "order_status"
    else:
        code = {"code": pix["code"], "merchant_name": told["merchant_name"], "key": pix["key"], "key_type": pix["key_type"]}
        expiration = {"timestamp": told["order_expiration"], "description": told["order_expiration_description"]}
        order = {"status": "pending", "items": shown, "subtotal": total, "expiration": expiration}
        parameters = {
            "reference_id": told["payment_id"],
            "payment_settings": [{"type": "pix_dynamic_code", "pix_dynamic_code": code}],
            "currency": "BRL",
            "total_amount": total,
            "order": order,
        }
        action, kind = {"name": "review_and_pay", "parameters": parameters}, "order_details"
    return {
        "type": "interactive",
        "content": {"type": kind, "body": {"text": told["body"]}, "action": action},
        "twilio_pay": told,
    }


def _centavos(written: str) -> int:
    if not re.fullmatch(r"[0-9]{1,10}\.[0-9]{2}", written):
        raise ValueError(written)
    return int(written.replace(".", ""))


def _rcs(types: Json) -> Json:
    """As Google's payload, which the page draws."""

    def chips(actions: list[Json]) -> list[Json]:
        _fits("x", 1, *((one["title"], 25) for one in actions))
        return [{"reply": {"text": one["title"], "postbackData": one["id"]}} for one in actions if one["type"] == "QUICK_REPLY"]

    if "twilio/carousel" in types:
        cards = [
            {
                "title": card["title"],
                "description": card["body"],
                "suggestions": chips(card["actions"]),
                **({"media": {"height": "SHORT", "contentInfo": {"fileUrl": card["media"]}}} if card.get("media") else {}),
            }
            for card in types["twilio/carousel"]["cards"]
        ]
        return {"type": "rbm", "content": {"richCard": {"carouselCard": {"cardWidth": "MEDIUM", "cardContents": cards}}}}
    if "twilio/card" in types:
        told = types["twilio/card"]
        text = "\n".join(part for part in (told.get("title"), told.get("body")) if part)
        return {"type": "rbm", "content": {"text": text, "suggestions": chips(told.get("actions") or [])}}
    if "twilio/text" in types:
        return {"type": "rbm", "content": {"text": types["twilio/text"]["body"]}}
    raise TwilioError(400, 63005, "Channel did not accept given content")


def _fits(body: str, most: int, *labels: tuple[str, int]) -> None:
    if not body or len(body) > most or any(not text or len(text) > limit for text, limit in labels):
        raise TwilioError(400, 63013, "This message violates the channel's limits")


def routes(world: World, phones: TwilioPhones) -> APIRouter:
    """The HTTP door, below /twilio."""
    twilio = Twilio(world, phones)
    router = APIRouter(prefix="/twilio")

    @router.post("/2010-04-01/Accounts/{account}/Messages.json")
    async def send(account: str, request: Request) -> Response:
        try:
            twilio.admit(request, account)
            answer = await twilio.send(dict(parse_qsl((await request.body()).decode(), keep_blank_values=True)))
        except TwilioError as error:
            return JSONResponse(error.body, error.status)
        if world.faults.strikes("twilio.answer_lost"):
            return CutOff()
        if world.faults.strikes("twilio.answer_late"):
            await asyncio.sleep(world.config.lost_answer_seconds)
        return JSONResponse(answer, 201)

    @router.get("/2010-04-01/Accounts/{account}/Messages/{sid}/Media/{key}")
    async def media(account: str, sid: str, key: str, request: Request) -> Response:
        try:
            twilio.admit(request, account)
        except TwilioError as error:
            return JSONResponse(error.body, error.status)
        found = world.state.media(key)
        if found is None:
            return JSONResponse(TwilioError(404, 20404, "The requested resource was not found").body, 404)
        return Response(found.body, media_type=found.mime)

    async def answered(request: Request, work: Any, status: int = 200) -> Response:
        try:
            twilio.admit(request)
            raw = await request.body()
            if request.headers.get("content-type", "").startswith("application/json"):
                told: Any = json.loads(raw or b"{}")
            else:
                told = dict(parse_qsl(raw.decode()))
            return JSONResponse(work(told if isinstance(told, dict) else {}), status)
        except TwilioError as error:
            return JSONResponse(error.body, error.status)
        except ValueError:
            return JSONResponse(TwilioError(400, 20001, "Invalid JSON").body, 400)

    @router.get("/v1/Content")
    async def contents(request: Request) -> Response:
        return await answered(request, lambda _: {"contents": twilio.contents(), "meta": {"next_page_url": None}})

    @router.post("/v1/Content")
    async def make(request: Request) -> Response:
        return await answered(request, twilio.make, 201)

    @router.post("/v1/Content/{sid}/ApprovalRequests/whatsapp")
    async def approve(sid: str, request: Request) -> Response:
        return await answered(request, lambda told: twilio.approve(sid, told), 201)

    @router.post("/v2/Indicators/Typing.json")
    @router.post("/v3/Indicators/Typing.json")
    async def typing(request: Request) -> Response:
        return await answered(request, twilio.typing)

    return router
