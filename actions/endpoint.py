"""The door through which Rasa asks for actions: rasa-sdk's executor inside the web application, behind our own token."""

from __future__ import annotations

import hmac
from typing import Any

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse
from rasa_sdk.executor import ActionExecutor
from rasa_sdk.interfaces import ActionExecutionRejection
from sqlalchemy.ext.asyncio import AsyncEngine

from actions.agreement import topics as agreement_topics
from actions.answering import again
from actions.answering import topics as answering_topics
from actions.answers import topics as answer_topics
from actions.aside import turn_aside
from actions.asked_debts import topics as debt_topics
from actions.beside import take_in
from actions.complaint import topics as complaint_topics
from actions.correction import topics as correction_topics
from actions.discount import topics as discount_topics
from actions.dispute import topics as dispute_topics
from actions.extension import topics as extension_topics
from actions.faq import topics as faq_topics
from actions.going_on import wishes
from actions.greeting import topics as greeting_topics
from actions.hardship import topics as hardship_topics
from actions.human import topics as human_topics
from actions.identity import topics as identity_topics
from actions.instalments import topics as instalment_topics
from actions.paid import topics as paid_topics
from actions.partial import topics as partial_topics
from actions.pasted import topics as pasted_topics
from actions.pix import topics as pix_topics
from actions.preferences import topics as preference_topics
from actions.promise import topics as promise_topics
from actions.receipt import topics as receipt_topics
from actions.receipt_sent import topics as receipt_sent_topics
from actions.refund import topics as refund_topics
from actions.repair import topics as repair_topics
from actions.resuming import topics as resuming_topics
from actions.rights import topics as rights_topics
from actions.scene import Repair, Topic
from actions.stop import topics as stop_topics
from actions.trust import topics as trust_topics
from actions.vulnerability import topics as vulnerability_topics
from actions.wrong_person import topics as wrong_person_topics
from payments.till import Till

_log = structlog.get_logger("trato.actions")

PATH = "/internal/actions"
LIMIT = 2_000_000


def all_topics() -> tuple[type[Topic], ...]:
    """Every action there is."""
    return (
        *greeting_topics,
        *identity_topics,
        *debt_topics,
        *pix_topics,
        *pasted_topics,
        *paid_topics,
        *extension_topics,
        *promise_topics,
        *dispute_topics,
        *partial_topics,
        *receipt_sent_topics,
        *refund_topics,
        *receipt_topics,
        *human_topics,
        *stop_topics,
        *complaint_topics,
        *hardship_topics,
        *preference_topics,
        *rights_topics,
        *correction_topics,
        *trust_topics,
        *vulnerability_topics,
        *wrong_person_topics,
        *repair_topics,
        *answer_topics,
        *answering_topics,
        *agreement_topics,
        *discount_topics,
        *instalment_topics,
        *faq_topics,
        *resuming_topics,
    )


def mount_actions(app: FastAPI, engine: AsyncEngine, till: Till, token: str) -> None:
    """Serve the actions at `/internal/actions`. A failed action answers 500, so that the whole turn fails and is asked again."""
    executor = ActionExecutor()
    repair = Repair(again(), wishes, turn_aside, take_in)
    for topic in all_topics():
        executor.register_action(topic(engine, till, repair))

    @app.post(PATH, include_in_schema=False)
    async def run_action(request: Request) -> Response:
        given = request.headers.get("authorization", "")
        if not hmac.compare_digest(given.encode(), f"Bearer {token}".encode()):
            return Response(status_code=401)
        if int(request.headers.get("content-length") or 0) > LIMIT or "content-encoding" in request.headers:
            return Response(status_code=413)
        call: dict[str, Any] = await request.json()
        try:
            result = await executor.run(call)
        except ActionExecutionRejection as rejection:
            return JSONResponse({"error": str(rejection), "action_name": rejection.action_name}, status_code=400)
        except Exception as trouble:
            _log.exception("action_failed", action=call.get("next_action"), why=type(trouble).__name__)
            return JSONResponse({"error": type(trouble).__name__, "action_name": call.get("next_action")}, status_code=500)
        return JSONResponse(result.model_dump() if result is not None else {"events": [], "responses": []})
