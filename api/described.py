"""The API's own description: what its framework cannot know of who may enter, of problems, and of what a query holds."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI

PROBLEMS = {
    "400": "The body is not JSON.",
    "401": "The bearer token is missing or wrong.",
    "403": "The token is one creditor's, and this is not that creditor's.",
    "404": "There is nothing with this id or at this address.",
    "409": "The debt contradicts what is stored; `errors` name the column.",
    "413": "The body is too large.",
    "415": "The body is not JSON by its content type.",
    "422": "What was asked or sent cannot be read; `errors` name the field and why.",
    "503": "The store cannot answer now; ask again.",
}
_READING = ("401", "403", "404", "422", "503")

_PROBLEM = {
    "title": "Problem",
    "description": "What went wrong (RFC 9457).",
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "why"],
                "properties": {"field": {"type": "string"}, "why": {"type": "string"}},
            },
        },
    },
}

_PARAMETERS: dict[str, tuple[dict[str, Any], str]] = {
    "debtor_id": ({"type": "integer", "minimum": 0}, "The debtor's id."),
    "debt_id": ({"type": "integer", "minimum": 0}, "The debt's id."),
    "conversation_id": ({"type": "string"}, "The conversation's id."),
    "cnpj": ({"type": "string"}, "The creditor's CNPJ, with its dots or without."),
    "reference": ({"type": "string"}, "The creditor's own reference of the debt."),
    "document": ({"type": "string"}, "A CPF or CNPJ, with its dots or without."),
    "debtor": ({"type": "integer", "minimum": 0}, "Only what is this debtor's."),
    "creditor": ({"type": "string"}, "Only what is owed to the creditor with this CNPJ."),
    "address": ({"type": "string"}, "The person's phone number or address on the channel."),
    "cursor": ({"type": "string"}, "Where the list goes on: what `next` said."),
    "limit": ({"type": "integer", "minimum": 1, "maximum": 200, "default": 100}, "How many items at most."),
}

_ABOUT = """Money is `{"amount": "1234.56", "currency": "BRL"}`, days are ISO, lists are `{"items": […], "next": …}`.

The token of the installation sees everything. A creditor's own token sees that creditor's debts, charges and payments, and the
debtors who have debts with it. A debt is closed with `{"status": "closed", "reason": "withdrawn"}` (or `"sold"`), which cancels
what could still be paid for it, and taken back with `{"status": "open"}`; beside the columns or alone."""


def describe(api: FastAPI) -> None:
    """Complete the description that `openapi.json` hands out."""
    plain = api.openapi

    def complete() -> dict[str, Any]:
        if api.openapi_schema is None:
            api.openapi_schema = _completed(plain())
        return api.openapi_schema

    api.openapi = complete  # type: ignore[method-assign]


def _completed(schema: dict[str, Any]) -> dict[str, Any]:
    schema["info"]["description"] = _ABOUT
    components = schema.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    schemas["Problem"] = _PROBLEM
    components["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
    components["responses"] = {
        status: {
            "description": says,
            "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
        for status, says in PROBLEMS.items()
    }
    schema["security"] = [{"token": []}]
    for operations in schema["paths"].values():
        for method, operation in operations.items():
            told = PROBLEMS if method == "put" else _READING
            for status in told:
                operation["responses"][status] = {"$ref": f"#/components/responses/{status}"}
            for parameter in operation.get("parameters", ()):
                parameter["schema"], parameter["description"] = _PARAMETERS[parameter["name"]]
                parameter["required"] = parameter["in"] == "path" or parameter["name"] == "document"
    return schema
