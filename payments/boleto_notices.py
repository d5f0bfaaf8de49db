"""What a bank tells us about boletos of its own accord: read tolerantly, believed only after asking back.

Banco Inter posts a list of objects, one a charge that changed. Only what names the charge and its state is kept.
"""

from __future__ import annotations

import hashlib
import json
import re
from typing import Any, NoReturn

from payments.boleto_provider import Boleto
from payments.notices import BadNotice, PixNotice
from payments.written import read_amount

BOLETO = "boleto"
"""The source under which notices of boletos are kept, whichever bank they come from."""

_REF = re.compile(r"[A-Za-z0-9-]{1,64}")
_NUMBER = re.compile(r"[A-Za-z0-9]{1,15}")
_WORD = re.compile(r"[A-Z_]{1,40}")
_INSTANT = re.compile(r"[0-9T:.+\-Z]{10,40}")


def read_boleto_notice(body: bytes) -> list[PixNotice]:
    """The items of a notification of Inter's API Cobrança. Raises `BadNotice`; never anything else, whatever the body holds.

    An item that cannot be read does not take the others with it.
    """
    try:
        content = json.loads(body, parse_float=str, parse_int=_whole, parse_constant=_no_number)
    except (ValueError, RecursionError) as trouble:
        raise BadNotice("not JSON") from trouble
    items = content if isinstance(content, list) else [content] if isinstance(content, dict) else None
    if items is None:
        raise BadNotice("no list of charges")
    notices = [_read(item) for item in items]
    if notices and all(notice.broken for notice in notices):
        raise BadNotice(notices[0].broken or "nothing that can be read")
    return notices


def notice_of_boleto(found: Boleto) -> PixNotice:
    """The notice that should have come for what was found by asking."""
    return _notice(found.ref, found.our_number, found.state, found.received, None)


def _read(item: Any) -> PixNotice:
    ref = item.get("codigoSolicitacao") if isinstance(item, dict) else None
    if not isinstance(item, dict) or not isinstance(ref, str) or not _REF.fullmatch(ref):
        return _broken(item, "an item without codigoSolicitacao")
    state = item.get("situacao")
    if not isinstance(state, str) or not _WORD.fullmatch(state):
        return _broken(item, "an item without situacao")
    try:
        received = read_amount(item["valorTotalRecebido"]) if item.get("valorTotalRecebido") is not None else 0
    except ValueError:
        received = 0
    number, at = item.get("seuNumero"), item.get("dataHoraSituacao")
    return _notice(
        ref,
        number if isinstance(number, str) and _NUMBER.fullmatch(number) else None,
        state,
        received,
        at if isinstance(at, str) and _INSTANT.fullmatch(at) else None,
    )


def _notice(ref: str, our_number: str | None, state: str, received: int, at: str | None) -> PixNotice:
    told = {"our_number": our_number, "state": state, "received": received, "at": at}
    return PixNotice(f"{ref}/{state}/{received}/{at or ''}", None, ref, body=told)


def _broken(item: Any, why: str) -> PixNotice:
    digest = hashlib.sha256(json.dumps(item, sort_keys=True).encode()).hexdigest()[:32]
    return PixNotice(f"broken:{digest}", None, None, broken=why)


def _whole(digits: str) -> int | str:
    return int(digits) if len(digits) < 20 else digits


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number")
