"""The page of phones and the small JSON API behind it. Not a provider's protocol: the product never calls it.

GET  /                            the page
GET  /state                       phones on the page with their chats, clock, faults, number of the last event
GET  /events?after=N              server-sent events behind N (or Last-Event-ID)
GET  /debtors?q=&limit=           people of the book
GET  /phones                      every phone
POST /phones                      {debtor: document} or {number, name}; also ninth_digit, hidden_number; door: "rbm" (RCS), with old; "twilio_whatsapp", "twilio_rcs"
GET, DELETE /phones/{id}          one phone; put it away (its chat stays)
GET  /phones/{id}/messages?after= its chat
POST /phones/{id}/text            {text, reply_to?}
POST /phones/{id}/tap             {message, option: id, payload or title}
POST /phones/{id}/media           multipart kind, file?, caption?; without a file a sample is sent
POST /phones/{id}/location        {}
POST /phones/{id}/typing          {}: the person is writing (RCS)
POST /phones/{id}/raw             {type, content, reply_to?, extra?}: any shape
POST /phones/{id}/presence        {presence: open, closed or off}
POST /phones/{id}/identity        {event: user_changed_number, user_changed_user_id or customer_identity_changed; RCS: unsubscribe or subscribe}
GET  /media/{id}                  a file, for the page
POST /pay, /pay/preview           {code, amount?}
GET, POST /clock                  {advance_seconds}
GET, POST /faults                 {name, calls: null until off, 0 off, or how many} or {clear: true}
POST /handshake                   Meta's and Google's verification of the webhooks: {ok, rbm}
"""

import json
import mimetypes
import secrets
from collections.abc import AsyncIterator, Callable
from dataclasses import asdict
from datetime import UTC, timedelta
from html import escape
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, JSONResponse, Response, StreamingResponse
from starlette.datastructures import UploadFile

from simulator.answers import json_object
from simulator.bank import Bank, Refusal
from simulator.boleto_code import looks_like_a_slip
from simulator.book import BookDebtor
from simulator.faults import FAULTS
from simulator.handsets import Refused
from simulator.phones import Phones
from simulator.rcs_phones import DOOR as RCS
from simulator.rcs_phones import RcsPhones
from simulator.state import Json, Media
from simulator.twilio_phones import DOOR as TWILIO
from simulator.twilio_phones import TwilioPhones
from simulator.world import World

STATIC = Path(__file__).parent / "static"
KINDS = ("image", "document", "audio", "video", "sticker")
SAMPLES = {"image": "foto.jpg", "audio": "voz.ogg", "sticker": "figurinha.webp", "document": "comprovante.pdf"}
INLINE = ("application/pdf", "image/png", "image/jpeg", "image/webp", "audio/ogg", "video/mp4")
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; media-src 'self'; connect-src 'self'; "
    "frame-ancestors 'self'; base-uri 'none'; form-action 'none'"
)


def problem(status: int, detail: str) -> JSONResponse:
    """An error for the page, in words for a person."""
    body = {"title": "Não deu certo", "status": status, "detail": detail}
    return JSONResponse(body, status, media_type="application/problem+json")


def debtor_view(debtor: BookDebtor) -> Json:
    """A debtor of the book, as the help card shows it."""
    return asdict(debtor)


def routes(world: World, phones: Phones, rcs: RcsPhones, behind_twilio: TwilioPhones, bank: Bank) -> APIRouter:
    """The page's door, at the root of the simulator."""
    router = APIRouter()

    def phone_view(phone: Json) -> Json:
        debtor = world.book.debtors.get(phone["document"])
        return {**phone, "debtor": debtor_view(debtor) if debtor else None, "window_open": hand(phone).window_open(phone)}

    def hand(phone: Json) -> Phones | RcsPhones | TwilioPhones:
        """Who plays this telephone."""
        if phone.get("door") == TWILIO:
            return behind_twilio
        return rcs if phone.get("door") == RCS else phones

    def everybody() -> list[Json]:
        return sorted([*phones.all(), *rcs.all(), *behind_twilio.all()], key=lambda phone: int(phone["order"]))

    def on_phone(key: str, work: Callable[[Json], Any]) -> Response:
        phone = phones.get(key) or rcs.get(key) or behind_twilio.get(key)
        if phone is None:
            return problem(404, "Esse telefone não existe.")
        try:
            return JSONResponse(work(phone))
        except Refused as refused:
            return problem(400, str(refused))

    @router.get("/")
    async def page() -> Response:
        html = (STATIC / "page.html").read_text(encoding="utf-8")
        html = html.replace("{{base}}", escape(world.config.base_path.rstrip("/")))
        html = html.replace("{{business}}", escape(world.config.business_name))
        return HTMLResponse(html, headers={"Content-Security-Policy": CSP, "Cache-Control": "no-store"})

    @router.get("/state")
    async def state() -> Response:
        shown = [phone_view(p) for p in everybody() if p["shown"]]
        return JSONResponse(
            {
                "last_event": world.state.event_span()[1],
                "business": {"name": world.config.business_name, "number": world.config.display_phone_number},
                "now": world.now().isoformat(),
                "can_move_clock": world.config.move_clock is not None,
                "faults": world.faults.listing(),
                "phones": [{**p, "messages": list(world.state.messages(p["id"]))} for p in shown],
            }
        )

    @router.get("/events")
    async def events(request: Request, after: int = 0) -> Response:
        last = request.headers.get("last-event-id", "")
        start = int(last) if last.isdigit() else after

        async def lines() -> AsyncIterator[str]:
            first, _ = world.state.event_span()
            yield "retry: 1000\n\n"
            if start and start < first - 1:
                yield "event: reset\ndata: {}\n\n"
            async for item in world.watch(start):
                yield f"id: {item[0]}\ndata: {json.dumps(item[1])}\n\n" if item else ": vivo\n\n"

        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        return StreamingResponse(lines(), media_type="text/event-stream", headers=headers)

    @router.get("/debtors")
    async def debtors(q: str = "", limit: int = 40) -> Response:
        return JSONResponse({"items": [debtor_view(d) for d in world.book.search(q, max(1, min(limit, 200)))]})

    @router.get("/phones")
    async def list_phones() -> Response:
        return JSONResponse({"items": [phone_view(p) for p in everybody()]})

    @router.post("/phones")
    async def add_phone(request: Request) -> Response:
        body = await json_object(request) or {}
        debtor = None
        if body.get("debtor"):
            debtor = world.book.debtors.get("".join(c for c in str(body["debtor"]) if c.isalnum()).upper())
            if debtor is None:
                return problem(404, "Essa pessoa não está na carteira.")
        number, name = (str(body[field]) if body.get(field) else None for field in ("number", "name"))
        try:
            if body.get("door") == RCS:
                phone = rcs.take_up(debtor=debtor, number=number, name=name, old=bool(body.get("old")))
                return JSONResponse(phone_view(phone), 201)
            if str(body.get("door")).partition("_")[0] == TWILIO:
                network = str(body["door"]).partition("_")[2] or "whatsapp"
                return JSONResponse(
                    phone_view(behind_twilio.take_up(network=network, debtor=debtor, number=number, name=name)), 201
                )
            phone = phones.take_up(
                debtor=debtor,
                number=number,
                name=name,
                ninth_digit=bool(body.get("ninth_digit", True)),
                hidden_number=bool(body.get("hidden_number", False)),
            )
        except Refused as refused:
            return problem(400, str(refused))
        return JSONResponse(phone_view(phone), 201)

    @router.get("/phones/{key}")
    async def one_phone(key: str) -> Response:
        return on_phone(key, phone_view)

    @router.delete("/phones/{key}")
    async def put_away(key: str) -> Response:
        def hide(phone: Json) -> Json:
            phone.update(shown=False, presence="closed")
            hand(phone).save(phone)
            return phone_view(phone)

        return on_phone(key, hide)

    @router.get("/phones/{key}/messages")
    async def messages(key: str, after: int = 0) -> Response:
        return on_phone(key, lambda phone: {"items": list(world.state.messages(phone["id"], after))})

    @router.post("/phones/{key}/text")
    async def text(key: str, request: Request) -> Response:
        body = await json_object(request) or {}
        words = body.get("text")
        if not isinstance(words, str) or not 0 < len(words) <= 4096:
            return problem(400, "Escreva uma mensagem de até 4096 letras.")
        return on_phone(key, lambda phone: hand(phone).say(phone, "text", {"body": words}, reply_to=body.get("reply_to")))

    @router.post("/phones/{key}/tap")
    async def tap(key: str, request: Request) -> Response:
        body = await json_object(request) or {}
        return on_phone(key, lambda phone: hand(phone).tap(phone, str(body.get("message")), str(body.get("option"))))

    @router.post("/phones/{key}/media")
    async def media(key: str, request: Request) -> Response:
        form = await request.form()
        kind, file = str(form.get("kind", "image")), form.get("file")
        if kind not in KINDS:
            return problem(400, "O tipo de arquivo é image, document, audio, video ou sticker.")
        if isinstance(file, UploadFile):
            body, name = await file.read(), file.filename or "arquivo"
            mime = (file.content_type or mimetypes.guess_type(name)[0] or "application/octet-stream").split(";")[0]
        else:
            name = SAMPLES.get(kind, "comprovante.pdf")
            body, mime = (STATIC / "samples" / name).read_bytes(), mimetypes.guess_type(name)[0] or "application/octet-stream"
        if kind == "audio" and mime == "audio/ogg":
            mime = "audio/ogg; codecs=opus"
        stored = Media(str(secrets.randbelow(10**15) + 10**15), mime, name, body)
        caption = str(form["caption"]) if form.get("caption") else None
        return on_phone(key, lambda phone: hand(phone).send_file(phone, kind, stored, caption))

    @router.post("/phones/{key}/typing")
    async def typing(key: str) -> Response:
        def write(phone: Json) -> Json:
            if phone.get("door") == RCS:
                rcs.type(phone)
            return phone_view(phone)

        return on_phone(key, write)

    @router.post("/phones/{key}/location")
    async def location(key: str, request: Request) -> Response:
        body = await json_object(request) or {}
        content = {"latitude": -23.5614, "longitude": -46.6558, "name": "Avenida Paulista", "address": "São Paulo, SP"}
        content.update({k: body[k] for k in content if isinstance(body.get(k), str)})
        return on_phone(key, lambda phone: hand(phone).say(phone, "location", content))

    @router.post("/phones/{key}/raw")
    async def raw(key: str, request: Request) -> Response:
        """Any message shape, for tests of what the page cannot send: {type, content, reply_to?, extra?}."""
        body = json.loads(await request.body() or b"{}")
        if not isinstance(body.get("type"), str):
            return problem(400, "Diga o tipo da mensagem.")
        rest = {"reply_to": body.get("reply_to"), "extra": body.get("extra")}
        return on_phone(key, lambda phone: hand(phone).say(phone, body["type"], body.get("content"), **rest))

    @router.post("/phones/{key}/presence")
    async def presence(key: str, request: Request) -> Response:
        body = await json_object(request) or {}

        def change(phone: Json) -> Json:
            hand(phone).set_presence(phone, str(body.get("presence")))
            return phone_view(phone)

        return on_phone(key, change)

    @router.post("/phones/{key}/identity")
    async def identity(key: str, request: Request) -> Response:
        body = await json_object(request) or {}
        return on_phone(key, lambda phone: hand(phone).change_identity(phone, str(body.get("event"))))

    @router.get("/media/{key}")
    async def file(key: str) -> Response:
        found = world.state.media(key)
        if found is None:
            return problem(404, "Esse arquivo não existe mais.")
        # The stored types only, never sniffed: a file that a "debtor" sends must not become a page.
        headers = {"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "sandbox; default-src 'none'"}
        if found.mime == "application/pdf":
            headers.pop("Content-Security-Policy")
        inline = found.mime.split(";")[0] in INLINE
        headers["Content-Disposition"] = "inline" if inline else "attachment"
        return Response(found.body, media_type=found.mime, headers=headers)

    @router.post("/pay")
    async def pay(request: Request) -> Response:
        body = await json_object(request)
        if body is None:
            return problem(400, "O corpo precisa ser um objeto JSON com o código.")
        paid = bank.pay(body.get("code"), body.get("amount"))
        if paid["status"] == "paid":
            code = str(body["code"]).strip()
            phones.mark_paid("".join(code.split()).replace(".", "").replace("-", "") if looks_like_a_slip(code) else code)
        return JSONResponse(paid)

    @router.post("/pay/preview")
    async def preview(request: Request) -> Response:
        body = await json_object(request) or {}
        try:
            found = bank.look_up(body.get("code"))
        except Refusal as refusal:
            return JSONResponse({"status": "refused", "reason": refusal.reason, "message": str(refusal)})
        value = None if found.cents is None else f"{found.cents // 100}.{found.cents % 100:02d}"
        return JSONResponse(
            {
                "status": "payable",
                "payee": found.payee,
                "document": found.document,
                "city": found.city,
                "amount": value,
                "expires_at": found.expires_at,
                "paid_before": found.paid_before,
                "means": "boleto" if found.boleto else "pix",
                "due_date": found.boleto["due"] if found.boleto else None,
                "added": found.added,
            }
        )

    @router.get("/clock")
    async def clock() -> Response:
        return JSONResponse({"now": world.now().astimezone(UTC).isoformat(), "can_move": world.config.move_clock is not None})

    @router.post("/clock")
    async def move_clock(request: Request) -> Response:
        body = await json_object(request) or {}
        seconds = body.get("advance_seconds")
        if not isinstance(seconds, int) or isinstance(seconds, bool) or not 0 < seconds <= 400 * 86400:
            return problem(400, "Diga quantos segundos avançar (advance_seconds).")
        if world.config.move_clock is None:
            return problem(409, "Este relógio não pode ser adiantado.")
        await world.config.move_clock(timedelta(seconds=seconds))
        world.tell("clock", now=world.now().isoformat())
        return JSONResponse({"now": world.now().astimezone(UTC).isoformat()})

    @router.post("/handshake")
    async def handshake() -> Response:
        rbm = {"rbm": await world.postman.rbm_handshake()} if world.config.webhook_rbm_url else {}
        return JSONResponse({"ok": await world.postman.handshake(), **rbm})

    @router.get("/faults")
    async def faults() -> Response:
        return JSONResponse({"items": world.faults.listing()})

    @router.post("/faults")
    async def set_fault(request: Request) -> Response:
        """{name, calls}: calls null (until off), 0 (off) or how many; {"clear": true} puts all out."""
        body = await json_object(request) or {}
        calls = body.get("calls")
        if body.get("clear"):
            world.faults.clear()
        elif body.get("name") not in FAULTS or (calls is not None and (not isinstance(calls, int) or isinstance(calls, bool))):
            return problem(400, "Falha desconhecida.")
        else:
            world.faults.set(str(body["name"]), calls)
        world.tell("faults", items=world.faults.listing())
        return JSONResponse({"items": world.faults.listing()})

    return router
