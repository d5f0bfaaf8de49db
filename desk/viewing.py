"""Files of a talk, looked at closely: the pages of a PDF as pictures, and what we sent ourselves."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse
from sqlalchemy.ext.asyncio import AsyncConnection

from conversations import audit
from desk import files, store
from desk.guard import DeskRoute, Refused
from desk.lines import sent_line
from desk.logins import Session
from desk.room import Room

_SECONDS = 20.0
_AT_ONCE = asyncio.Semaphore(2)


def routes(room: Room) -> APIRouter:
    here = APIRouter(route_class=DeskRoute, include_in_schema=False)

    @here.get("/c/{conversation_id}/media/{media_id}/pages/{page}")
    async def pdf_page(request: Request, conversation_id: str, media_id: str, page: str) -> Response:
        """A page of a PDF that somebody sent, as a picture. Looking at its first page is written down as a look at the file."""
        if not (_number(media_id) and _number(page)):
            raise Refused(404, "Não encontramos esta página.")
        async with room.engine.begin() as conn:
            session = await room.session(conn, request)
            file = await store.sent_file(conn, session.agent.tenant_id, conversation_id, int(media_id))
            if file is None or file.state != "kept" or file.mime != "application/pdf" or file.path is None:
                raise Refused(404, "Este arquivo não está disponível.")
            path = await asyncio.to_thread(files.on_shelf, room.talk.shelf.folder, file.path)
            if path is None:
                raise Refused(404, "Este arquivo não está mais guardado.")
            if int(page) == 1:
                await _looked(conn, room, session, f"media:{file.id}", conversation_id)
        count, picture = await draw(path, int(page))
        return Response(picture, media_type="image/png", headers={**files.HEADERS, "X-Pages": str(count)})

    @here.get("/c/{conversation_id}/sent/{outbox_id}")
    async def our_file(request: Request, conversation_id: str, outbox_id: str) -> Response:
        """A file that we sent to the person."""
        if not _number(outbox_id):
            raise Refused(404, "Não encontramos este arquivo.")
        async with room.engine.begin() as conn:
            session = await room.session(conn, request)
            line = await sent_line(conn, session.agent.tenant_id, conversation_id, int(outbox_id))
            ours = line.our_file if line else None
            folder = room.till.documents
            path = await asyncio.to_thread(files.on_shelf, folder, str(ours["path"])) if ours and folder else None
            if ours is None or path is None:
                raise Refused(404, "Este arquivo não está disponível.")
            await _looked(conn, room, session, f"sent:{outbox_id}", conversation_id)
        mime = str(ours["mime_type"])
        inline = mime in files.IMAGES
        named = files.disposition(int(outbox_id), mime, str(ours["filename"]), inline=inline)
        return FileResponse(path, media_type=mime, headers={**files.HEADERS, "Content-Disposition": named})

    return here


async def draw(path: Path, page: int) -> tuple[int, bytes]:
    """How many pages the PDF has, and this one as a PNG. Raises `Refused`."""
    async with _AT_ONCE:
        drawing = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "desk.pdf_page",
            str(path),
            str(page),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
        try:
            drawn, _ = await asyncio.wait_for(drawing.communicate(), _SECONDS)
        except TimeoutError:
            drawing.kill()
            await drawing.wait()
            raise Refused(422, "Este PDF não pôde ser aberto aqui. Baixe o arquivo para ver.") from None
    if drawing.returncode != 0:
        raise Refused(422, "Esta página do PDF não pôde ser aberta aqui. Baixe o arquivo para ver.")
    count, _, picture = drawn.partition(b"\n")
    return int(count), picture


async def _looked(conn: AsyncConnection, room: Room, session: Session, subject: str, conversation_id: str) -> None:
    agent = session.agent
    detail = {"conversation": conversation_id}
    await audit.record(conn, f"agent:{agent.id}", "file.seen", subject, detail, room.now(), tenant_id=agent.tenant_id)


def _number(value: str) -> bool:
    return value.isdigit() and len(value) < 18 and not value.startswith("0")
