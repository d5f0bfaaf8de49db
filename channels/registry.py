"""Which channels there are, and what each can carry: one line a channel, under the name that its addresses bear."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType

from channels import meta_outbound, rbm_outbound
from channels.channel import Capabilities

CAPABILITIES: Mapping[str, Capabilities] = MappingProxyType(
    {
        "whatsapp": meta_outbound.CAPABILITIES,
        "rcs": rbm_outbound.CAPABILITIES,
    }
)


def window_of(channel: str) -> timedelta | None:
    """How long after a person's last message free text is allowed on this channel; None where it always is."""
    known = CAPABILITIES.get(channel)
    return known.window if known else None
