"""A debt written by a creditor's system: the cells of the CSV as JSON, under the same rules as a row of a book."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Literal, NoReturn

from fastapi import Request

from api import asked
from api.problems import Problem
from receivables.book import COLUMNS
from receivables.closing import Reason

LONGEST_BODY = 64 * 1024
_WISHES = ("status", "reason")
"""Beside the columns: what is to become of the debt, and why."""

REASONS: tuple[Reason, ...] = ("withdrawn", "sold")


@dataclass(frozen=True)
class Sent:
    """What a request says of a debt. `cells` are the CSV's columns as texts, `given` those that the body itself has; `status` is
    None where it is left as it is, and `reason` is why it is closed.
    """

    cells: dict[str, str]
    given: tuple[str, ...]
    status: Literal["open", "closed"] | None
    reason: Reason | None


async def read_debt(request: Request, cnpj: str, reference: str) -> Sent:
    """The request's body. Raises `Problem`."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise Problem(415, "The body must be JSON (content-type application/json).")
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LONGEST_BODY:
            raise Problem(413, f"The body is larger than {LONGEST_BODY // 1024} KB.")
    try:
        content = json.loads(bytes(body), parse_float=_Inexact, parse_int=str, parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise Problem(400, "The body is not JSON.") from None
    if not isinstance(content, dict):
        raise Problem(422, "The body must be an object with the columns of a debt.")
    status, reason = _wish(content)
    unknown = [name for name in content if name not in COLUMNS and name not in _WISHES]
    if unknown:
        raise Problem(422, "The body has columns that a debt does not have.", [(_shown(n), "unknown") for n in unknown[:20]])
    cells = {name: _cell(name, value) for name, value in content.items() if name in COLUMNS}
    given = tuple(cells)
    if cells.get("creditor_cnpj") and asked.cnpj("creditor_cnpj", cells["creditor_cnpj"]) != cnpj:
        raise Problem(422, "The creditor is not the one of the address.", [("creditor_cnpj", "differs from the address")])
    if cells.get("debt_reference") and cells["debt_reference"].strip() != reference.strip():
        raise Problem(422, "The reference is not the one of the address.", [("debt_reference", "differs from the address")])
    return Sent(cells | {"creditor_cnpj": cnpj, "debt_reference": reference}, given, status, reason)


def _wish(content: dict[str, Any]) -> tuple[Literal["open", "closed"] | None, Reason | None]:
    status, reason = content.get("status"), content.get("reason")
    if status == "closed":
        if reason not in REASONS:
            raise Problem(422, "A debt is closed for a reason.", [("reason", "neither withdrawn nor sold")])
        return "closed", reason
    if reason is not None:
        raise Problem(422, "Only a debt that is closed has a reason.", [("reason", "given without status closed")])
    if status is None or status == "open":
        return status, None
    raise Problem(422, "status can be set to closed or open only.", [("status", "neither closed nor open")])


class _Inexact(str):
    """A JSON number with a fraction: it has lost its exactness in many a program before it came here."""


def _cell(name: str, value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, _Inexact):
        raise Problem(422, f"{name} must be a text.", [(name, "a number with a fraction; write it as a text")])
    if isinstance(value, str):
        return value
    if name == "judicial" and isinstance(value, bool):
        return "true" if value else "false"
    if name == "original_amount" and isinstance(value, dict):
        amount = value.get("amount")
        if value.get("currency", "BRL") == "BRL" and isinstance(amount, str) and not isinstance(amount, _Inexact):
            return amount
    raise Problem(422, f"{name} must be a text.", [(name, "not a text")])


def _shown(name: str) -> str:
    return "".join(c if c.isprintable() else "?" for c in name)[:60]


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number")
