"""What an agent does for a debtor from the side pane: the bot's own verbs, for the talk that the agent holds and whose person is proven.

Each deed has a form, a preview that is judged while it is typed, and one POST. What was done is read back from the store, and told
in the talk in the bot's own words.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from conversations import audit
from conversations.conversation import get, live_proof
from conversations.handover import announce
from conversations.identity import Given, consider
from conversations.protocol import new_protocol
from conversations.reply import reply
from conversations.wording import Utterance
from desk import offering, store
from desk.guard import Refused
from desk.logins import Agent
from desk.offering import Judgement, Limits
from desk.typed import agreeable, day_of, money_of, ticked
from payments import charges
from payments.agreeing import issue_instalments
from payments.charges import Charge
from payments.issue import CannotIssue, Kind, close, issue
from payments.moved_date import follow_extension
from payments.present import present
from payments.record import withdraw_cards
from payments.till import Till
from receivables.agreements import Offer, agreements_of, get_offer, offer_on_the_table
from receivables.dispute import REASONS
from receivables.disputing import CannotDispute, open_dispute
from receivables.extending import extensions_of, grant
from receivables.extending import preview as preview_extension
from receivables.extension import ExtensionRefused
from receivables.pauses import collection_paused
from receivables.promise import PromiseRefused
from receivables.promising import get_promise, limits_of, make
from receivables.promising import preview as preview_promise
from receivables.store import Debt, debts_of, get_debts, owed, why_uncollectable
from receivables.taxid import bare, is_cnpj, is_cpf

MAY_PAY = ("open", "disputed", "agreed")


@dataclass(frozen=True)
class Bench:
    """Where a deed is done: whose talk, by whom, about which debts."""

    conn: AsyncConnection
    till: Till
    agent: Agent
    opened: store.Opened
    debts: tuple[Debt, ...]
    proven: bool
    nonce: str = ""

    @property
    def today(self) -> date:
        return self.till.talk.ground.clock.today()

    @property
    def debtor_id(self) -> int:
        assert self.opened.debtor_id is not None
        return self.opened.debtor_id

    @property
    def key(self) -> str:
        """The name of this one sending of a form: done again, it does nothing more. `desk:` says that a human asked."""
        return f"desk:{self.agent.id}:{self.nonce}"

    async def say(self, *said: Utterance) -> None:
        await reply(self.conn, self.till.talk, self.opened.id, said, source=self.key, author="journey")
        await announce(self.conn, self.opened.id)

    async def note(self, what: str, subject: str, detail: Mapping[str, Any]) -> None:
        now = self.till.talk.ground.clock.now()
        actor = f"agent:{self.agent.id}"
        kept = {"conversation": self.opened.id, **detail}
        await audit.record(self.conn, actor, what, subject, kept, now, tenant_id=self.agent.tenant_id)


@dataclass(frozen=True)
class Preview:
    """What a form would do, before it does. `trouble` says why it cannot be done."""

    rows: tuple[tuple[str, Any], ...] = ()
    trouble: str | None = None
    judged: Judgement | None = None
    limits: Limits | None = None
    values: Mapping[str, Any] = field(default_factory=dict)


async def bench_of(
    conn: AsyncConnection, till: Till, agent: Agent, opened: store.Opened, *, creditors: Sequence[int] = (), nonce: str = ""
) -> Bench:
    """What lies on the bench; no debts of a debtor who is unknown, or of creditors whom this agent does not work for."""
    found = await debts_of(conn, opened.debtor_id) if opened.debtor_id is not None else []
    kept = tuple(debt for debt in found if not creditors or debt.creditor_id in creditors)
    proof = await live_proof(conn, opened.id, till.talk.ground.clock.now())
    return Bench(conn, till, agent, opened, kept, proof is not None and proof.debtor_id == opened.debtor_id, nonce)


async def allow(bench: Bench, deed: str) -> None:
    """Only who holds the talk acts in it; of a debt only with whoever proved to owe it. Raises `Refused`."""
    opened = bench.opened
    if opened.owner != "agent" or opened.agent_id != bench.agent.id:
        raise Refused(409, "Assuma o atendimento antes.")
    if deed == "prove":
        return
    if not bench.proven:
        raise Refused(409, "Confirme a identidade antes de falar da dívida.")
    if deed != "dispute" and deed != "decline":
        pause = await collection_paused(bench.conn, bench.debtor_id, bench.till.talk.ground.clock.now())
        if pause is not None and pause.no_charge_at_all:
            raise Refused(409, "A cobrança desta pessoa está parada. Um supervisor precisa retirar a pausa antes.")


# -------------------------------------------------------------------------------------------------- Pix and boleto


def _sum(bench: Bench, debts: Sequence[Debt]) -> int:
    return sum(owed(bench.till.talk.ground, debt).total for debt in debts)


async def _preview_charge(bench: Bench, fields: Mapping[str, str]) -> Preview:
    picked = ticked(bench.debts, fields, states=MAY_PAY)
    in_agreement = [debt for debt in picked if debt.status == "agreed"]
    if in_agreement:
        live = await _agreement(bench, in_agreement)
        if len(picked) > len(in_agreement):
            raise Refused(422, "Gere a parcela do acordo e as outras dívidas em separado.")
        due = live.unpaid[0]
        return Preview(
            (("Parcela do acordo", due.number or "entrada"), ("Vence em", due.due_date), ("Valor na data", {"money": due.amount}))
        )
    if gone := [debt for debt in picked if why_uncollectable(bench.till.talk.ground, debt)]:
        raise Refused(409, f"{gone[0].title} não pode ser cobrada.")
    rows: list[tuple[str, Any]] = [("Total de hoje", {"money": _sum(bench, picked)})]
    part = money_of(fields, "part", "a parte")
    if part:
        if len(picked) != 1 or fields.get("kind") == "boleto":
            raise Refused(422, "Uma parte se paga por Pix, de uma dívida só.")
        rows.append(("Paga agora", {"money": min(part, _sum(bench, picked))}))
    day = day_of(fields, "day", "o vencimento")
    if day is not None and day < bench.today:
        raise Refused(422, "Este dia já passou.")
    if any(debt.status == "disputed" for debt in picked):
        rows.append(("Atenção", "dívida contestada: só se o cliente quiser pagar mesmo assim"))
    return Preview(tuple(rows))


async def _agreement(bench: Bench, debts: Sequence[Debt]) -> Any:
    for one in await agreements_of(bench.conn, bench.debtor_id):
        if one.status == "active" and {debt.id for debt in debts} & set(one.debt_ids):
            return one
    raise Refused(409, "O acordo desta dívida já terminou.")


async def _do_charge(bench: Bench, fields: Mapping[str, str]) -> str:
    await _preview_charge(bench, fields)
    kind: Kind = "boleto" if fields.get("kind") == "boleto" else "pix"
    picked = ticked(bench.debts, fields, states=MAY_PAY)
    try:
        if any(debt.status == "agreed" for debt in picked):
            live = await _agreement(bench, picked)
            made = await issue_instalments(
                bench.conn,
                bench.till,
                live,
                [live.unpaid[0].number],
                conversation_id=bench.opened.id,
                request_key=bench.key,
                kind=kind,
            )
        else:
            made = await issue(
                bench.conn,
                bench.till,
                debtor_id=bench.debtor_id,
                debt_ids=[debt.id for debt in picked],
                conversation_id=bench.opened.id,
                request_key=bench.key,
                kind=kind,
                due_date=day_of(fields, "day", "o vencimento") if kind == "boleto" else None,
                on_account=money_of(fields, "part", "a parte"),
                despite_dispute=fields.get("despite") == "on",
            )
    except CannotIssue as refusal:
        raise Refused(409, _CANNOT_ISSUE[refusal.why]) from refusal
    except ValueError as refusal:
        raise Refused(422, "Estes valores não formam uma cobrança. Confira a parte e o vencimento.") from refusal
    return await _told_charge(bench, made)


async def _told_charge(bench: Bench, made: Charge) -> str:
    await bench.note("charge.asked", f"charge:{made.id}", {"kind": made.kind, "amount": made.amount})
    name = "Pix" if made.kind == "pix" else "Boleto"
    if made.status == "active":
        await bench.say(*await present(bench.conn, bench.till, made))
        return f"{name} já existia e ainda vale: enviado de novo na conversa."
    await announce(bench.conn, bench.opened.id)
    return f"{name} pedido ao banco. Assim que o código for conferido, ele aparece na conversa."


_CANNOT_ISSUE = {
    "no_debts": "Marque ao menos uma dívida.",
    "other_debtor": "Estas dívidas não são desta pessoa.",
    "several_creditors": "Escolha dívidas de um só credor.",
    "not_open": "Uma destas dívidas não está em aberto.",
    "disputed": "Dívida contestada: marque que o cliente quer pagar mesmo assim.",
    "uncollectable": "Uma destas dívidas não pode ser cobrada.",
    "nothing_owed": "Não há nada a pagar nestas dívidas hoje.",
    "no_payee": "Este credor não recebe por este meio.",
    "too_large": "O valor passa do limite do boleto.",
}


# ------------------------------------------------------------------------------------------------------- the offer


async def _preview_offer(bench: Bench, fields: Mapping[str, str]) -> Preview:
    known = await offering.facts_for(bench.conn, bench.till, offering.chosen(bench.debts, fields))
    limits = offering.limits_of(known)
    try:
        judged = offering.judge(known, offering.wanted_of(known, fields))
    except Refused as refused:
        return Preview(trouble=refused.sentence, limits=limits)
    return Preview(judged=judged, limits=limits)


async def _do_offer(bench: Bench, fields: Mapping[str, str]) -> str:
    known = await offering.facts_for(bench.conn, bench.till, offering.chosen(bench.debts, fields))
    judged = offering.judge(known, offering.wanted_of(known, fields))
    if judged.terms is None:
        raise Refused(422, judged.trouble or "Estes valores não formam um plano.")
    if judged.may_send(bench.agent.role):
        await offering.send(bench.conn, bench.till, bench.agent, judged, conversation_id=bench.opened.id, source=bench.key)
        return "Oferta enviada. Quando o cliente aceitar, feche o acordo aqui."
    reason = " ".join(fields.get("reason", "").split())[:600]
    if not reason:
        raise Refused(422, "Escreva ao supervisor por que vale a pena.")
    made = await offering.ask_approval(
        bench.conn,
        bench.till,
        bench.agent,
        judged,
        conversation_id=bench.opened.id,
        words=reason,
        request_key=bench.key,
    )
    return f"Pedido enviado à supervisão, protocolo {made.protocol}. A resposta chega nesta conversa."


@dataclass(frozen=True)
class OnTheTable:
    """The offer that the debtor could accept now, and what they wrote since it was shown."""

    offer: Offer
    words: str | None
    message_ids: tuple[str, ...]


async def on_the_table(conn: AsyncConnection, till: Till, debtor_id: int, conversation_id: str) -> OnTheTable | None:
    """The open offer of this debtor. `words`: the newest message of theirs after it was shown here; None when there is none."""
    offer = await offer_on_the_table(conn, debtor_id, till.talk.ground.clock.now())
    if offer is None or offer.shown_text is None:
        return None
    rows = (
        await conn.execute(
            text("""select t.text, i.external_id from transcript t left join inbox i on i.id = t.inbox_id
                    where t.conversation_id = :id and t.author = 'debtor' and t.id > coalesce((select max(s.id) from transcript s
                        join outbox o on o.id = s.outbox_id where o.conversation_id = :id and o.source = :source), 0)
                    order by t.id desc limit 3"""),
            {"id": conversation_id, "source": offer.shown_source},
        )
    ).all()
    said = next((row.text for row in rows if row.text), None)
    return OnTheTable(offer, said, tuple(row.external_id for row in reversed(rows) if row.external_id))


async def _do_accept(bench: Bench, fields: Mapping[str, str]) -> str:
    offer = await get_offer(bench.conn, fields.get("offer", ""))
    lies = await on_the_table(bench.conn, bench.till, bench.debtor_id, bench.opened.id)
    if offer is None or lies is None or lies.offer.id != offer.id:
        raise Refused(409, "Esta oferta não está mais na mesa.")
    if not lies.words:
        raise Refused(409, "O cliente ainda não respondeu à oferta: só ele pode aceitar.")
    made = await offering.close_deal(
        bench.conn,
        bench.till,
        bench.agent,
        offer,
        conversation_id=bench.opened.id,
        words=lies.words,
        message_ids=lies.message_ids,
    )
    return f"Acordo fechado, protocolo {made.protocol}. O primeiro código vai para a conversa."


# ------------------------------------------------------------------------------------------------------- extension


async def _extendable(bench: Bench, fields: Mapping[str, str]) -> tuple[Debt, Any]:
    (debt, *more) = ticked(bench.debts, fields, states=("open", "agreed"))
    if more:
        raise Refused(422, "Prorrogue uma dívida de cada vez.")
    try:
        return debt, await preview_extension(bench.conn, bench.till.talk.ground, debt, day_of(fields, "day", "o novo vencimento"))
    except ExtensionRefused as refusal:
        limit = f" O último dia possível é {refusal.limit:%d/%m/%Y}." if refusal.limit else ""
        raise Refused(409, _NOT_EXTENDED.get(refusal.code, "A política não permite prorrogar esta dívida.") + limit) from refusal


async def _preview_extension(bench: Bench, fields: Mapping[str, str]) -> Preview:
    debt, moved = await _extendable(bench, fields)
    return Preview(
        (
            ("Vencimento hoje", debt.payable_to),
            ("Novo vencimento", moved.due_date),
            ("Juros até lá", {"money": moved.interest}),
            ("A pagar até o novo vencimento", {"money": moved.total}),
        ),
        values={"total": moved.total, "day": moved.due_date},
    )


async def _do_extension(bench: Bench, fields: Mapping[str, str]) -> str:
    debt, moved = await _extendable(bench, fields)
    protocol = new_protocol(bench.today)
    try:
        granted = await grant(
            bench.conn,
            bench.till.talk.ground,
            debt.id,
            to=moved.asked_for,
            total=moved.total,
            request_key=bench.key,
            protocol=protocol,
            conversation_id=bench.opened.id,
            by=f"agent:{bench.agent.id}",
        )
    except ExtensionRefused as refusal:
        raise Refused(409, "O valor mudou agora mesmo. Confira e tente de novo.") from refusal
    followed = await follow_extension(
        bench.conn,
        bench.till,
        debt.id,
        granted.due_date,
        conversation_id=bench.opened.id,
        request_key=f"desk:extension:{granted.protocol}:{debt.id}",
    )
    (after,) = await get_debts(bench.conn, [debt.id])
    kept = {one.id for one in await extensions_of(bench.conn, bench.debtor_id)}
    assert granted.id in kept and after.extended_to == granted.due_date
    await bench.say(
        Utterance(
            "utter_extension_done_new_code" if followed else "utter_extension_done",
            {
                "day": {"date": granted.due_date.isoformat()},
                "total": {"money": owed(bench.till.talk.ground, after, granted.due_date).total},
                "protocol": granted.protocol,
                "arguments": {"debts": [debt.id]},
                "slip": True,
            },
        )
    )
    detail = {"due_date": granted.due_date.isoformat(), "total": granted.total, "protocol": granted.protocol}
    await bench.note("debt.extended", f"debt:{debt.id}", detail)
    return f"Vencimento mudado para {granted.due_date:%d/%m/%Y}, protocolo {granted.protocol}."


_NOT_EXTENDED = {
    "none_allowed": "A política desta carteira não permite prorrogar.",
    "already_extended": "Esta dívida já foi prorrogada o quanto a política permite.",
    "too_long_overdue": "Esta dívida venceu há tempo demais para prorrogar.",
    "in_agreement": "Esta dívida está em acordo: mude a data da parcela no acordo.",
    "not_later": "O novo vencimento precisa ser depois do atual.",
    "too_late": "Este dia passa do que a política permite.",
    "nothing_owed": "Não há nada a pagar nesta dívida.",
    "disputed": "Esta dívida está contestada.",
    "not_open": "Esta dívida não está em aberto.",
    "uncollectable": "Esta dívida não pode ser cobrada.",
}


# --------------------------------------------------------------------------------------------------------- promise


async def _promisable(bench: Bench, fields: Mapping[str, str]) -> tuple[list[Debt], date, int | None, Any]:
    picked = ticked(bench.debts, fields, states=("open", "disputed"))
    day = day_of(fields, "day", "o dia da promessa")
    if day is None:
        raise Refused(422, "Escreva o dia que o cliente prometeu.")
    amount = money_of(fields, "amount", "o valor prometido")
    try:
        return picked, day, amount, preview_promise(bench.till.talk.ground, picked, day, amount)
    except PromiseRefused as refusal:
        raise Refused(409, _promise_refused(refusal)) from refusal


def _promise_refused(refusal: PromiseRefused) -> str:
    sentence = _NOT_PROMISED.get(refusal.code, "A política não permite esta promessa.")
    if refusal.code == "too_late" and refusal.day:
        sentence += f" O último dia é {refusal.day:%d/%m/%Y}."
    return sentence


async def _preview_promise(bench: Bench, fields: Mapping[str, str]) -> Preview:
    picked, _, _, promised = await _promisable(bench, fields)
    limits = limits_of(bench.till.talk.ground, picked)
    return Preview(
        (
            ("Dia", promised.day),
            ("Valor nesse dia", {"money": promised.amount}),
            ("Sem cobrança até", promised.keep_until),
            ("A política aceita até", f"{limits.max_days} dias"),
        )
    )


async def _do_promise(bench: Bench, fields: Mapping[str, str]) -> str:
    picked, day, amount, _ = await _promisable(bench, fields)
    made = await make(
        bench.conn,
        bench.till.talk.ground,
        [debt.id for debt in picked],
        day=day,
        amount=amount,
        request_key=bench.key,
        protocol=new_protocol(bench.today),
        conversation_id=bench.opened.id,
    )
    kept = await get_promise(bench.conn, made.id)
    assert kept.status == "open"
    await bench.say(
        Utterance(
            "utter_promise_done_today" if kept.day == bench.today else "utter_promise_done",
            {
                "day": {"date": kept.day.isoformat()},
                "amount": {"money": kept.amount},
                "until": {"date": kept.keep_until.isoformat()},
                "protocol": kept.protocol,
                "arguments": {"debts": list(kept.debts)},
            },
        )
    )
    await bench.note("promise.made", f"promise:{kept.id}", {"day": kept.day.isoformat(), "amount": kept.amount})
    return f"Promessa anotada para {kept.day:%d/%m/%Y}. Até {kept.keep_until:%d/%m/%Y} ninguém cobra."


_NOT_PROMISED = {
    "past": "Este dia já passou.",
    "too_late": "Este dia passa do que a política permite.",
    "too_little": "O valor é menor que o mínimo de uma promessa.",
    "none_allowed": "A política desta carteira não aceita promessas.",
    "disputed": "Esta dívida está contestada.",
    "not_open": "Esta dívida não está em aberto.",
    "uncollectable": "Esta dívida não pode ser cobrada.",
}


# --------------------------------------------------------------------------------------------------------- dispute


async def _preview_dispute(bench: Bench, fields: Mapping[str, str]) -> Preview:
    picked = ticked(bench.debts, fields, states=("open", "agreed"))
    live = await charges.live_of_debts(bench.conn, [debt.id for debt in picked])
    rows: list[tuple[str, Any]] = [("Dívidas que param de ser cobradas", len(picked))]
    if live:
        rows.append(("Códigos que serão cancelados", len(live)))
    return Preview(tuple(rows))


async def _do_dispute(bench: Bench, fields: Mapping[str, str]) -> str:
    picked = ticked(bench.debts, fields, states=("open", "agreed"))
    reason = fields.get("reason", "")
    if reason not in REASONS:
        raise Refused(422, "Escolha o motivo da contestação.")
    story = " ".join(fields.get("story", "").replace("\x00", "").split())
    try:
        made = await open_dispute(
            bench.conn,
            bench.till.talk.ground,
            [debt.id for debt in picked],
            reason=reason,
            story=story,
            request_key=bench.key,
            protocol=new_protocol(bench.today),
            conversation_id=bench.opened.id,
        )
    except CannotDispute as refusal:
        raise Refused(409, "Nenhuma destas dívidas pode ser contestada agora.") from refusal
    live = await charges.live_of_debts(bench.conn, made.debts, lock=True)
    for charge in live:
        await close(bench.conn, bench.till, charge, "cancelled")
    await withdraw_cards(bench.conn, bench.till, live)
    assert all(debt.status == "disputed" for debt in await get_debts(bench.conn, made.debts))
    titles = {debt.id: debt.title for debt in picked}
    await bench.say(
        Utterance(
            "utter_dispute_open_withdrawn" if live else "utter_dispute_open",
            {
                "protocol": made.protocol,
                "answer_by": {"date": made.answer_by.isoformat()},
                "debts": [{"description": titles[debt_id]} for debt_id in made.debts],
            },
        )
    )
    await bench.note("dispute.opened", f"dispute:{made.id}", {"reason": reason, "protocol": made.protocol})
    return f"Contestação aberta, protocolo {made.protocol}, resposta até {made.answer_by:%d/%m/%Y}."


# -------------------------------------------------------------------------------------------------------- identity


async def _do_prove(bench: Bench, fields: Mapping[str, str]) -> str | Refused:
    document = bare(fields.get("document", ""))
    born = day_of(fields, "birth", "a data de nascimento")
    contract = fields.get("contract", "").strip()
    if not (is_cpf(document) or is_cnpj(document)):
        raise Refused(422, "Os dígitos do CPF ou CNPJ não conferem. Peça de novo ao cliente.")
    given = Given((document,), 0, (born,) if born else (), (contract,) if contract else ())
    conversation = await get(bench.conn, bench.opened.id, lock=True)
    found = await consider(bench.conn, bench.till.talk.ground, conversation, given, bench.key)
    await bench.note("identity.tried", bench.opened.id, {"verdict": found.verdict})
    if found.verdict == "proven":
        await announce(bench.conn, bench.opened.id)
        return "Identidade confirmada."
    # Returned and not raised: a wrong try counts, so what was written of it stays.
    return Refused(422, _NOT_PROVEN.get(found.verdict, "Não confere."))


_NOT_PROVEN = {
    "wrong": "Os dados não conferem. Não diga ao cliente qual deles está diferente.",
    "locked": "Tentativas demais. Por segurança, a confirmação fica bloqueada por um tempo.",
    "need_birth_date": "Falta a data de nascimento.",
    "need_contract": "Falta o número de um contrato.",
    "need_document": "Falta o CPF ou CNPJ.",
}


async def _no_preview(bench: Bench, fields: Mapping[str, str]) -> Preview:
    return Preview()


@dataclass(frozen=True)
class Deed:
    """A thing that an agent can do. `title` is on its button and above its form."""

    title: str
    preview: Callable[[Bench, Mapping[str, str]], Awaitable[Preview]]
    do: Callable[[Bench, Mapping[str, str]], Awaitable[str | Refused]]


DEEDS: Mapping[str, Deed] = {
    "pix": Deed("Gerar Pix", _preview_charge, _do_charge),
    "boleto": Deed("Gerar boleto", _preview_charge, _do_charge),
    "offer": Deed("Montar oferta", _preview_offer, _do_offer),
    "extension": Deed("Prorrogar", _preview_extension, _do_extension),
    "promise": Deed("Anotar promessa", _preview_promise, _do_promise),
    "dispute": Deed("Abrir contestação", _preview_dispute, _do_dispute),
    "accept": Deed("Fechar acordo", _no_preview, _do_accept),
    "prove": Deed("Confirmar identidade", _no_preview, _do_prove),
}


def shown_debts(bench: Bench, deed: str) -> list[tuple[Debt, int, bool]]:
    """The debts of a form: what each costs today, and whether it is ticked from the start."""
    states = {"offer": ("open",), "extension": ("open",), "promise": ("open",), "dispute": ("open", "agreed")}.get(deed, MAY_PAY)
    ground = bench.till.talk.ground
    found = [debt for debt in bench.debts if debt.status in states and (deed == "dispute" or not why_uncollectable(ground, debt))]
    ours = agreeable(found) if deed != "dispute" else found
    return [(debt, owed(ground, debt).total, len(found) == 1 or (len(ours) == 1 and debt in ours)) for debt in found]
