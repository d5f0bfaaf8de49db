"""WhatsApp and RCS behind Twilio.

Inbound, all pure: a `Door` checks the signature and reads the request into events. Outbound: `split` and `render`, pure, and
`TwilioChannel`, one of our senders, which sends. What any channel's file must offer is told in `channels.channel`.

The library's validator checks signatures, since Twilio asks for it. Requests go through httpx, which the whole program shares: the
library's own client knows no other addresses than Twilio's.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import httpx

from channels.abroad import card_or_words
from channels.channel import BadBody, Capabilities
from channels.features import BY_SMS, FeatureMemory, InMind
from channels.fetching import AddressRefused, Source, local_origin
from channels.message import (
    Accepted,
    Address,
    Cards,
    Document,
    File,
    Image,
    Media,
    OutcomeUnknown,
    Outgoing,
    PaymentCard,
    PaymentStatus,
    Rejected,
    SendError,
    SlowDownAll,
    StopAll,
    TryLater,
)
from channels.meta_fields import Json, identifier, mapping, mappings, words
from channels.twilio_contents import Form
from channels.twilio_errors import error_class, error_of
from channels.twilio_inbound import RCS, WHATSAPP, Door, Sender, fields_of
from channels.twilio_outbound import CAPABILITIES, Rendered, recipient, render, split

__all__ = [
    "EMPTY_TWIML", "KEY", "RCS", "WHATSAPP", "BadBody", "Door", "FileLink", "Sender", "TwilioApi", "TwilioChannel", "error_class",
    "fields_of", "render", "senders_of", "split",
]  # fmt: skip

EMPTY_TWIML = '<?xml version="1.0" encoding="UTF-8"?><Response/>'
"""The answer to every request: anything else might be sent to the person."""

KEY = "key"
"""The parameter of our status address that names our own message."""

FALLEN_BACK = timedelta(days=1)
"""How long a telephone whose message left as an SMS is written to in plain words, unless one arrives by RCS again."""

FileLink = Callable[[File, str, datetime], Awaitable[str]]
"""Gives the address where a file can be fetched, for a message's key: the same key, the same address."""

_MEDIA_HOSTS = ("api.twilio.com", ".twilio.com", ".twiliocdn.com", "s3-external-1.amazonaws.com/media.twiliocdn.com/")
_REAL = "api.twilio.com"
_TOKEN = re.compile(r"[!-~]*")
_MOST_PAGES = 40
_LONGEST_WAIT = 36_000


def senders_of(whatsapp_from: str, rcs_from: str, service: str) -> tuple[Sender, ...]:
    """Our senders, from the settings, with or without the channel's name before them. A service alone stands for its RCS sender."""
    found = []
    if whatsapp_from:
        number = whatsapp_from.removeprefix(f"{WHATSAPP}:").strip()
        found.append(Sender(WHATSAPP, f"{WHATSAPP}:{number if number.startswith('+') else '+' + number}", service))
    if rcs_from:
        found.append(Sender(RCS, f"{RCS}:{rcs_from.removeprefix(f'{RCS}:').strip()}", service))
    elif service and not whatsapp_from:
        found.append(Sender(RCS, service, service))
    return tuple(found)


class TwilioApi:
    """Twilio's account, as its senders share it: requests, errors, and the forms of messages that it knows."""

    def __init__(
        self,
        *,
        account_sid: str,
        auth_token: str,
        api_url: str = "https://api.twilio.com",
        content_url: str = "https://content.twilio.com",
        client: httpx.AsyncClient | None = None,
        timeout: float = 10.0,
    ) -> None:
        # A header library would name an unsendable token in its error, and the error would be logged.
        if not _TOKEN.fullmatch(auth_token) or not _TOKEN.fullmatch(account_sid):
            raise ValueError("the account or its token has characters that no HTTP header can carry")
        if not all(url.startswith(("http://", "https://")) for url in (api_url, content_url)):
            raise ValueError("the API's addresses must start with http:// or https://")
        self.api_url = api_url.rstrip("/")
        self._account_sid = account_sid
        self._content_url = content_url.rstrip("/")
        self._timeout = timeout
        self._auth = httpx.BasicAuth(account_sid, auth_token)
        self._client = client or httpx.AsyncClient(timeout=httpx.Timeout(timeout, connect=min(timeout, 5.0)))
        self._forms: dict[str, str] = {}
        self._listed = False
        self._making = asyncio.Lock()

    @property
    def credentials(self) -> dict[str, str]:
        """The header that proves who we are."""
        request = httpx.Request("GET", self.api_url)
        return {"Authorization": next(self._auth.auth_flow(request)).headers["Authorization"]}

    async def aclose(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def send(self, fields: dict[str, str]) -> dict[str, Json]:
        """Create one message. `OutcomeUnknown` when the answer to a request that may have arrived is lost or cannot be read."""
        url = f"{self.api_url}/2010-04-01/Accounts/{quote(self._account_sid, safe='')}/Messages.json"
        return await self.request("POST", url, harmless=False, data=fields)

    async def form_sid(self, form: Form) -> str:
        """Twilio's name of a form, found or made. Raises `SendError`, never `OutcomeUnknown`."""
        known = self._forms.get(form.name)
        if known is not None:
            return known
        async with self._making:
            found = await self.sid_of(form.name)
            if found is not None:
                return found
            answer = await self.request("POST", f"{self._content_url}/v1/Content", harmless=True, json=form.request)
            sid = identifier(answer.get("sid"))
            if sid is None:
                raise TryLater("the answer to a new form has no sid")
            self._forms[form.name] = sid
            return sid

    async def sid_of(self, name: str) -> str | None:
        """Twilio's name of the form or approved template of this name; None when there is none."""
        if name not in self._forms and not self._listed:
            await self._list()
        return self._forms.get(name)

    def forget(self, name: str) -> None:
        """This form is not at Twilio any more: look again before it is used."""
        self._forms.pop(name, None)
        self._listed = False

    async def submit(self, form: Form, category: str) -> None:
        """Make a template of the registry and ask for its approval on WhatsApp, unless it is there already.

        Raises `SendError`, never `OutcomeUnknown`: harmless when repeated.
        """
        if await self.sid_of(form.name) is not None:
            return
        if not self._listed:
            raise TryLater("the templates that are there could not be listed")
        sid = await self.form_sid(form)
        url = f"{self._content_url}/v1/Content/{quote(sid, safe='')}/ApprovalRequests/whatsapp"
        await self.request("POST", url, harmless=True, json={"name": form.name, "category": category})

    async def _list(self) -> None:
        url: str | None = f"{self._content_url}/v1/Content?PageSize=500"
        for _ in range(_MOST_PAGES):
            if url is None:
                break
            try:
                answer = await self.request("GET", url, harmless=True)
            except (Rejected, TryLater):
                return  # not being able to look is no reason not to make one
            for item in mappings(answer.get("contents")):
                name, sid = words(item.get("friendly_name")), identifier(item.get("sid"))
                if name and sid:
                    self._forms.setdefault(name, sid)
            following = words(mapping(answer.get("meta")).get("next_page_url"))
            # Only the path of the next page counts: our credentials go to the configured address alone.
            parts = urlsplit(following or "")
            url = f"{self._content_url}/v1/Content?{parts.query}" if following and parts.query else None
        self._listed = True

    async def typing(self, channel: str, sender: str, address: Address | None, provider_message_id: str) -> None:
        """Show that an answer is being written (and, on WhatsApp, that the message was read)."""
        real = urlsplit(self.api_url).hostname == _REAL
        base = "https://messaging.twilio.com" if real else self.api_url
        if not real and "/simulator" not in self.api_url:
            return
        if channel == WHATSAPP:
            fields = {"messageId": provider_message_id.partition("/")[0], "channel": "whatsapp"}
            await self.request("POST", f"{base}/v2/Indicators/Typing.json", harmless=True, data=fields)
        elif address is not None and sender.startswith(f"{RCS}:"):
            event = {"channel": "RCS", "from": sender, "to": recipient(address), "event": "START"}
            await self.request("POST", f"{base}/v3/Indicators/Typing.json", harmless=True, json=event)

    async def request(self, method: str, url: str, *, harmless: bool, **request: Any) -> dict[str, Json]:
        """One request. `harmless`: doing it twice shows nobody anything, so that a lost answer is only tried later."""
        lost: type[SendError] = TryLater if harmless else OutcomeUnknown
        try:
            async with asyncio.timeout(self._timeout):
                response = await self._client.request(method, url, auth=self._auth, **request)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError) as error:
            raise TryLater(f"no connection to Twilio: {type(error).__name__}") from error
        except (httpx.HTTPError, TimeoutError) as error:
            raise lost(f"the answer from Twilio was lost: {type(error).__name__}") from error
        answer = _json(response)
        if response.is_success:
            if not answer:
                raise lost("Twilio's answer cannot be read")
            return answer
        refusal = _refusal(response, answer)
        if harmless and isinstance(refusal, OutcomeUnknown):
            raise TryLater(refusal.text, refusal.code, refusal.retry_after)
        raise refusal


class TwilioChannel:
    """One of our senders at Twilio, ready to send."""

    def __init__(
        self,
        api: TwilioApi,
        sender: Sender,
        *,
        public_url: str,
        link: FileLink | None = None,
        memory: FeatureMemory | None = None,
    ) -> None:
        self._api = api
        self._memory = memory or InMind()
        self._sender = sender
        self._callback = f"{public_url.rstrip('/')}/webhooks/twilio/status"
        self._link = link

    @property
    def name(self) -> str:
        """`whatsapp` or `rcs`."""
        return self._sender.channel

    @property
    def capabilities(self) -> Capabilities:
        """See `channels.twilio_outbound`."""
        return CAPABILITIES[self._sender.channel]

    async def aclose(self) -> None:
        """Close the account's connections; its senders share them and end together."""
        await self._api.aclose()

    def split(self, message: Outgoing) -> list[Outgoing]:
        """See `channels.twilio_outbound.split`."""
        return split(message, self._sender.channel)

    async def send(self, address: Address, message: Outgoing, key: str, now: datetime) -> Accepted:
        """Send one message and give Twilio's id of it. Raises one of the `SendError` family.

        A question whose form cannot be had goes out as numbered text: the same question, in a plainer coat. So does a payment card
        that WhatsApp refuses: its code stands in a message of its own.
        """
        message = card_or_words(message, address)
        pictures = [card.image for card in message.cards if card.image is not None] if isinstance(message, Cards) else []
        urls = {file.path: await self._link(file, key, now) for file in pictures} if self._link is not None else {}
        shown = render(message, self._sender.channel, now, urls)
        if shown.form is not None and await self._by_sms(address, now):
            shown = Rendered(body=shown.plain)
        fields = await self._fields(address, shown, message, key, now)
        try:
            return await self._send(fields)
        except Rejected as error:
            # 20404, 21655, 21656: the form that we knew is gone or is not what it was. Refused for certain, so once more.
            payment = isinstance(message, PaymentCard | PaymentStatus)
            if shown.form is None or (error.code not in ("20404", "21655", "21656") and not payment):
                raise
            self._api.forget(shown.form.name)
        plain = Rendered(body=shown.plain)
        return await self._send(await self._fields(address, plain, message, key, now))

    async def mark_read(self, provider_message_id: str, typing: bool = True, address: Address | None = None) -> None:
        """Blue ticks (WhatsApp) and the typing sign for the person's message."""
        if typing:
            await self._api.typing(self._sender.channel, self._sender.account, address, provider_message_id)

    async def submit_template(self, form: Form, category: str) -> None:
        """See `TwilioApi.submit`; RCS needs no approval."""
        if self._sender.channel == WHATSAPP:
            await self._api.submit(form, category)

    async def locate(self, media: Media) -> Source:
        """Where Twilio keeps a file that a person sent: at its API, which sends us on to its store."""
        url = media.url or ""
        parts = urlsplit(url)
        local = local_origin(self._api.api_url)
        if parts.hostname == _REAL and parts.scheme == "https" and urlsplit(self._api.api_url).hostname != _REAL:
            # Another way to the same API was configured.
            url = f"{self._api.api_url}{parts.path}" + (f"?{parts.query}" if parts.query else "")
            parts = urlsplit(url)
        if not url:
            raise AddressRefused("the file's address is missing")
        ours = urlsplit(self._api.api_url)
        own = (parts.scheme, parts.netloc) == (ours.scheme, ours.netloc)
        hosts = (*_MEDIA_HOSTS, *([ours.hostname] if ours.hostname and ours.scheme == "https" else []))
        return Source(url=url, hosts=hosts, headers=self._api.credentials if own else {}, local=local)

    async def _by_sms(self, address: Address, now: datetime) -> bool:
        """Whether what went to this telephone lately left as an SMS, which has no answers to tap."""
        if self._sender.channel != RCS:
            return False
        known = await self._memory.recall(self._sender.account, recipient(address).partition(":")[2], now)
        return known is not None and BY_SMS in known[0].shown and now - known[1] < FALLEN_BACK

    async def _fields(self, address: Address, shown: Rendered, message: Outgoing, key: str, now: datetime) -> dict[str, str]:
        fields = {"To": recipient(address), "StatusCallback": f"{self._callback}?{urlencode({KEY: key})}"}
        if message.expires_at is not None and not isinstance(message, PaymentCard):
            # How long it may wait at Twilio, which takes one second to ten hours.
            left = int((message.expires_at - now).total_seconds())
            fields["ValidityPeriod"] = str(min(max(left, 1), _LONGEST_WAIT))
        if ":" in self._sender.account:
            fields["From"] = self._sender.account
        else:
            fields["MessagingServiceSid"] = self._sender.account
        if shown.template is not None:
            sid = await self._api.sid_of(shown.template)
            if sid is None:
                raise Rejected(f"there is no template {shown.template} at Twilio", "template_missing")
            fields["ContentSid"] = sid
        elif shown.form is not None:
            try:
                fields["ContentSid"] = await self._api.form_sid(shown.form)
            except (StopAll, SlowDownAll):
                raise
            except SendError:
                return await self._fields(address, Rendered(body=shown.plain), message, key, now)
        if "ContentSid" in fields and shown.variables is not None:
            fields["ContentVariables"] = shown.variables
        if shown.body is not None:
            fields["Body"] = shown.body
        if shown.media:
            assert isinstance(message, Document | Image)
            if self._link is None:
                raise Rejected("files have no address to be fetched from")
            fields["MediaUrl"] = await self._link(message.file, key, now)
        return fields

    async def _send(self, fields: dict[str, str]) -> Accepted:
        answer = await self._api.send(fields)
        sid = identifier(answer.get("sid"))
        if sid is None:
            raise OutcomeUnknown("accepted, but the answer has no sid")
        to = words(answer.get("to")) or ""
        return Accepted(provider_id=sid, recipient=to.partition(":")[2] or to or None)


def _json(response: httpx.Response) -> dict[str, Json]:
    try:
        return mapping(response.json())
    except (ValueError, RecursionError):
        return {}


def _refusal(response: httpx.Response, answer: dict[str, Json]) -> SendError:
    code = answer.get("code")
    wait = response.headers.get("retry-after", "")
    return error_of(
        response.status_code,
        code if isinstance(code, int) and not isinstance(code, bool) else None,
        (words(answer.get("message")) or f"HTTP {response.status_code}")[:1000],
        float(wait) if wait.isascii() and wait.isdigit() and len(wait) < 7 else None,
    )
