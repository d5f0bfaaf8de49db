"""A debt written by a creditor's system: the cells of the CSV as JSON, under the same rules as a row of a book."""

from __future__ import annotations

import json
from typing import Any, NoReturn

from fastapi import Request

from api import asked
from api.problems import Problem
from receivables.book import COLUMNS

LONGEST_BODY = 64 * 1024

_NAMED = ("creditor_cnpj", "debt_reference")


async def read_cells(request: Request, cnpj: str, reference: str) -> dict[str, str]:
    """The request's body as cells by column. Raises `Problem`."""
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
    unknown = [name for name in content if name not in COLUMNS]
    if unknown:
        raise Problem(422, "The body has columns that a debt does not have.", [(_shown(n), "unknown") for n in unknown[:20]])
    cells = {name: _cell(name, value) for name, value in content.items()}
    if cells.get("creditor_cnpj") and asked.cnpj("creditor_cnpj", cells["creditor_cnpj"]) != cnpj:
        raise Problem(422, "The creditor is not the one of the address.", [("creditor_cnpj", "differs from the address")])
    if cells.get("debt_reference") and cells["debt_reference"].strip() != reference.strip():
        raise Problem(422, "The reference is not the one of the address.", [("debt_reference", "differs from the address")])
    return cells | {"creditor_cnpj": cnpj, "debt_reference": reference}


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
