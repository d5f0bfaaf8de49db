"""Plays Google's RCS for Business API for one agent: messages, events and capabilities, by the public protocol only."""

import asyncio
import json
import secrets
import uuid
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import unquote, urlsplit

import httpx
from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from simulator.answers import CutOff
from simulator.book import subscriber
from simulator.phones import pix_code
from simulator.rbm_rules import RbmError, check, invalid
from simulator.rcs_phones import RcsPhones
from simulator.state import Json, Media
from simulator.world import World

_LONGEST_LIFE = timedelta(days=15)


class Rbm:
    """The agent's side of Google."""

    def __init__(self, world: World, phones: RcsPhones) -> None:
        self._world = world
        self._phones = phones

    def admit(self, request: Request) -> None:
        """Faults, and whose agent asks."""
        for name, status, code in (
            ("rbm.token_expired", 401, "UNAUTHENTICATED"),
            ("rbm.rate_limit", 429, "RESOURCE_EXHAUSTED"),
            ("rbm.error_500", 503, "UNAVAILABLE"),
        ):
            if self._world.faults.strikes(name):
                raise RbmError(status, code, "The simulator was told to refuse this call.")
        if request.query_params.get("agentId", "").removesuffix("@rbm.goog") != self._world.config.rbm_agent_id:
            raise RbmError(403, "PERMISSION_DENIED", "The caller does not have permission for this agent.")

    def reach(self, number: str) -> Json:
        """The telephone, or Google's refusal."""
        number = unquote(number)
        if not number.startswith("+") or not number[1:].isdigit():
            raise invalid("The phone number must be in E.164 format.")
        phone = self._phones.by_number(number)
        debtor = self._world.book.by_phone(subscriber(number[1:])) if phone is None else None
        if debtor is not None:
            phone = self._phones.take_up(debtor=debtor)
            phone.update(shown=False, presence="closed")
            self._phones.save(phone)
        if phone is None or self._world.faults.strikes("rbm.not_reachable"):
            raise RbmError(404, "NOT_FOUND", "Requested entity was not found.")
        return phone

    def features(self, phone: Json) -> list[str]:
        """What the telephone shows, as capabilities tell."""
        return list(phone["features"])

    async def send(self, phone: Json, message_id: str, body: Json) -> Json:
        """Takes a message; one whose id is known is answered and ignored."""
        _uuid(message_id, "messageId")
        answer = {
            "name": f"phones/+{phone['wa_id']}/agentMessages/{message_id}",
            "sendTime": self._world.now().isoformat(),
            **body,
        }
        if self._world.state.message(message_id) is not None:
            return answer
        check(body, phone["features"])
        now = self._world.now()
        message: Json = {
            "id": message_id,
            "phone": phone["id"],
            "side": "business",
            "type": "rbm",
            "content": body["contentMessage"],
            "traffic": body["messageTrafficType"],
            "at": now.isoformat(),
            "status": "accepted",
            "reply_to": None,
            "expires": _expiry(body, now),
        }
        text = body["contentMessage"].get("text", "")
        message["pay"] = pix_code({"type": "text", "content": {"body": text}})
        for file in _files(body["contentMessage"]):
            kept = await self._fetch(file["fileUrl"])
            file |= {"id": kept.id, "filename": kept.filename, "mime_type": kept.mime}
        self._world.state.add_message(message)
        if phone["presence"] != "off" and not self._world.faults.strikes("rbm.undelivered"):
            self._world.postman.spawn(self._phones.advance(message_id))
        return answer

    async def _fetch(self, url: str) -> Media:
        """Google keeps a copy of a file; it follows no redirection."""
        try:
            got = await self._world.postman.line().get(url, follow_redirects=False)
        except httpx.HTTPError as error:
            raise invalid("The file at fileUrl cannot be fetched.") from error
        if got.status_code != 200:
            raise invalid(f"The file at fileUrl cannot be fetched: HTTP {got.status_code}.")
        mime = got.headers.get("content-type", "application/octet-stream").split(";")[0]
        named = got.headers.get("content-disposition", "").partition("''")[2]
        name = unquote(named) or urlsplit(url).path.rpartition("/")[2]
        kept = Media(str(secrets.randbelow(10**15) + 10**15), mime, name, got.content)
        self._world.state.add_media(kept)
        return kept

    def event(self, phone: Json, event_id: str, body: Json) -> Json:
        """The agent has read a message, or is typing."""
        _uuid(event_id, "eventId")
        if body.get("eventType") == "IS_TYPING":
            self._world.tell("typing", phone=phone["id"])
        elif body.get("eventType") == "READ" and isinstance(body.get("messageId"), str):
            self._phones.read_by_business(phone, body["messageId"])
        else:
            raise invalid("eventType must be READ (with messageId) or IS_TYPING.")
        return {"name": f"phones/+{phone['wa_id']}/agentEvents/{event_id}", **body}


def _expiry(body: Json, now: datetime) -> str | None:
    try:
        if "expireTime" in body:
            until = datetime.fromisoformat(str(body["expireTime"]))
        elif "ttl" in body:
            until = now + timedelta(seconds=float(str(body["ttl"]).removesuffix("s")))
        else:
            return None
    except ValueError as error:
        raise invalid("expireTime and ttl must be a timestamp and a duration.") from error
    if until.tzinfo is None or not now < until <= now + _LONGEST_LIFE + timedelta(seconds=5):
        raise invalid("expireTime must lie ahead, at most 15 days.")
    return until.isoformat()


def _files(content: Json) -> list[Json]:
    rich = content.get("richCard", {})
    cards = rich.get("carouselCard", {}).get("cardContents", [])
    if "standaloneCard" in rich:
        cards = [rich["standaloneCard"]["cardContent"]]
    shown = [card["media"]["contentInfo"] for card in cards if "media" in card]
    return [*([content["contentInfo"]] if "contentInfo" in content else []), *shown]


def _uuid(value: str, name: str) -> None:
    try:
        uuid.UUID(value)
    except ValueError as error:
        raise invalid(f"{name} must be a UUID.") from error


def routes(world: World, phones: RcsPhones) -> APIRouter:
    """The HTTP door, below /rbm."""
    rbm = Rbm(world, phones)
    router = APIRouter(prefix="/rbm")

    async def answered(request: Request, number: str, work: Any) -> Response:
        try:
            rbm.admit(request)
            raw = await request.body()
            try:
                body: Any = json.loads(raw) if raw else {}
            except ValueError:
                body = None
            if not isinstance(body, dict):
                raise invalid("Invalid JSON payload received.")
            answer = work(rbm.reach(number), body)
            if asyncio.iscoroutine(answer):
                answer = await answer
                if world.faults.strikes("rbm.answer_lost"):
                    return CutOff()
                if world.faults.strikes("rbm.answer_late"):
                    await asyncio.sleep(world.config.lost_answer_seconds)
            return JSONResponse(answer)
        except RbmError as error:
            return JSONResponse(error.body(), error.status)

    @router.post("/v1/phones/{number}/agentMessages")
    async def send(number: str, request: Request) -> Response:
        message_id = request.query_params.get("messageId", "")
        return await answered(request, number, lambda phone, body: rbm.send(phone, message_id, body))

    @router.post("/v1/phones/{number}/agentEvents")
    async def event(number: str, request: Request) -> Response:
        event_id = request.query_params.get("eventId", "")
        return await answered(request, number, lambda phone, body: rbm.event(phone, event_id, body))

    @router.get("/v1/phones/{number}/capabilities")
    async def capabilities(number: str, request: Request) -> Response:
        return await answered(request, number, lambda phone, _: {"features": rbm.features(phone)})

    @router.get("/files/{key}")
    async def file(key: str) -> Response:
        found = world.state.media(key)
        return Response(found.body, media_type=found.mime) if found else Response(status_code=404)

    return router
