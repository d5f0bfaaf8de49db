"""Files that an agent sends: checked by their own bytes and by what the channel carries, photos without what the camera wrote in them."""

from __future__ import annotations

import asyncio
import hashlib
import io
import re
from dataclasses import dataclass
from pathlib import Path

from fastapi import APIRouter, Request, Response
from PIL import Image as Picture
from PIL import ImageOps
from starlette.datastructures import UploadFile

from channels.file_types import ENDINGS, type_of
from channels.message import Document, File, Image, Outgoing
from channels.registry import DOORS
from conversations import audit
from conversations.handover import announce
from conversations.reply import say_as_agent
from desk.composing import SILENT, may_speak
from desk.conduct import findings
from desk.guard import DeskRoute, Refused
from desk.known import known_of
from desk.logins import same
from desk.room import NONCE, Room, clean
from desk.talking import written

MOST = 16_000_000
_PHOTO = 5_000_000
"""WhatsApp's limit of a photo; RCS and Telegram take more."""
_PIXELS = 40_000_000
_CAPTION = 1024
_CARRIED = frozenset(name for name, can in DOORS.values() if can.files)
_ACTIVE = re.compile(rb"/(?:JavaScript|JS|Launch|EmbeddedFiles?|RichMedia|XFA|SubmitForm|ImportData)\b")
_EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR"


class FileRoute(DeskRoute):
    """A route that takes a file."""

    most = MOST + 64 * 1024


@dataclass(frozen=True)
class Checked:
    """A file as it will be sent."""

    content: bytes
    mime: str
    name: str


def routes(room: Room) -> APIRouter:
    here = APIRouter(route_class=FileRoute, include_in_schema=False)

    @here.post("/c/{conversation_id}/attach")
    async def attach(request: Request, conversation_id: str) -> Response:
        async with room.engine.begin() as conn:
            session = await room.session(conn, request)
        if not request.headers.get("content-type", "").startswith("multipart/form-data"):
            # Whoever sends no file has no token in the right place either.
            raise Refused(403, "Este pedido não veio do painel. Recarregue a página.")
        async with request.form(max_files=1, max_fields=10) as form:
            if not same(str(form.get("csrf", "")), session.csrf):
                raise Refused(403, "Este pedido não veio do painel. Recarregue a página.")
            given = form.get("file")
            caption, nonce = clean(str(form.get("caption", ""))), str(form.get("nonce", ""))
            if not isinstance(given, UploadFile):
                raise Refused(422, "Escolha um arquivo.")
            content, name = await given.read(MOST + 1), given.filename or ""
        if not NONCE.fullmatch(nonce):
            raise Refused(422, "Recarregue a página e envie de novo.")
        if len(caption) > _CAPTION:
            raise Refused(422, f"A legenda passa de {_CAPTION} caracteres.")
        checked = await asyncio.to_thread(check, content, name)
        folder = room.till.documents
        if folder is None:
            raise Refused(409, "Este painel não tem onde guardar arquivos.")
        async with room.engine.begin() as conn:
            opened = await room.mine(conn, session, conversation_id)
            await may_speak(room, conn, session, conversation_id)
            if opened.channel not in _CARRIED:
                raise Refused(409, "Este canal não leva arquivos.")
            held = findings(caption, await known_of(conn, room.till, opened)) if caption else []
            if held:
                raise Refused(422, f"A legenda não pode ir assim. {held[0].why}")
            digest = hashlib.sha256(checked.content).hexdigest()
            path = await asyncio.to_thread(_keep, folder, digest, checked)
            file = File(path=path, filename=checked.name, mime_type=checked.mime)
            message: Outgoing
            if checked.mime.startswith("image/"):
                message = Image(file=file, caption=caption or None)
            else:
                message = Document(file=file, caption=caption or None)
            source = f"agent:{session.agent.id}:{nonce}:file:{digest[:16]}"
            if not await say_as_agent(
                conn, room.talk, conversation_id, session.agent.id, message, caption or checked.name, source=source
            ):
                raise Refused(409, SILENT["other"])
            await announce(conn, conversation_id)
            await audit.record(
                conn,
                f"agent:{session.agent.id}",
                "file.sent",
                conversation_id,
                {"sha256": digest, "mime": checked.mime, "size": len(checked.content)},
                room.now(),
                tenant_id=session.agent.tenant_id,
            )
            return await written(room, request, conn, session, conversation_id, "file")

    return here


def check(content: bytes, name: str) -> Checked:
    """The file as it may be sent. Raises `Refused` with what is wrong with it, in words for the agent."""
    if not content:
        raise Refused(422, "O arquivo está vazio.")
    if len(content) > MOST:
        raise Refused(422, "O arquivo passa de 16 MB. Envie um menor.")
    if _EICAR in content:
        raise Refused(422, "Este arquivo foi reconhecido como vírus e não foi enviado.")
    mime = type_of(content[:4096])
    if mime == "application/pdf":
        if _ACTIVE.search(content):
            raise Refused(
                422, "Este PDF tem partes que executam programas ou carregam outros arquivos. Imprima como PDF e envie o novo."
            )
        return Checked(content, mime, _named(name, mime))
    if mime in ("image/jpeg", "image/png"):
        content = _bare_picture(content, mime)
        if len(content) > _PHOTO:
            raise Refused(422, "A foto passa de 5 MB, o limite do WhatsApp. Diminua ou envie como PDF.")
        return Checked(content, mime, _named(name, mime))
    raise Refused(422, "Dá para enviar PDF, JPG ou PNG. O tipo é visto no próprio arquivo, não no nome.")


def _bare_picture(content: bytes, mime: str) -> bytes:
    """The picture alone, upright: what a camera wrote beside it (the place, the owner) does not leave."""
    try:
        with Picture.open(io.BytesIO(content)) as picture:
            if picture.width * picture.height > _PIXELS:
                raise Refused(422, "A foto é grande demais. Envie com menos de 40 megapixels.")
            upright = ImageOps.exif_transpose(picture)
            out = io.BytesIO()
            if mime == "image/jpeg":
                upright.convert("RGB").save(out, "JPEG", quality=88)
            else:
                upright.save(out, "PNG")
    except (OSError, ValueError, SyntaxError, Picture.DecompressionBombError) as trouble:
        raise Refused(422, "Esta foto está danificada e não pôde ser lida.") from trouble
    return out.getvalue()


def _named(name: str, mime: str) -> str:
    """A harmless name that ends as the bytes say."""
    stem = "".join(char for char in Path(name.replace("\\", "/")).stem if char.isalnum() or char in " -_.")[:80].strip(" .")
    return (stem or ("foto" if mime.startswith("image/") else "documento")) + ENDINGS[mime]


def _keep(folder: Path, digest: str, checked: Checked) -> str:
    relative = Path("desk") / digest[:2] / f"{digest}{ENDINGS[checked.mime]}"
    target = folder / relative
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = target.with_suffix(".part")
        draft.write_bytes(checked.content)
        draft.replace(target)
    return str(relative)
