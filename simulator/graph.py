"""Plays Meta's Graph API for one WhatsApp number: messages, media and templates, by the public protocol only."""

import asyncio
import hashlib
import json
import re
import secrets
from datetime import timedelta
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response
from starlette.datastructures import UploadFile

from simulator.answers import CutOff
from simulator.book import phone_digits, subscriber
from simulator.graph_rules import GraphError, check_message
from simulator.phones import Phones, new_wamid, pix_code
from simulator.state import Json, Media
from simulator.world import World

MEDIA_LIMITS = {
    "application/pdf": 100 << 20,
    "text/plain": 100 << 20,
    "application/msword": 100 << 20,
    "application/vnd.ms-excel": 100 << 20,
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": 100 << 20,
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": 100 << 20,
    "image/jpeg": 5 << 20,
    "image/png": 5 << 20,
    "image/webp": 500 << 10,
    "audio/ogg": 16 << 20,
    "audio/mpeg": 16 << 20,
    "audio/mp4": 16 << 20,
    "audio/aac": 16 << 20,
    "audio/amr": 16 << 20,
    "video/mp4": 16 << 20,
    "video/3gpp": 16 << 20,
}


class Graph:
    """The rules that need memory: who is asked, the window, repeated references, files."""

    def __init__(self, world: World, phones: Phones) -> None:
        self._world = world
        self._phones = phones

    def admit(self, request: Request) -> None:
        """Raises GraphError unless the access token is right."""
        if self._world.faults.strikes("meta.token_expired"):
            raise GraphError(190, "Error validating access token: Session has expired", 401)
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        right = secrets.compare_digest(token.encode(), self._world.config.meta_access_token.encode())
        if scheme.lower() != "bearer" or not right:
            raise GraphError(190, "Invalid OAuth access token - Cannot parse access token", 401)

    def admit_number(self, number: str) -> None:
        """Raises GraphError unless this is the business's number id."""
        if number != self._world.config.meta_phone_number_id:
            raise GraphError(100, f"Unsupported post request. Object with ID '{number}' does not exist")

    def stumble(self) -> None:
        """Raises what the switches ask for."""
        if self._world.faults.strikes("meta.error_500"):
            raise GraphError(131000, "Something went wrong", 500)
        if self._world.faults.strikes("meta.rate_limit"):
            raise GraphError(130429, "Cloud API message throughput has been reached")
        if self._world.faults.strikes("meta.pair_rate"):
            raise GraphError(131056, "Too many messages from this number to the same number in a short time")

    def send(self, body: Json) -> Json:
        """Accepts a message: checks it, puts it on the phone, starts its delivery. Returns Meta's answer."""
        if body.get("messaging_product") != "whatsapp":
            raise GraphError(100, "(#100) The parameter messaging_product is required.")
        if body.get("status") is not None:
            return self._read_mark(body)
        check_message(body)
        self.stumble()
        to, recipient = body.get("to"), body.get("recipient")
        if to is not None and subscriber(to.lstrip("+")) == subscriber(self._world.config.display_phone_number):
            raise GraphError(131021, "Recipient phone number cannot be the sender")
        kind = body.get("type", "text")
        phone = self._phones.by_address(to, recipient)
        debtor = self._world.book.by_phone(subscriber(to.lstrip("+"))) if to and phone is None else None
        if debtor is not None:
            phone = self._phones.take_up(debtor=debtor, shown=False, presence="closed")
        if phone is None and recipient is not None and to is None:
            raise GraphError(131009, "recipient is not a known business-scoped user id")
        if kind != "template" and (phone is None or not self._phones.window_open(phone)):
            raise GraphError(
                131047, "Message failed to send because more than 24 hours have passed since the customer last replied"
            )
        message: Json = {
            "id": new_wamid(phone["wa_id"] if phone else str(to)),
            "phone": phone["id"] if phone else "",
            "side": "business",
            "type": kind,
            "content": body[kind],
            "at": self._world.now().isoformat(),
            "status": "accepted",
            "reply_to": (body.get("context") or {}).get("message_id"),
            "opaque": body.get("biz_opaque_callback_data"),
        }
        self._check_memory(message)
        answer: Json = {"messaging_product": "whatsapp", "messages": [{"id": message["id"]}]}
        if kind == "template":
            answer["messages"][0]["message_status"] = "accepted"
        if phone is None:
            answer["contacts"] = [{"input": to, "wa_id": phone_digits(str(to)) or str(to).lstrip("+")}]
            self._world.postman.spawn(self._undeliverable(message, str(to).lstrip("+")))
            return answer
        contact: Json = {"input": to or recipient, "user_id": phone["user_id"]}
        if not phone["hidden_number"]:
            contact["wa_id"] = phone["wa_id"]
        answer["contacts"] = [contact]
        message["pay"] = pix_code(message)
        self._world.state.add_message(message)
        self._world.postman.spawn(self._deliver(phone, message))
        return answer

    def _read_mark(self, body: Json) -> Json:
        message = self._world.state.message(str(body.get("message_id")))
        if body["status"] != "read" or message is None or message["side"] != "person":
            raise GraphError(131009, "message_id must be the id of a message that was received")
        self._phones.mark(message["id"], "read")
        for earlier in self._world.state.messages(message["phone"]):
            if earlier["side"] == "person" and earlier["seq"] < message["seq"] and earlier["status"] != "read":
                self._phones.mark(earlier["id"], "read")
        typing = body.get("typing_indicator")
        if typing is not None:
            if not isinstance(typing, dict) or typing.get("type") != "text":
                raise GraphError(131009, "typing_indicator.type must be text")
            self._world.tell("typing", phone=message["phone"])
        return {"success": True}

    def _check_memory(self, message: Json) -> None:
        kind, content = message["type"], message["content"]
        if "id" in content and kind in ("document", "image", "audio", "video", "sticker"):
            self._known_file(content["id"])
        if kind == "interactive":
            header = content.get("header") or {}
            if isinstance(header.get(header.get("type")), dict) and "id" in header[header["type"]]:
                self._known_file(header[header["type"]]["id"])
            parameters = content["action"].get("parameters", {})
            if content["type"] == "order_details":
                self._new_order(message, parameters)
            elif content["type"] == "order_status":
                self._order_moves(message, parameters)
        if kind == "template":
            self._fill_template(message)

    def _known_file(self, key: object) -> None:
        if self._world.state.media(str(key)) is None:
            raise GraphError(131009, f"Media id {key} does not exist or has expired")

    def _new_order(self, message: Json, parameters: Json) -> None:
        expiration = (parameters.get("order") or {}).get("expiration")
        if expiration is not None:
            ahead = int(str(expiration["timestamp"])) - int(self._world.now().timestamp())
            if ahead < 300:
                raise GraphError(131009, "parameters.order.expiration.timestamp must be at least 300 seconds ahead")
        if self._world.state.get("order", parameters["reference_id"]) is not None:
            raise GraphError(131009, f"reference_id {parameters['reference_id']} was already used in an order_details message")
        order = {"reference_id": parameters["reference_id"], "message": message["id"], "status": "pending", "payment": "pending"}
        self._world.state.put("order", parameters["reference_id"], order)
        message["payment"] = {"order": "pending", "payment": "pending"}

    def _order_moves(self, message: Json, parameters: Json) -> None:
        order = self._world.state.get("order", parameters["reference_id"])
        if order is None:
            raise GraphError(131009, "reference_id does not belong to an order_details message")
        status, payment = parameters["order"]["status"], (parameters.get("payment") or {}).get("status")
        if status == "canceled" and order["payment"] == "captured":
            raise GraphError(2047, "The order was already paid")
        if order["status"] in ("completed", "canceled") and status != order["status"]:
            raise GraphError(2046, f"An order cannot go from {order['status']} to {status}")
        order["status"] = status
        if payment is not None and order["payment"] != "captured":
            order["payment"] = payment
        self._world.state.put("order", order["reference_id"], order)
        card = self._world.state.message(order["message"])
        if card is not None:
            card["payment"] = {"order": order["status"], "payment": order["payment"]}
            self._world.state.save_message(card)
            self._world.tell("card", phone=card["phone"], id=card["id"], payment=card["payment"])

    def _fill_template(self, message: Json) -> None:
        content = message["content"]
        known = self._world.config.templates
        text = known.get(content["name"])
        if known and text is None:
            raise GraphError(132001, f"template name ({content['name']}) does not exist in {content['language']['code']}", 404)
        values: dict[str, str] = {}
        replies: list[Json] = []
        for component in content.get("components") or []:
            kind = str(component["type"]).lower()
            parameters = component.get("parameters") or []
            if kind == "body":
                values = {p.get("parameter_name") or str(n): p.get("text", "") for n, p in enumerate(parameters, 1)}
            elif kind == "header":
                message["header"] = parameters[0] if parameters else None
                for parameter in parameters:
                    file = parameter.get(parameter["type"])
                    if isinstance(file, dict) and "id" in file:
                        self._known_file(file["id"])
            elif kind == "button" and component["sub_type"] == "quick_reply" and parameters:
                payload = str(parameters[0].get("payload", ""))
                replies.append({"payload": payload, "text": payload[:25]})
            elif kind == "button" and component["sub_type"] == "order_details" and parameters:
                order = (parameters[0].get("action") or {}).get("order_details")
                if order is not None:
                    self._new_order(message, order)
                    message["order"] = order
        if text is not None:
            wanted = set(re.findall(r"\{\{(\w+)\}\}", text))
            if wanted != set(values):
                raise GraphError(132000, f"body: number of localizable_params ({len(values)}) does not match ({len(wanted)})")
            text = re.sub(r"\{\{(\w+)\}\}", lambda found: values[found[1]], text)
        message["text"] = text or "\n".join([content["name"].replace("_", " ").capitalize(), *values.values()])
        message["quick_replies"] = replies

    async def _undeliverable(self, message: Json, to: str) -> None:
        await self._world.pause()
        nobody = {"wa_id": to, "user_id": "", "hidden_number": False, "name": ""}
        why = failure(131026, "Receiver is incapable of receiving this message")
        await self._phones.report(nobody, message["id"], "failed", why)

    async def _deliver(self, phone: Json, message: Json) -> None:
        """On the phone first (people see it at once), then the statuses one by one."""
        wamid, failing = message["id"], self._world.faults.strikes("meta.undeliverable")
        if failing:
            self._phones.mark(wamid, "failed")
            await self._world.pause()
            await self._phones.report(phone, wamid, "failed", failure(131026, "Message undeliverable"))
            return
        if phone["presence"] != "off":
            self._world.tell("message", message=message)
        await self._world.pause()
        if self._world.faults.strikes("meta.status_disorder") and phone["presence"] == "open":
            self._phones.mark(wamid, "read")
            for status in ("read", "delivered", "sent"):
                await self._phones.report(phone, wamid, status)
            return
        await self._phones.advance(wamid)

    def upload(self, mime: str, filename: str, body: bytes) -> Json:
        """Keeps a file of the business."""
        if self._world.faults.strikes("meta.media_error"):
            raise GraphError(131053, "Unable to upload the media used in the message")
        limit = MEDIA_LIMITS.get(mime)
        if limit is None:
            raise GraphError(100, f"Param file must be a file with one of the supported types; got {mime or 'none'}")
        if not 0 < len(body) <= limit:
            raise GraphError(131053, f"File of {len(body)} bytes exceeds the limit of {limit}" if body else "File is empty")
        if mime == "application/pdf" and not body.startswith(b"%PDF"):
            raise GraphError(131053, "The file's content does not match its MIME type")
        key = str(secrets.randbelow(10**15) + 10**15)
        self._world.state.add_media(Media(key, mime, filename, body))
        return {"id": key}

    def media_facts(self, key: str) -> Json:
        """What GET /{media id} says; the address lives five minutes."""
        media = self._world.state.media(key)
        if media is None:
            raise GraphError(100, f"Unsupported get request. Object with ID '{key}' does not exist")
        ends = int((self._world.now() + timedelta(minutes=5)).timestamp())
        return {
            "messaging_product": "whatsapp",
            "url": f"{self._world.config.own_url}/meta/files/{key}?ext={ends}",
            "mime_type": media.mime,
            "sha256": hashlib.sha256(media.body).hexdigest(),
            "file_size": len(media.body),
            "id": key,
        }


def failure(code: int, details: str) -> Json:
    """An element of `errors` in a failed status."""
    body = GraphError(code, details).body("")["error"]
    title = body["message"].split(") ", 1)[1]
    href = "https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes/"
    return {"code": code, "title": title, "message": title, "error_data": {"details": details}, "href": href}


def _trouble(error: GraphError) -> JSONResponse:
    return JSONResponse(error.body(secrets.token_urlsafe(8)), error.status)


def routes(world: World, phones: Phones) -> APIRouter:
    """The HTTP door, below /meta."""
    graph = Graph(world, phones)
    router = APIRouter(prefix="/meta")

    async def lossy(answer: Json) -> Response:
        if "messages" not in answer:
            return JSONResponse(answer)
        if world.faults.strikes("meta.answer_lost"):
            return CutOff()
        if world.faults.strikes("meta.answer_late"):
            await asyncio.sleep(world.config.lost_answer_seconds)
        return JSONResponse(answer)

    @router.post("/{version}/{number}/messages")
    async def send(version: str, number: str, request: Request) -> Response:
        try:
            graph.admit(request)
            graph.admit_number(number)
            try:
                body: Any = json.loads(await request.body())
            except ValueError:
                body = None
            if not isinstance(body, dict):
                raise GraphError(100, "The body must be a JSON object")
            return await lossy(graph.send(body))
        except GraphError as error:
            return _trouble(error)

    @router.post("/{version}/{number}/media")
    async def upload(version: str, number: str, request: Request) -> Response:
        try:
            graph.admit(request)
            graph.admit_number(number)
            form = await request.form()
            file = form.get("file")
            if form.get("messaging_product") != "whatsapp" or not isinstance(file, UploadFile):
                raise GraphError(100, "The parameters messaging_product and file are required.")
            mime = (file.content_type or "").split(";")[0].strip()
            return JSONResponse(graph.upload(mime, file.filename or "arquivo", await file.read()))
        except GraphError as error:
            return _trouble(error)

    @router.get("/files/{key}")
    async def download(key: str, request: Request, ext: int = 0) -> Response:
        try:
            graph.admit(request)
        except GraphError as error:
            return _trouble(error)
        media = world.state.media(key)
        if media is None or ext < int(world.now().timestamp()):
            return Response(status_code=404)
        return Response(media.body, media_type=media.mime)

    @router.get("/{version}/{key}")
    async def facts(version: str, key: str, request: Request) -> Response:
        try:
            graph.admit(request)
            if key == world.config.meta_phone_number_id:
                config = world.config
                shown = {"display_phone_number": config.display_phone_number, "verified_name": config.business_name}
                return JSONResponse({"id": key, **shown})
            return JSONResponse(graph.media_facts(key))
        except GraphError as error:
            return _trouble(error)

    @router.delete("/{version}/{key}")
    async def delete(version: str, key: str, request: Request) -> Response:
        try:
            graph.admit(request)
            if not world.state.drop_media(key):
                raise GraphError(100, f"Object with ID '{key}' does not exist")
            return JSONResponse({"success": True})
        except GraphError as error:
            return _trouble(error)

    return router
