"""Which channels there are, and what each can carry: one line for each way to a person."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType

from channels import meta_outbound, rbm_outbound, telegram, twilio_outbound
from channels.channel import Capabilities
from channels.rbm_inbound import CHANNEL as RCS
from channels.twilio_inbound import RCS as TWILIO_RCS
from channels.twilio_inbound import WHATSAPP as TWILIO_WHATSAPP

DOORS: Mapping[str, tuple[str, Capabilities]] = MappingProxyType(
    {
        "WhatsApp (Meta)": ("whatsapp", meta_outbound.CAPABILITIES),
        "WhatsApp (Twilio)": (TWILIO_WHATSAPP, twilio_outbound.WHATSAPP_CAPABILITIES),
        "RCS (Google)": (RCS, rbm_outbound.CAPABILITIES),
        "RCS (Twilio)": (TWILIO_RCS, twilio_outbound.RCS_CAPABILITIES),
        "Telegram": (telegram.CHANNEL, telegram.CAPABILITIES),
    }
)
"""By what people call it: the channel's name in addresses, and what it carries."""

_WINDOWS: Mapping[str, timedelta | None] = MappingProxyType({name: can.window for name, can in DOORS.values()})


def window_of(channel: str) -> timedelta | None:
    """How long after a person's last message free text is allowed on this channel; None where it always is."""
    return _WINDOWS.get(channel)
