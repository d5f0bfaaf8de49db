"""A copy of everything that is kept of one person, as JSON for machines and PDF for people (LGPD arts. 18 II and V, 19 II).

It is given only to whoever has proven to be that person, and that is recorded by who gives it. Notes among agents and the inner keys
of the program are not the person's data; what they wrote, what was said to them, and every deal and payment is.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import structlog
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from conversations.speaker_code import masked_address
from documents import figures
from documents import personal_data as paper
from documents.parties import Collector, Party
from documents.texts import Texts
from payments.papers import FileValue, write_file
from payments.till import Till
from receivables.brasilia import BRASILIA
from receivables.store import debtor_document, get_debtor

_log = structlog.get_logger("trato.payments")

_THEIRS: Mapping[str, str] = {
    "contas": """select c.name credor, c.cnpj cnpj_do_credor, d.portfolio carteira, d.contract contrato, d.reference referencia,
        d.description descricao, d.original_amount valor_original_centavos, d.due_date vencimento, d.status situacao,
        d.paid_total pago_centavos, d.created_at recebida_em from debts d join creditors c on c.id = d.creditor_id
        where d.debtor_id = :debtor order by d.due_date, d.id""",
    "telefones": """select phone_key telefone, state situacao, created_at desde from debtor_phones
        where debtor_id = :debtor order by phone_key""",
    "codigos_de_pagamento": """select kind tipo, status situacao, amount valor_centavos, payee_name recebedor,
        payee_document cnpj_do_recebedor, created_at criado_em, expires_at vale_ate from charges
        where debtor_id = :debtor order by id""",
    "pagamentos": """select means meio, amount valor_centavos, paid_at pago_em, status situacao, end_to_end_id identificacao
        from payments where debtor_id = :debtor order by paid_at, id""",
    "conversas": """select id, channel canal, phone_key, user_id, created_at desde from conversations
        where debtor_id = :debtor order by created_at""",
    "mensagens": """select t.conversation_id conversa, t.at em, t.author autor, t.text texto from transcript t
        join conversations c on c.id = t.conversation_id
        where c.debtor_id = :debtor and t.author <> 'note' order by t.id""",
    "confirmacoes_de_identidade": "select proven_at em, valid_until valia_ate from proofs where debtor_id = :debtor order by id",
    "paradas": """select o.channel canal, o.address endereco, o.since desde, o.lifted_at ate from opt_outs o
        join conversations c on c.id = o.conversation_id where o.debtor_id = :debtor or c.debtor_id = :debtor order by o.id""",
    "preferencias": """select hours horario, most no_maximo, days em_dias, channel canal, changed_at desde from contact_preferences
        where debtor_id = :debtor order by id""",
    "pedidos": """select protocol protocolo, kind tipo, asked_at em, due_on prazo, status situacao from requests
        where debtor_id = :debtor order by id""",
    "pausas": "select since desde, until ate, lifted_at encerrada_em from collection_pauses where debtor_id = :debtor order by id",
    "atendimentos": """select asked_at pedido_em, taken_at iniciado_em, ended_at encerrado_em, status situacao from handoffs
        where debtor_id = :debtor order by id""",
}
_DEALS = ("agreements", "extensions", "promises", "disputes", "payment_claims")
"""Whole rows of these are given, as far as the tables hold a debtor; what is sealed or inner is left out."""


async def personal_data(conn: AsyncConnection, till: Till, debtor_id: int) -> list[FileValue]:
    """The PDF and the JSON; nothing where there is no folder for files, or no words. Raises `LookupError` for an unknown debtor."""
    if till.documents is None or till.papers is None:
        return []
    data = await gather(conn, till, debtor_id)
    today = till.talk.ground.clock.today()
    content = json.dumps(data, ensure_ascii=False, indent=1, default=_written).encode()
    try:
        drawn = await asyncio.to_thread(_draw, till, data, today)
    except (ValueError, ArithmeticError) as trouble:
        _log.error("paper_not_drawn", paper="dados", why=type(trouble).__name__)
        return []
    files = []
    # WhatsApp takes no application/json; as plain text the file opens everywhere.
    for body, suffix, mime in ((drawn, ".pdf", "application/pdf"), (content, ".json", "text/plain")):
        path = await asyncio.to_thread(write_file, till, "dados", body, suffix)
        files.append({"path": path, "filename": f"meus-dados-{today}{suffix}", "mime_type": mime})
    return files


async def gather(conn: AsyncConnection, till: Till, debtor_id: int) -> dict[str, Any]:
    """Everything that is kept of this debtor, by what it is; amounts in centavos, times in UTC."""
    ground = till.talk.ground
    debtor = await get_debtor(conn, debtor_id)
    more = (
        await conn.execute(
            text("select email, address, city, state, postal_code, created_at from debtors where id = :debtor"),
            {"debtor": debtor_id},
        )
    ).one()
    data: dict[str, Any] = {
        "emitido_em": ground.clock.now(),
        "titular": {
            "nome": debtor.name,
            "documento": debtor_document(ground, debtor),
            "nascimento": debtor.birth_date,
            "email": more.email,
            "endereco": ", ".join(filter(None, (more.address, more.city, more.state, more.postal_code))) or None,
            "no_cadastro_desde": more.created_at,
        },
    }
    for name, query in _THEIRS.items():
        rows = await conn.execute(text(query), {"debtor": debtor_id})
        data[name] = [dict(row._mapping) for row in rows]
    for talk in data["conversas"]:
        talk["endereco"] = masked_address(talk.pop("phone_key"), talk.pop("user_id"))
    data["combinados"] = {}
    for table in _DEALS:
        data["combinados"][table] = await _whole_rows(conn, table, debtor_id)
    return data


async def _whole_rows(conn: AsyncConnection, table: str, debtor_id: int) -> list[dict[str, Any]]:
    known = await conn.execute(
        text("""select 1 from information_schema.columns
                where table_schema = current_schema() and table_name = :table and column_name = 'debtor_id'"""),
        {"table": table},
    )
    if known.first() is None:
        return []
    rows = await conn.execute(
        text(f"select to_jsonb(t) from {table} t where debtor_id = :debtor order by id"), {"debtor": debtor_id}
    )
    inner = ("tenant_id", "debtor_id", "key", "request_key", "hash")
    return [
        {name: value for name, value in row.items() if name not in inner and not name.endswith(("_sealed", "_index", "_hash"))}
        for row in rows.scalars()
    ]


def _draw(till: Till, data: Mapping[str, Any], today: date) -> bytes:
    texts = till.papers
    assert texts is not None
    own = till.talk.ground.policies.default.collector
    collector = Collector(own.name, own.cnpj, own.address, own.site, own.phone, own.ombudsman)
    who = data["titular"]
    number = till.talk.ground.vault.index(f"paper:dados:{today}:{who['documento']}").hex()[:8].upper()
    made = paper.PersonalData(
        number=f"D-{today.year}-{number}",
        issued_on=today,
        controller=collector,
        person=Party(who["nome"], who["documento"]),
        sections=tuple(_sections(data, texts)),
    )
    return paper.render(made, texts)


def _sections(data: Mapping[str, Any], texts: Texts) -> list[paper.DataSection]:
    def word(name: str, **values: str) -> str:
        return texts.plain(f"personal_data.{name}", **values)

    def said(value: str) -> str:
        return texts.plain(f"personal_data.said_{value}")

    def day(at: datetime) -> str:
        return figures.day(at.astimezone(BRASILIA).date())

    who = data["titular"]
    known = {
        "document": who["documento"],
        "name": who["nome"],
        "birth_date": figures.day(who["nascimento"]) if who["nascimento"] else "",
        "email": who["email"] or "",
        "address": who["endereco"] or "",
        "phones": "; ".join(word(f"phone_{row['situacao']}", phone=row["telefone"]) for row in data["telefones"]),
    }
    sources = {(row["credor"], row["cnpj_do_credor"]) for row in data["contas"]}
    counts: dict[str, int] = {}
    for message in data["mensagens"]:
        counts[message["conversa"]] = counts.get(message["conversa"], 0) + 1
    choices = [
        *(
            word("opt_out", channel=said(row["canal"]), address=row["endereco"], day=day(row["desde"]))
            for row in data["paradas"]
            if not row["ate"]
        ),
        *(
            word(
                "request",
                protocol=row["protocolo"],
                day=day(row["em"]),
                kind=said(row["tipo"]),
                status=said(row["situacao"]),
                due=figures.day(row["prazo"]),
            )
            for row in data["pedidos"]
        ),
        *(
            word(
                "preference", wish=", ".join(str(row[name]) for name in ("horario", "no_maximo", "em_dias", "canal") if row[name])
            )
            for row in data["preferencias"]
        ),
        *(word("pause", day=day(row["desde"])) for row in data["pausas"] if not row["encerrada_em"]),
    ]
    lists = {
        "source": [word("source_line", creditor=name, document=cnpj) for name, cnpj in sorted(sources)],
        "debts": [
            word(
                "debt",
                description=row["descricao"] or row["referencia"],
                creditor=row["credor"],
                contract=row["contrato"],
                reference=row["referencia"],
                amount=figures.money(row["valor_original_centavos"]),
                due=figures.day(row["vencimento"]),
                status=said(row["situacao"]),
            )
            for row in data["contas"]
        ],
        "charges": [
            word(
                "charge",
                kind=said(row["tipo"]),
                amount=figures.money(row["valor_centavos"]),
                day=day(row["criado_em"]),
                status=said(row["situacao"]),
            )
            for row in data["codigos_de_pagamento"]
        ],
        "payments": [
            word(
                "payment",
                amount=figures.money(row["valor_centavos"]),
                day=day(row["pago_em"]),
                means=said(row["meio"]),
                reference=row["identificacao"],
            )
            for row in data["pagamentos"]
        ],
        "talks": [
            word(
                "talk",
                channel=said(row["canal"]),
                address=row["endereco"],
                day=day(row["desde"]),
                count=str(counts.get(row["id"], 0)),
            )
            for row in data["conversas"]
        ],
        "choices": choices,
        "identity": [word("proof", day=day(row["em"])) for row in data["confirmacoes_de_identidade"]],
        "sharing": [word("sharing_line")],
        "purpose": [word("purpose_line")],
    }
    return [
        paper.DataSection(word("who"), rows=tuple((word(name), value) for name, value in known.items() if value)),
        *(
            paper.DataSection(
                word(name), lines=tuple(lines), note=word("talks_note") if name == "talks" else "" if lines else word("nothing")
            )
            for name, lines in lists.items()
        ),
    ]


def _written(value: Any) -> str:
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    raise TypeError(f"not data: {type(value).__name__}")
