"""The composition: everything that is made once at start, from the settings, and handed down."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime

from procrastinate import App
from sqlalchemy.ext.asyncio import AsyncEngine

from api.public.verify import PATH as VERIFY_PAGE
from channels.channel import Channel
from channels.features import FeatureMemory
from channels.message import File
from channels.meta import MetaChannel
from channels.rbm import CHANNEL as RCS
from channels.rbm import FileLink, RbmChannel, ServiceAccount
from channels.telegram import CHANNEL as TELEGRAM
from channels.telegram import TelegramChannel
from channels.twilio import Door, TwilioApi, TwilioChannel, senders_of
from conversations.handover import hours_in_words
from conversations.knowledge import load_knowledge
from conversations.pace import NoPace, Pace
from conversations.phone_features import StoredFeatures
from conversations.talk import Shelf, Talk
from conversations.wording import Wording, load_responses, load_templates
from documents import links
from documents.texts import Texts
from payments.api_pix import ApiPix, make_client
from payments.boleto_provider import BoletoProvider
from payments.inter import Inter
from payments.provider import PixProvider
from payments.till import Till
from receivables.ground import Ground
from receivables.policy import Policies, Policy
from receivables.sealing import Vault
from trato.clock import SystemClock
from trato.database import make_engine
from trato.meaning import embedding_of
from trato.pacing import SharedPace
from trato.paths import FAQ, LABELS, OUT_OF_SCOPE, PAPERS, RESPONSES, TEMPLATES
from trato.queue import QueueJobs, make_queue
from trato.settings import RbmSettings, Settings, SettingsError
from trato.transcribing import transcriber_of

WHATSAPP = "whatsapp"


@dataclass(frozen=True)
class Program:
    """The program's parts, by what they are for."""

    settings: Settings
    engine: AsyncEngine
    clock: SystemClock
    queue: App
    talk: Talk
    till: Till
    channels: Mapping[tuple[str, str], Channel]
    pace: Pace = field(default_factory=NoPace)

    @property
    def accounts(self) -> frozenset[str]:
        """The providers' accounts that are ours."""
        return frozenset(account for _, account in self.channels)


def fixed_values(policy: Policy, public_url: str = "http://127.0.0.1:8000") -> dict[str, str]:
    """What every response may name: who speaks, and how to check it. `public_url` is where our own pages are reached."""
    collector = policy.collector
    return {
        "company": collector.name.rstrip("."),
        "company_cnpj": _cnpj(collector.cnpj),
        "company_address": collector.address,
        "company_site": collector.site,
        "company_phone": collector.phone,
        "ombudsman": collector.ombudsman,
        "hours": hours_in_words(policy.contact.hours.text),
        "verify_page": f"{public_url.rstrip('/')}{VERIFY_PAGE}",
    }


def _cnpj(cnpj: str) -> str:
    return f"{cnpj[:2]}.{cnpj[2:5]}.{cnpj[5:8]}/{cnpj[8:12]}-{cnpj[12:]}"


def twilio_door(settings: Settings) -> Door:
    """What checks and reads Twilio's requests. `TRATO_TWILIO_AUTH_TOKEN` holds several tokens while one is replaced."""
    told = settings.twilio
    return Door(
        account_sid=told.account_sid,
        tokens=tuple(token.strip() for token in told.auth_token.split(",") if token.strip()),
        public_url=settings.public_url,
        senders=senders_of(told.whatsapp_from, told.rcs_from, told.messaging_service_sid),
    )


def _twilio_channels(settings: Settings, link: FileLink, memory: FeatureMemory) -> dict[tuple[str, str], Channel]:
    """Our senders at Twilio, which share one account and its connections."""
    door = twilio_door(settings)
    if not door.account_sid or not door.tokens:
        return {}
    api = TwilioApi(
        account_sid=door.account_sid,
        auth_token=door.tokens[0],
        api_url=settings.twilio.api_url,
        content_url=settings.twilio.content_url,
    )
    return {
        (sender.channel, sender.account): TwilioChannel(api, sender, public_url=settings.public_url, link=link, memory=memory)
        for sender in door.senders
    }


def _service_account(rbm: RbmSettings) -> ServiceAccount | None:
    try:
        return ServiceAccount.read(rbm.service_account_file) if rbm.service_account_file else None
    except ValueError as trouble:
        raise SettingsError(f"TRATO_RBM_SERVICE_ACCOUNT_FILE: {trouble}.") from trouble


@asynccontextmanager
async def open_program(settings: Settings) -> AsyncIterator[Program]:
    """Make the parts, keep the clock in step with the other processes, and let everything go at the end.

    Raises `PolicyError`, `WordingError` or `SettingsError` for what an operator has to mend.
    """
    policies = Policies.load(settings.policy_dir)
    knowledge = load_knowledge(FAQ, LABELS, embedding_of(settings.faq_model), OUT_OF_SCOPE)
    wording = Wording(
        load_responses(RESPONSES),
        fixed_values(policies.default, settings.public_url),
        load_templates(TEMPLATES),
        knowledge.phrases,
    )
    papers = Texts.load(PAPERS)
    vault = Vault(settings.secret_keys)
    engine = make_engine(settings.database_url)
    clock = SystemClock()
    async with engine.begin() as conn:
        await clock.anchor(conn, settings.clock)
    queue = make_queue(settings.database_url)
    pace = SharedPace(settings.redis_url)
    channels: dict[tuple[str, str], Channel] = {}
    meta = settings.meta
    if meta.app_secret and meta.phone_number_id:
        channels[(WHATSAPP, meta.phone_number_id)] = MetaChannel(
            api_url=meta.api_url,
            access_token=meta.access_token,
            phone_number_id=meta.phone_number_id,
            data_dir=settings.data_dir,
        )

    async def paper_link(file: File, key: str, now: datetime) -> str:
        async with engine.begin() as conn:
            token = await links.make(
                conn, vault, key=key, path=file.path, filename=file.filename, mime_type=file.mime_type, now=now
            )
        return f"{settings.public_url.rstrip('/')}{links.PATH}/{token}"

    channels |= _twilio_channels(settings, paper_link, StoredFeatures(engine, RCS))
    rbm = settings.rbm
    if rbm.client_token and rbm.agent_id:
        channels[(RCS, rbm.agent_id)] = RbmChannel(
            api_url=rbm.api_url,
            agent_id=rbm.agent_id,
            link=paper_link,
            clock=clock.now,
            service_account=_service_account(rbm),
            memory=StoredFeatures(engine, RCS),
        )
    telegram = settings.telegram
    if telegram.webhook_secret and telegram.account:
        channels[(TELEGRAM, telegram.account)] = TelegramChannel(
            api_url=telegram.api_url, token=telegram.bot_token, data_dir=settings.data_dir
        )
    providers: dict[str, PixProvider] = {}
    client = None
    if settings.pix.api_url:
        pix = settings.pix
        client = make_client(cert_file=pix.cert_file, key_file=pix.key_file, ca_file=pix.ca_file)
        providers["api_pix"] = ApiPix(
            client,
            clock,
            api_url=pix.api_url,
            token_url=pix.token_url,
            client_id=pix.client_id,
            client_secret=pix.client_secret,
            key=pix.key,
        )
    boletos: dict[str, BoletoProvider] = {}
    boleto_client = None
    if settings.boleto.api_url:
        boleto = settings.boleto
        boleto_client = make_client(cert_file=boleto.cert_file, key_file=boleto.key_file, ca_file=boleto.ca_file)
        inter = Inter(
            boleto_client, clock, api_url=boleto.api_url, client_id=boleto.client_id, client_secret=boleto.client_secret
        )
        # The simulated bank speaks Inter's API.
        boletos = {"simulated": inter, "inter": inter}
    async with queue.open_async():
        talk = Talk(
            Ground(clock, policies, vault),
            wording,
            QueueJobs(queue),
            Shelf(settings.data_dir / "media", settings.media_days),
            transcriber_of(settings.transcriber),
            knowledge,
        )
        following = asyncio.create_task(clock.follow(engine))
        try:
            yield Program(
                settings,
                engine,
                clock,
                queue,
                talk,
                Till(talk, providers, boletos, settings.data_dir / "documents", papers),
                channels,
                pace,
            )
        finally:
            following.cancel()
            await asyncio.gather(following, return_exceptions=True)
            for channel in channels.values():
                await channel.aclose()
            await pace.aclose()
            for one in (client, boleto_client):
                if one is not None:
                    await one.aclose()
            await engine.dispose()
