"""WhatsApp's payment cards are for Brazilian telephones alone; to any other the same is said in words, and its code stays payable.

Source: Meta's pages on its Payments API for Brazil, and Twilio's on `twilio/pay`.
"""

from __future__ import annotations

import re

from channels.message import Address, Outgoing, PaymentCard, PaymentStatus, Text

_BRAZILIAN = re.compile(r"\+?55[1-9][0-9]{9,10}")


def brazilian(address: Address) -> bool:
    """Whether this is a Brazilian's address, by the telephone, else by the country that begins the user id."""
    if address.raw:
        return _BRAZILIAN.fullmatch(re.sub(r"[\s().-]", "", address.raw)) is not None
    return (address.user_id or "").startswith("BR.")


def card_or_words(message: Outgoing, address: Address) -> Outgoing:
    """The message itself, or the words of a payment card that this telephone would not be shown."""
    if not isinstance(message, PaymentCard | PaymentStatus) or brazilian(address):
        return message
    footer = message.footer if isinstance(message, PaymentCard) else None
    words = "\n\n".join(part.strip() for part in (message.body, footer) if part and part.strip())
    ends = None if isinstance(message, PaymentCard) else message.expires_at
    return Text(body=words, expires_at=ends, purpose=message.purpose)
