"""The one message type that the program speaks: what people send, and what they are sent, whatever the channel.

A channel's file turns its provider's payloads into the events below (`Received`, `Status`, ...) and renders an `Outgoing`
message into its provider's payloads. Nothing else of the program knows a provider's words.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


# --------------------------------------------------------------------------------------------------------------
# Inbound
# --------------------------------------------------------------------------------------------------------------


class Address(_Frozen):
    """Who writes, as the provider names them. At least one of `raw` and `user_id` is set.

    `raw` is the exact phone-like address received (used to reply, never rewritten); `user_id` is the provider's
    own identifier of the person (WhatsApp: the business-scoped user id), present even when there is no phone.
    """

    channel: str
    account: str
    raw: str | None = None
    user_id: str | None = None


class Media(_Frozen):
    """A file that a person sent: the provider's id of it (fetched later), its declared type and name."""

    kind: Literal["image", "video", "audio", "voice", "document", "sticker"]
    provider_id: str | None = None
    url: str | None = None
    mime_type: str | None = None
    sha256: str | None = None
    filename: str | None = None
    caption: str | None = None


class Received(_Frozen):
    """One thing that a person did in a chat. `external_id` is the provider's id and has one effect for ever.

    `kind` says what it was; only `text` and `choice` carry words for the conversation, the others are acknowledged
    honestly or only recorded. `sent_at` is the provider's time (clamped to the receipt by the inbox when it lies ahead).
    """

    event: Literal["received"] = "received"
    external_id: str
    address: Address
    sent_at: datetime | None
    kind: Literal[
        "text", "choice", "media", "location", "contacts", "reaction", "order", "flow", "payment_method",
        "edit", "revoke", "empty_interactive", "unsupported", "system",
    ]  # fmt: skip
    text: str | None = None
    choice_id: str | None = None
    """Id of the button, list row or quick reply that was tapped (ours, opaque); `text` then holds its title."""
    media: Media | None = None
    reply_to: str | None = None
    forwarded: bool = False
    group: str | None = None
    from_us: bool = False
    """An echo of our own number, or (then `detail` has `echo`) a message that a human of ours wrote in the provider's own app."""
    profile_name: str | None = None
    referral: dict[str, Any] | None = None
    detail: dict[str, Any] = Field(default_factory=dict)
    """What else the provider said about it (emoji, coordinates, contact cards, error codes), kept as received."""


class Status(_Frozen):
    """What became of a message of ours. `key` is the echo of our own outbox id where the channel carries one."""

    event: Literal["status"] = "status"
    channel: str
    account: str
    provider_id: str
    status: Literal["sent", "delivered", "read", "played", "failed", "unknown"]
    at: datetime | None
    recipient: str | None = None
    key: str | None = None
    error_code: str | None = None
    error_text: str | None = None
    window_closed: bool = False
    """It failed because free text was no longer allowed: only a template reaches the person."""
    unreachable: bool = False
    """It failed because this person cannot be reached on this channel."""
    carried_by: Literal["rcs", "sms"] | None = None
    """The network that carried it, where the provider tells: an RCS message may have left as an SMS."""
    detail: dict[str, Any] = Field(default_factory=dict)


class IdentityChange(_Frozen):
    """The person behind an address may have changed (new number, new user id, new device key): a proof of identity is void.

    `previous` and `current` are addresses as received; either part may be missing.
    """

    event: Literal["identity_change"] = "identity_change"
    external_id: str
    channel: str
    account: str
    reason: Literal["user_changed_number", "user_changed_user_id", "customer_identity_changed"]
    previous: Address | None
    current: Address | None
    at: datetime | None


class Notice(_Frozen):
    """Something that the provider says about the account, a template or a preference: kept, counted, perhaps alarmed."""

    event: Literal["notice"] = "notice"
    external_id: str
    channel: str
    account: str
    field: str
    alarming: bool = False
    template: str | None = None
    """The name of the approved template that it is about."""
    usable: bool | None = None
    """Whether that template may be used from now on; None when the notice does not say."""
    detail: dict[str, Any] = Field(default_factory=dict)


class Preference(_Frozen):
    """The person said through the provider's own switch whether they want to hear from us of our own accord."""

    event: Literal["preference"] = "preference"
    external_id: str
    address: Address
    wants: Literal["stop", "resume"]
    at: datetime | None = None
    detail: dict[str, Any] = Field(default_factory=dict)


class Typing(_Frozen):
    """The person is writing just now: what they already sent is answered a little later. Nothing is kept of it."""

    event: Literal["typing"] = "typing"
    external_id: str
    address: Address
    at: datetime | None = None


class Broken(_Frozen):
    """One item of a batch that could not be read: set aside with the reason; the others go on."""

    event: Literal["broken"] = "broken"
    external_id: str
    channel: str
    account: str | None
    why: str
    raw: Any = None


Event = Annotated[
    Received | Status | IdentityChange | Notice | Preference | Typing | Broken,
    Field(discriminator="event"),
]


# --------------------------------------------------------------------------------------------------------------
# Outbound
# --------------------------------------------------------------------------------------------------------------


class _Said(_Frozen):
    """What every message may say of itself, for the channels that ask."""

    expires_at: datetime | None = None
    """After this instant the message is no longer true: a channel that can does not deliver it later."""
    purpose: Literal["answer", "notice", "acknowledgement"] = "answer"
    """Why it is sent: the person asked, we write of our own accord, or a wish of theirs is confirmed."""


class Option(_Frozen):
    """One answer offered to the person: an opaque id that comes back when tapped, and what is written on it."""

    id: str
    label: str
    description: str | None = None


class OpenUrl(_Frozen):
    """A tap opens this page."""

    action: Literal["url"] = "url"
    label: str
    url: str


class Dial(_Frozen):
    """A tap calls this telephone (E.164)."""

    action: Literal["dial"] = "dial"
    label: str
    phone: str


class CalendarEvent(_Frozen):
    """A tap puts this into the person's own calendar, whose entries others may see: `title` says nothing of a debt."""

    action: Literal["calendar"] = "calendar"
    label: str
    title: str
    starts_at: datetime
    ends_at: datetime
    description: str | None = None


Action = Annotated[OpenUrl | Dial | CalendarEvent, Field(discriminator="action")]
"""Something that a tap does on the phone itself, without an answer to us. Where a channel has no such thing, a page or a telephone
is written out if the words do not name it, and a calendar entry is left out."""


class File(_Frozen):
    """A file to be sent: where it lies under TRATO_DATA_DIR/documents (relative path), its name for people, its type."""

    path: str
    filename: str
    mime_type: str


class Text(_Said):
    kind: Literal["text"] = "text"
    body: str
    actions: tuple[Action, ...] = ()
    asks_contact: bool = False
    """With a button that shares the person's own telephone, where the channel has one and hides numbers."""


class Choice(_Said):
    """A question with offered answers. The channel shows buttons, a list or numbered lines, by what it can carry.

    Typed numbers and labels answer it as well, in the order of `options`.
    """

    kind: Literal["choice"] = "choice"
    body: str
    options: tuple[Option, ...]
    button: str = "Ver opções"
    footer: str | None = None
    actions: tuple[Action, ...] = ()
    followed: bool = False
    """More messages come behind it: where its answers would then vanish from the screen, they are written out as well."""


class Card(_Frozen):
    """One card: what it shows, and the answer that it offers. The title may be read on a locked screen.

    `option` is how the card is named where there are no cards; `button` is what its own button says.
    """

    title: str
    body: str
    option: Option
    button: str
    image: File | None = None
    image_alt: str | None = None
    actions: tuple[Action, ...] = ()


class Cards(_Said):
    """A question whose answers are cards side by side, and perhaps further answers (`options`) below them.

    Typed numbers and labels answer it in the order of the cards, then of `options`.
    """

    kind: Literal["cards"] = "cards"
    body: str
    lead: str | None = None
    """The words above the cards where there are cards, without what the cards tell already."""
    cards: tuple[Card, ...]
    options: tuple[Option, ...] = ()
    button: str = "Ver opções"
    footer: str | None = None
    followed: bool = False


class Link(_Said):
    kind: Literal["link"] = "link"
    body: str
    label: str
    url: str


class Document(_Said):
    kind: Literal["document"] = "document"
    file: File
    caption: str | None = None


class Image(_Said):
    kind: Literal["image"] = "image"
    file: File
    caption: str | None = None
    alt: str | None = None
    """What it shows, for those who hear it."""


class CardLine(_Frozen):
    """One item of a payment card: what is paid for and how much (centavos)."""

    name: str
    amount: int


class PaymentCard(_Said):
    """The channel's native payment card with a Pix code, a boleto's line, or both. Amounts in centavos; the total is the sum of
    lines + charges - discount. Without a Pix `pix_code` is empty.
    """

    kind: Literal["payment_card"] = "payment_card"
    reference: str
    body: str
    pix_code: str
    merchant_name: str
    pix_key: str
    pix_key_type: Literal["CPF", "CNPJ", "EMAIL", "PHONE", "EVP"]
    total: int
    lines: tuple[CardLine, ...]
    charges: int = 0
    """Fine and interest, shown as tax."""
    discount: int = 0
    footer: str | None = None
    actions: tuple[Action, ...] = ()
    digitable_line: str | None = None
    """The 47 digits of a boleto for the same amount."""


class PaymentStatus(_Said):
    """Updates an earlier payment card: `paid` shows it as paid, `cancelled` withdraws it."""

    kind: Literal["payment_status"] = "payment_status"
    reference: str
    status: Literal["paid", "cancelled"]
    body: str
    paid_at: datetime | None = None
    card: PaymentCard | None = None
    """The card as it was sent, for channels that want the whole order once more."""


class Template(_Said):
    """A pre-approved message, for when the channel's window for free text is closed.

    `variables` in the order of the template's body; `words` is the same text as the person will read it. `card` is for a template
    that was approved with a payment button.
    """

    kind: Literal["template"] = "template"
    name: str
    language: str = "pt_BR"
    variables: tuple[str, ...] = ()
    words: str
    card: PaymentCard | None = None


Outgoing = Annotated[
    Text | Choice | Cards | Link | Document | Image | PaymentCard | PaymentStatus | Template,
    Field(discriminator="kind"),
]

event_adapter: TypeAdapter[Event] = TypeAdapter(Event)
outgoing_adapter: TypeAdapter[Outgoing] = TypeAdapter(Outgoing)


# --------------------------------------------------------------------------------------------------------------
# Sending
# --------------------------------------------------------------------------------------------------------------


class Accepted(_Frozen):
    """The provider took the message (which does not say that it arrived)."""

    provider_id: str
    recipient: str | None = None
    """The provider's own form of the address, when it tells one."""
    user_id: str | None = None


class SendError(Exception):
    """A send that did not succeed. `code` is the provider's, `text` is what it said."""

    def __init__(self, text: str, code: str | None = None, retry_after: float | None = None) -> None:
        super().__init__(text)
        self.text = text
        self.code = code
        self.retry_after = retry_after


class TryLater(SendError):
    """Passing trouble of this message only: try again with growing waits."""


class SlowDownPerson(SendError):
    """Too many messages to this person: later messages to them wait, others are not concerned."""


class SlowDownAll(SendError):
    """Too many messages from this account: the whole account slows down."""


class StopAll(SendError):
    """The account may not send at all (token, policy, billing): stop, keep the queue, raise an alarm."""


class Rejected(SendError):
    """This message will never be accepted as it is: set it aside."""


class WindowClosed(SendError):
    """Free text is not allowed now: only a template can reach the person."""


class Unreachable(SendError):
    """This person cannot be reached on this channel."""


class OutcomeUnknown(SendError):
    """The request may have been accepted: its answer was lost. Never repeat it blindly."""
