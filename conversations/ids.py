"""Opaque, unguessable identifiers."""

from __future__ import annotations

import base64
import secrets
import uuid


def conversation_id() -> str:
    return "c_" + secrets.token_urlsafe(18)


def turn_id() -> str:
    return "t_" + secrets.token_urlsafe(18)


def choice_id() -> str:
    """128 bits: the id in a button is all that a stranger would need to press it."""
    return "o_" + secrets.token_urlsafe(18)


def group_id() -> str:
    return "g_" + secrets.token_urlsafe(12)


def outbox_key() -> str:
    """Our own name of a message, echoed by channels that can: a random UUID in a short form, for those whose names must be UUIDs."""
    return "m_" + base64.urlsafe_b64encode(uuid.uuid4().bytes).rstrip(b"=").decode()
