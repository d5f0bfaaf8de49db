"""What an agent answers in the debtor's pane, read from its form and done by the verbs of the other rooms.

Each says in one sentence what was done, after it was; what may not be done is `Refused` with a sentence for a person.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Literal, cast

from sqlalchemy.ext.asyncio import AsyncConnection

from conversations import audit
from conversations.handover import announce
from conversations.requests import close_request
from desk.guard import Refused
from desk.logins import Agent
from desk.matters import may_lift
from desk.writing import centavos
from payments.agreeing import CannotAgree
from payments.answering_dispute import answer_dispute
from payments.proposing import BeyondAuthority, Role, Verdict, answer_proposal
from payments.till import Till
from receivables.pauses import Pause, lift_pause

_MAX_WORDS = 600
_COUNT = re.compile(r"[1-9][0-9]{0,2}")


def words_of(fields: Mapping[str, str], name: str, without: str) -> str:
    """The words of a field that somebody else will read. `without`: the sentence when there are none."""
    words = " ".join(fields.get(name, "").replace("\x00", "").encode("utf-8", "ignore").decode("utf-8").split())
    if not words:
        raise Refused(422, without)
    if len(words) > _MAX_WORDS:
        raise Refused(422, f"O texto passa de {_MAX_WORDS} caracteres.")
    return words


def terms_of(fields: Mapping[str, str]) -> dict[str, int]:
    """The terms of a counter-proposal, centavos; what was left empty is left out."""
    terms: dict[str, int] = {}
    for name, title in (("total", "valor total"), ("down", "valor da entrada")):
        typed = fields.get(name, "").strip()
        amount = centavos(typed)
        if typed and not amount:
            raise Refused(422, f"Escreva o {title} em reais, como 1.250,00.")
        if amount:
            terms[name] = amount
    typed = fields.get("count", "").strip()
    if typed and not _COUNT.fullmatch(typed):
        raise Refused(422, "Escreva o número de parcelas, como 12.")
    if typed:
        terms["count"] = int(typed)
    if not terms:
        raise Refused(422, "Escreva o valor total ou o número de parcelas da contraproposta.")
    if "down" in terms and "count" not in terms:
        raise Refused(422, "Com entrada, diga também em quantas parcelas fica o resto.")
    # All at once is not a plan of one instalment.
    if terms.get("count") == 1 and "total" in terms and "down" not in terms:
        del terms["count"]
    return terms


async def answer_proposal_form(
    conn: AsyncConnection, till: Till, agent: Agent, proposal_id: int, fields: Mapping[str, str]
) -> str:
    verdict = fields.get("verdict", "")
    if verdict not in _PROPOSAL_DONE:
        raise Refused(422, "Escolha aprovar, propor outra condição ou recusar.")
    terms = terms_of(fields) if verdict == "counter" else None
    reason = words_of(fields, "reason", "Escreva o motivo: o cliente vai ler.") if verdict == "refuse" else ""
    try:
        done = await answer_proposal(
            conn,
            till,
            proposal_id,
            agent_id=agent.id,
            role=cast(Role, agent.role),
            verdict=cast(Verdict, verdict),
            terms=terms,
            reason=reason,
        )
    except BeyondAuthority as refusal:
        raise Refused(403, _BEYOND[agent.role == "agent"]) from refusal
    except CannotAgree as refusal:
        raise Refused(409, "A dívida mudou e não aceita mais acordo. Recuse com o motivo.") from refusal
    except ValueError as refusal:
        raise Refused(422, "Estes valores não formam um plano. Confira total, entrada e parcelas.") from refusal
    if done.status not in ("approved", "countered", "refused"):
        raise Refused(409, "O cliente já fez outra proposta no lugar desta.")
    if done.agent_id != agent.id or done.status != _STATUS[verdict]:
        raise Refused(409, "Esta proposta já tinha sido respondida.")
    return _PROPOSAL_DONE[verdict]


_STATUS = {"approve": "approved", "counter": "countered", "refuse": "refused"}
_PROPOSAL_DONE = {
    "approve": "Proposta aprovada. A resposta foi para a conversa do cliente.",
    "counter": "Contraproposta feita. A resposta foi para a conversa do cliente.",
    "refuse": "Proposta recusada. A resposta foi para a conversa do cliente.",
}
_BEYOND = {
    True: "Esta condição passa da sua alçada. Peça a um supervisor para responder.",
    False: "Esta condição passa do que a política permite até à supervisão.",
}


async def answer_dispute_form(conn: AsyncConnection, till: Till, agent: Agent, dispute_id: int, fields: Mapping[str, str]) -> str:
    verdict = fields.get("verdict", "")
    if verdict not in ("accepted", "rejected"):
        raise Refused(422, "Escolha se a contestação procede ou não.")
    words = words_of(fields, "words", "Escreva a resposta: o cliente vai ler.")
    done = await answer_dispute(
        conn, till, dispute_id, agent_id=agent.id, verdict=cast(Literal["accepted", "rejected"], verdict), words=words
    )
    if done.status != verdict:
        raise Refused(409, "Esta contestação já tinha terminado.")
    return "Contestação respondida. A resposta foi para a conversa do cliente."


async def close_request_form(
    conn: AsyncConnection, agent: Agent, request_id: int, fields: Mapping[str, str], now: datetime
) -> str:
    status = fields.get("verdict", "")
    if status not in ("done", "refused"):
        raise Refused(422, "Escolha se o pedido foi atendido ou não.")
    answer = words_of(fields, "words", "Escreva o que foi feito, ou por que não.")
    closed = await close_request(
        conn,
        request_id,
        cast(Literal["done", "refused"], status),
        by=f"agent:{agent.id}",
        answer=answer,
        now=now,
        tenant_id=agent.tenant_id,
    )
    if not closed:
        raise Refused(409, "Este pedido já estava encerrado.")
    return "Pedido encerrado."


async def lift_pause_form(conn: AsyncConnection, agent: Agent, pause: Pause, conversation_id: str, now: datetime) -> None:
    if not may_lift(agent.role, pause.reason):
        raise Refused(403, "Esta pausa só pode ser retirada por um supervisor.")
    if not await lift_pause(conn, pause.id, f"agent:{agent.id}", now):
        raise Refused(409, "Esta pausa já terminou.")
    await announce(conn, conversation_id)
    await audit.record(
        conn,
        f"agent:{agent.id}",
        "collection.resumed",
        f"debtor:{pause.debtor_id}" if pause.debtor_id else conversation_id,
        {"reason": pause.reason, "pause": pause.id},
        now,
        tenant_id=agent.tenant_id,
    )
