"""The whole house for conversation tests: the real Rasa with the trained model, the real actions, the real store and words.

Only the doors to the outside are played: a channel that keeps what it was given, a bank in memory, and a clock that the test moves.
"""

from __future__ import annotations

import asyncio
import hashlib
import io
import os
import socket
import subprocess
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import uvicorn
from fastapi import FastAPI
from reportlab.pdfgen.canvas import Canvas
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from actions.endpoint import PATH, mount_actions
from channels.channel import Capabilities, Channel
from channels.message import Accepted, Address, Cards, Choice, Media, Outgoing, PaymentCard, PaymentStatus, Received, Text
from channels.plainer import as_choice
from codes.pix import payee_name
from conversations.delivery import deliver
from conversations.knowledge import load_knowledge
from conversations.rasa import RasaMind
from conversations.receive import receive
from conversations.talk import Talk
from conversations.turn import drain
from conversations.wording import Wording, load_responses, load_templates
from documents.texts import Texts
from payments.agreeing import keep_agreements
from payments.at_provider import close_at_provider, create_at_provider
from payments.look_up import LOOK_UP, look_up
from payments.notices import notice_of, store_notices
from payments.provider import PixCharge, PixRequest
from payments.settle import settle
from payments.till import Till
from receivables.book import BookRow, read_book
from receivables.ground import Ground
from receivables.imports import Import
from receivables.policy import Policies
from receivables.sealing import Vault
from tests.conversations import people
from tests.payments.fake_boletos import FakeBoletos
from tests.payments.fake_pix import FakePix
from trato.clock import FixedClock
from trato.database import make_engine
from trato.meaning import embedding_of
from trato.paths import BOT_PYTHON, EXAMPLE_BOOK, FAQ, LABELS, MODEL, OUT_OF_SCOPE, PAPERS, POLICIES, RESPONSES, ROOT, TEMPLATES
from trato.program import fixed_values

NOW = datetime(2026, 11, 23, 13, 0, tzinfo=UTC)
"""Monday, ten in the morning in São Paulo."""

ACCOUNT = "106540352242922"
TOKEN = "a-token-for-tests-only"


@dataclass
class ListedJobs:
    """`Jobs` as a list; the house does them in order when the transaction is over."""

    waiting: list[tuple[str, str]] = field(default_factory=list)

    async def put(self, conn: AsyncConnection, task: str, subject: str) -> None:
        if (task, subject) not in self.waiting:
            self.waiting.append((task, subject))


@dataclass
class HeardChannel:
    """A WhatsApp that keeps what it is given."""

    name: str = "whatsapp"
    capabilities: Capabilities = field(
        default_factory=lambda: Capabilities(text=4096, buttons=3, rows=10, files=True, payment_card=True, templates=True)
    )
    heard: list[tuple[Address, Outgoing]] = field(default_factory=list)
    reads: list[str] = field(default_factory=list)

    def split(self, message: Outgoing) -> list[Outgoing]:
        return [as_choice(message) if isinstance(message, Cards) else message]

    async def send(self, address: Address, message: Outgoing, key: str, now: datetime) -> Accepted:
        self.heard.append((address, message))
        return Accepted(provider_id=f"wamid.{key}")

    async def mark_read(self, provider_message_id: str, typing: bool = True, address: Address | None = None) -> None:
        self.reads.append(provider_message_id)

    async def aclose(self) -> None:
        return None


@dataclass
class TownBank(FakePix):
    """A bank where every creditor of the policies has an account."""

    holders: dict[str, str] = field(default_factory=dict)

    async def create(self, request: PixRequest) -> PixCharge:
        self.payee = payee_name(self.holders[request.key])
        return await super().create(request)


@dataclass
class House:
    """Everything made once; `talk_of` gives a person with a telephone of their own."""

    engine: AsyncEngine
    clock: FixedClock
    till: Till
    jobs: ListedJobs
    channel: HeardChannel
    bank: TownBank
    mind: RasaMind
    people: int = 0
    messages: int = 0
    doors: dict[tuple[str, str], Channel] = field(default_factory=dict)
    """Real channels beside the played one."""

    @property
    def talk(self) -> Talk:
        return self.till.talk

    async def work(self) -> None:
        """Do the jobs that are waiting, and those that they ask for, until none is left."""
        channels: dict[tuple[str, str], Channel] = {(name, ACCOUNT): self.channel for name in ("whatsapp", "rcs")}
        channels |= self.doors
        while self.jobs.waiting:
            task, subject = self.jobs.waiting.pop(0)
            if task == "drain":
                await drain(self.engine, self.talk, self.mind, channels, subject, 0)
            elif task == "deliver":
                await deliver(self.engine, self.talk, channels, subject)
            elif task == "create_charge":
                await create_at_provider(self.engine, self.till, int(subject))
            elif task == "close_charge":
                await close_at_provider(self.engine, self.till, int(subject))
            elif task == LOOK_UP:
                await look_up(self.engine, self.till, int(subject))
            elif task == "settle":
                await settle(self.engine, self.till, int(subject))

    def person(self) -> Person:
        """Somebody with a telephone nobody else has."""
        self.people += 1
        return Person(self, f"55119{80000000 + self.people}")


_MIMES = {
    "image": "image/jpeg",
    "voice": "audio/ogg",
    "audio": "audio/mpeg",
    "video": "video/mp4",
    "sticker": "image/webp",
    "document": "application/pdf",
}


@dataclass
class Person:
    """One person on their phone: what they do, and what came to them."""

    house: House
    number: str
    channel: str = "whatsapp"
    telephone: bool = True
    """Whether their number is told with what they write; whoever has a user name instead has an id of the channel's own."""

    @property
    def address(self) -> Address:
        if self.telephone:
            return Address(channel=self.channel, account=ACCOUNT, raw=self.number)
        return Address(channel=self.channel, account=ACCOUNT, user_id=f"BR.{self.number}")

    @property
    def got(self) -> list[Outgoing]:
        return [message for address, message in self.house.channel.heard if address == self.address]

    async def write(self, *lines: str) -> list[Outgoing]:
        """Write these messages in one go; what came back."""
        return await self._do([self._event("text", text=line) for line in lines])

    async def send_media(self, kind: str) -> list[Outgoing]:
        """Send a photo, a PDF, a voice note or a sticker; what came back."""
        media = Media(kind=kind, provider_id="9001", mime_type=_MIMES[kind])  # type: ignore[arg-type]
        return await self._hand_in(media, f"{kind} of nothing".encode())

    async def send_pdf(self, words: str) -> list[Outgoing]:
        """Send a PDF that says this; what came back."""
        return await self._hand_in(Media(kind="document", provider_id="9002", mime_type="application/pdf"), _pdf(words))

    async def _hand_in(self, media: Media, content: bytes) -> list[Outgoing]:
        """Send a file; it is on the shelf as if it had been fetched. What came back."""
        event = self._event("media", media=media)
        before = len(self.got)
        async with self.house.engine.begin() as conn:
            await receive(conn, self.house.talk, [event], frozenset({ACCOUNT}))
            digest = hashlib.sha256(content).hexdigest()
            folder = self.house.talk.shelf.folder
            folder.mkdir(parents=True, exist_ok=True)
            (folder / f"{digest}.file").write_bytes(content)
            await conn.execute(
                text("""update media set state = 'kept', mime = :mime, sha256 = :digest, size = :size, path = :path,
                        fetched_at = :now where inbox_id = (select id from inbox where external_id = :id)"""),
                {
                    "mime": media.mime_type,
                    "digest": digest,
                    "size": len(content),
                    "path": f"{digest}.file",
                    "now": self.house.clock.now(),
                    "id": event.external_id,
                },
            )
        await self.house.work()
        self.house.clock.advance(timedelta(seconds=3))
        return self.got[before:]

    async def send(self, kind: str) -> list[Outgoing]:
        """Send something that is neither text nor file."""
        return await self._do([self._event(kind)])

    async def tap(self, label: str, *, back: int = 0) -> list[Outgoing]:
        """Tap the newest answer with this label (`back`: so many older ones are passed over)."""
        found = [
            option
            for message in reversed(self.got)
            if isinstance(message, Choice)
            for option in message.options
            if option.label == label
        ]
        assert len(found) > back, f"there is no answer {label!r} to tap; there are {self.labels()}"
        return await self._do([self._event("choice", text=label, choice_id=found[back].id)])

    async def wait(self, time: timedelta) -> list[Outgoing]:
        """Let time pass, and have the worker's sweep do what has become due; what came of it."""
        before = len(self.got)
        self.house.clock.advance(time)
        await keep_agreements(self.house.engine, self.house.till)
        await self.house.work()
        return self.got[before:]

    def labels(self) -> list[str]:
        return [option.label for message in self.got if isinstance(message, Choice) for option in message.options]

    async def pay(self, amount: int | None = None) -> list[Outgoing]:
        """Pay the newest code as a bank would, and let the bank tell us; what came back."""
        code = [message.body for message in self.got if isinstance(message, Text) and message.body.startswith("000201")][-1]
        txid = next(charge.txid for charge in self.house.bank.charges.values() if charge.code == code)
        asked = self.house.bank.charges[txid].amount
        paid = self.house.bank.pay(txid, asked if amount is None else amount)
        before = len(self.got)
        async with self.house.engine.begin() as conn:
            await store_notices(conn, self.house.till, "api_pix", [notice_of(self.house.bank.payments[paid])])
        await self.house.work()
        return self.got[before:]

    async def responses(self, count: int) -> list[str]:
        """The names of the newest responses of this talk, in order."""
        async with self.house.engine.connect() as conn:
            rows = await conn.execute(
                text("""select response from outbox o join conversations c on c.id = o.conversation_id
                        where c.address_raw = :number and c.channel = :channel order by o.id desc limit :count"""),
                {"number": self.number, "channel": self.channel, "count": count},
            )
            return list(reversed(list(rows.scalars())))

    def _event(self, kind: str, **rest: object) -> Received:
        self.house.messages += 1
        return Received.model_validate(
            {
                "external_id": f"wamid.in.{self.house.messages}",
                "address": self.address,
                "sent_at": self.house.clock.now(),
                "kind": kind,
                **rest,
            }
        )

    async def _do(self, events: list[Received]) -> list[Outgoing]:
        before = len(self.got)
        async with self.house.engine.begin() as conn:
            await receive(conn, self.house.talk, events, frozenset({ACCOUNT}))
        await self.house.work()
        self.house.clock.advance(timedelta(seconds=3))
        return self.got[before:]


def _pdf(words: str) -> bytes:
    """A page with these lines."""
    paper = io.BytesIO()
    canvas = Canvas(paper)
    for place, line in enumerate(words.split("\n")):
        canvas.drawString(40, 800 - 14 * place, line)
    canvas.save()
    return paper.getvalue()


def words_of(message: Outgoing) -> str:
    """What a person reads in a message, its answers included."""
    if isinstance(message, Choice):
        return "\n".join([message.body, *(f"[{option.label}]" for option in message.options)])
    if isinstance(message, (Text, PaymentCard, PaymentStatus)):
        return message.body
    return repr(message)


@asynccontextmanager
async def open_house(database_url: str) -> AsyncIterator[House]:
    """Start the actions' door and Rasa, and give the house; ends both."""
    engine = make_engine(database_url)
    clock = FixedClock(NOW)
    policies = Policies.load(POLICIES)
    jobs = ListedJobs()
    knowledge = load_knowledge(FAQ, LABELS, embedding_of(""), OUT_OF_SCOPE)
    wording = Wording(load_responses(RESPONSES), fixed_values(policies.default), load_templates(TEMPLATES), knowledge.phrases)
    talk = Talk(Ground(clock, policies, Vault((b"k" * 32,))), wording, jobs, knowledge=knowledge)
    bank = TownBank(
        clock,
        holders={
            terms.pix_key: terms.payee_name
            for policy in (policies.default, *policies.portfolios.values())
            for terms in policy.creditors.values()
        },
    )
    papers = tempfile.TemporaryDirectory()
    till = Till(talk, {"api_pix": bank}, {"simulated": FakeBoletos(clock)}, Path(papers.name), Texts.load(PAPERS))
    app = FastAPI()
    mount_actions(app, engine, till, TOKEN)
    actions_port, rasa_port = _free_port(), _free_port()
    server = uvicorn.Server(uvicorn.Config(app, port=actions_port, log_level="warning", lifespan="off"))
    serving = asyncio.create_task(server.serve())
    rasa = subprocess.Popen(
        [str(BOT_PYTHON), "-m", "bot.run", "--port", str(rasa_port), "--model", str(MODEL)],
        cwd=ROOT,
        env={
            **os.environ,
            "TRATO_DATABASE_URL": database_url,
            "TRATO_INTERNAL_TOKEN": TOKEN,
            "TRATO_ACTION_URL": f"http://127.0.0.1:{actions_port}{PATH}",
        },
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    mind = RasaMind(f"http://127.0.0.1:{rasa_port}", TOKEN)
    try:
        await _fill(engine, talk.ground)
        await _until_ready(rasa, rasa_port)
        yield House(engine, clock, till, jobs, HeardChannel(), bank, mind)
    finally:
        rasa.kill()
        rasa.wait()
        papers.cleanup()
        await mind.aclose()
        server.should_exit = True
        await serving
        await engine.dispose()


async def _fill(engine: AsyncEngine, ground: Ground) -> None:
    """The example book, as `trato import` writes it."""
    work = Import(ground, source="tests", now=ground.clock.now())
    async with engine.begin() as conn:
        await work.write(conn, [row for row in read_book(EXAMPLE_BOOK, today=ground.clock.today()) if isinstance(row, BookRow)])
        await work.write(conn, list(people.rows()))


async def _until_ready(rasa: subprocess.Popen[bytes], port: int) -> None:
    async with httpx.AsyncClient() as client:
        for _ in range(600):
            if rasa.poll() is not None:
                told = rasa.stderr.read().decode()[-2000:] if rasa.stderr else ""
                raise RuntimeError(f"Rasa ended while starting: {told}")
            try:
                if (await client.get(f"http://127.0.0.1:{port}/webhooks/trato/ready")).status_code == 200:
                    return
            except httpx.HTTPError:
                pass
            await asyncio.sleep(0.1)
    raise RuntimeError("Rasa was not ready within a minute")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
