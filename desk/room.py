"""What every room of the desk shares: the store, the pages, who is signed in, and that a form is this session's own."""

from __future__ import annotations

import hashlib
import re
import secrets
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from conversations import handover
from conversations.media import SEAL as MEDIA_SEAL
from conversations.talk import Talk
from conversations.wording import money
from desk import store, writing
from desk.dispositions import title_of
from desk.guard import NotSignedIn, Refused, token_of
from desk.logins import Door, Session, same
from desk.matters import instalment_state, may_lift
from desk.seats import PAUSES
from payments.till import Till

_HERE = Path(__file__).parent
STATIC = _HERE / "static"
NONCE = re.compile(r"[A-Za-z0-9_-]{16,64}")
"""What names one sending of a form: the same once more does nothing more."""


@dataclass(frozen=True)
class DeskContext:
    """What the desk stands on. Without a `till` nothing is charged for from here; all else works."""

    engine: AsyncEngine
    talk: Talk
    till: Till | None = None


class Room:
    """Handed to every part of the desk; each part adds its own routes (`routes(room)`), templates and static file."""

    def __init__(self, desk: DeskContext) -> None:
        self.engine = desk.engine
        self.talk = desk.talk
        self.ground = desk.talk.ground
        self.till = desk.till or Till(desk.talk, {})
        self.door = Door(self.ground.vault)
        own = b"".join(path.read_bytes() for path in sorted(STATIC.glob("*.[cj]s*")) if ".min." not in path.name)
        self.pages = Environment(
            loader=FileSystemLoader(_HERE / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self.pages.filters.update(
            money=money,
            time=writing.clock_time,
            day=writing.day,
            day_time=writing.day_and_time,
            day_words=writing.day_in_words,
            local_day=writing.local_day,
            phone=writing.masked_phone,
            percent=writing.percent,
            size=writing.size,
            heard=lambda sealed: self.ground.vault.open(sealed, MEDIA_SEAL),
        )
        self.pages.globals.update(
            lasting=writing.lasting,
            outcomes=handover.OUTCOMES,
            may_lift=may_lift,
            ordinal_day=date.fromordinal,
            disposition_title=title_of,
            hours_in_words=handover.hours_in_words,
            instalment_state=lambda kept: instalment_state(kept, self.till),
            queue_names=handover.QUEUES,
            pauses=PAUSES,
            own_version=hashlib.sha256(own).hexdigest()[:12],
        )

    def now(self) -> datetime:
        return self.ground.clock.now()

    def html(self, template: str, status: int = 200, **values: Any) -> HTMLResponse:
        return HTMLResponse(self.pages.get_template(template).render(now=self.now(), **values), status)

    async def session(self, conn: AsyncConnection, request: Request) -> Session:
        """Whoever is signed in. What a page fetches by itself (`live`) does not count as being there. Raises `NotSignedIn`."""
        token = token_of(request)
        touch = "live" not in request.query_params
        session = await self.door.session(conn, token, self.now(), touch=touch) if token else None
        if session is None:
            raise NotSignedIn
        return session

    async def own_form(self, conn: AsyncConnection, request: Request) -> tuple[Session, dict[str, str]]:
        """The session and the fields of a form that this session's own page sent. Raises `Refused`."""
        session = await self.session(conn, request)
        fields = await fields_of(request)
        if not same(fields.get("csrf", ""), session.csrf):
            raise Refused(403, "Este pedido não veio do painel. Recarregue a página.")
        return session, fields

    async def mine(self, conn: AsyncConnection, session: Session, conversation_id: str) -> store.Opened:
        """The talk if it is of the agent's tenant: every deed asks this first. Raises `Refused`."""
        opened = await store.open_talk(conn, session.agent.tenant_id, conversation_id)
        if opened is None:
            raise Refused(404, "Não encontramos esta conversa.")
        return opened


async def fields_of(request: Request) -> dict[str, str]:
    """The words of a form; a file among them is not taken."""
    if not request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        raise Refused(415, "Formulário esperado.")
    form = await request.form(max_fields=40)
    return {name: value for name, value in form.items() if isinstance(value, str)}


def new_nonce() -> str:
    return secrets.token_urlsafe(18)


def clean(words: str) -> str:
    """What was typed, without the line ends of forms, NUL or lone surrogates, which neither store nor channel holds."""
    plain = words.replace("\r\n", "\n").replace("\x00", "")
    return plain.encode("utf-8", "ignore").decode("utf-8").strip()
