"""Opaque, unguessable identifiers."""

from __future__ import annotations

import secrets


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
    """Our own name of a message, echoed by channels that can."""
    return "m_" + secrets.token_urlsafe(18)
