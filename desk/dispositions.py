"""How a talk with a human may end (tabulação), in two levels, and what each ending does. Pure.

An ending does what it says: it asks for the fact that it tells of (a promise, an agreement), or makes it so (pauses, unlinks).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from conversations.wording import Utterance

Need = Literal["promise", "agreement", "charge", "payment", "extension", "dispute", "proposal"]
Effect = Literal["unlink", "void", "opt_out", "complaint", "hardship", "already_paid", "deceased", "minor", "representative"]

GROUPS: Mapping[str, str] = {
    "pagamento": "Acordo e pagamento",
    "promessa": "Promessa e prazo",
    "sem_acordo": "Sem acordo",
    "contestacao": "Contestação",
    "pessoa": "Quem é a pessoa",
    "atendimento": "Dúvida e serviço",
    "sem_conversa": "Sem conversa",
}

HARDSHIP_DAYS = 30
CLAIMED_DAYS = 5
"""How long whoever says that they paid is left alone: three business days until a boleto is known, and a weekend."""


@dataclass(frozen=True)
class Disposition:
    """One ending. `does`: what the agent reads of its effect; `needs`: what must be in the store; `outcome`: one of
    `conversations.handover.OUTCOMES`; `silent`: the bot says nothing."""

    name: str
    title: str
    outcome: str
    does: str
    needs: Need | None = None
    effects: tuple[Effect, ...] = ()
    silent: bool = False

    @property
    def group(self) -> str:
        return self.name.split("/")[0]


_ALL = (
    Disposition("pagamento/acordo_fechado", "Fechou acordo", "pagamento_combinado", "O acordo segue com o assistente: códigos, lembretes e segunda via.", "agreement"),
    Disposition("pagamento/codigo_enviado", "Vai pagar, código enviado", "pagamento_combinado", "O código continua valendo; o assistente confirma o pagamento.", "charge"),
    Disposition("pagamento/pagou", "Pagou na conversa", "resolvido", "O pagamento já está baixado.", "payment"),
    Disposition("pagamento/proposta_em_analise", "Proposta em análise", "outro", "A proposta segue na fila da supervisão; a resposta chega ao cliente.", "proposal"),
    Disposition("promessa/data_marcada", "Prometeu pagar em uma data", "promessa", "Ninguém cobra até o fim do prazo da promessa.", "promise"),
    Disposition("promessa/prazo_novo", "Ganhou prazo", "promessa", "Ninguém cobra até o novo vencimento.", "extension"),
    Disposition("sem_acordo/sem_condicoes", "Sem condições de pagar", "sem_acordo", f"Cobrança pausada por {HARDSHIP_DAYS} dias.", None, ("hardship",)),
    Disposition("sem_acordo/nao_aceitou", "Não aceitou a oferta", "sem_acordo", "A dívida segue em aberto; o assistente deixa a porta aberta."),
    Disposition("sem_acordo/vai_pensar", "Vai pensar", "sem_acordo", "A oferta na mesa continua até vencer."),
    Disposition("contestacao/aberta", "Contestação aberta", "outro", "A dívida contestada não é cobrada até a resposta.", "dispute"),
    Disposition("contestacao/ja_pagou", "Diz que já pagou", "outro", f"Cobrança pausada por {CLAIMED_DAYS} dias para conferir.", None, ("already_paid",)),
    Disposition("pessoa/nao_e_a_pessoa", "Não é a pessoa", "nao_e_a_pessoa", "Desliga este número do cadastro e não escreve mais para ele.", None, ("unlink",)),
    Disposition("pessoa/terceiro", "Terceiro, parente ou recado", "outro", "A confirmação de identidade cai; nada da dívida é dito a ele.", None, ("void",)),
    Disposition("pessoa/faleceu", "Titular faleceu", "outro", "Para toda cobrança até decisão humana.", None, ("deceased", "void")),
    Disposition("pessoa/representante", "Advogado ou procurador", "outro", "Pausa a cobrança até conferir a procuração.", None, ("representative", "void")),
    Disposition("pessoa/menor", "Menor de idade", "outro", "Para toda cobrança até decisão humana.", None, ("minor", "void")),
    Disposition("atendimento/duvida", "Tirou dúvida", "resolvido", "Nada muda na dívida."),
    Disposition("atendimento/documento", "Recebeu documento ou segunda via", "resolvido", "Nada muda na dívida."),
    Disposition("atendimento/reclamacao", "Reclamação", "outro", "Abre um pedido com protocolo e prazo de resposta.", None, ("complaint",)),
    Disposition("sem_conversa/sem_resposta", "Cliente não respondeu", "outro", "O assistente fica à disposição."),
    Disposition("sem_conversa/nao_quer_mensagens", "Não quer receber mensagens", "outro", "Nenhuma mensagem nossa sai mais para esta pessoa.", None, ("opt_out",), silent=True),
    Disposition("sem_conversa/engano", "Engano ou outro assunto", "outro", "Nada muda na dívida."),
)  # fmt: skip

DISPOSITIONS: Mapping[str, Disposition] = {one.name: one for one in _ALL}


def title_of(name: object) -> str | None:
    """What the desk calls it; None for what is no ending."""
    found = DISPOSITIONS.get(str(name))
    return f"{GROUPS[found.group]}: {found.title}" if found else None


LACKS: Mapping[Need, str] = {
    "promise": "Anote a promessa antes: dia e valor.",
    "agreement": "Feche o acordo antes: o cliente precisa aceitar a oferta.",
    "charge": "Gere o Pix ou o boleto antes.",
    "payment": "Nenhum pagamento chegou desde que você assumiu.",
    "extension": "Prorrogue o vencimento antes.",
    "dispute": "Abra a contestação antes.",
    "proposal": "Não há proposta esperando resposta.",
}


@dataclass(frozen=True)
class Done:
    """What happened in a talk since a human took it; the newest of each kind, None where nothing did. Centavos."""

    taken_at: datetime
    reason: str
    wrote: int = 0
    """How often the person wrote since."""
    last_words: str | None = None
    promise: tuple[date, int] | None = None
    agreement: tuple[str, int] | None = None
    charge: tuple[str, int] | None = None
    payment: int | None = None
    extension: tuple[date, int] | None = None
    dispute: tuple[str, date] | None = None
    proposal: str | None = None

    def has(self, need: Need | None) -> bool:
        return need is None or getattr(self, need) is not None


def suggested(done: Done) -> str:
    """The ending that the facts speak for; the agent chooses."""
    order: tuple[tuple[Need, str], ...] = (
        ("payment", "pagamento/pagou"),
        ("agreement", "pagamento/acordo_fechado"),
        ("dispute", "contestacao/aberta"),
        ("promise", "promessa/data_marcada"),
        ("extension", "promessa/prazo_novo"),
        ("charge", "pagamento/codigo_enviado"),
        ("proposal", "pagamento/proposta_em_analise"),
    )
    for need, name in order:
        if done.has(need):
            return name
    if done.reason == "nao_sou_a_pessoa":
        return "pessoa/nao_e_a_pessoa"
    if done.reason == "falecimento":
        return "pessoa/faleceu"
    return "atendimento/duvida" if done.wrote else "sem_conversa/sem_resposta"


def first_words(disposition: Disposition, done: Done, *, proven: bool) -> Utterance | None:
    """What the bot says when it gets the talk back: that it knows. What would tell of a debt only while identity is proven."""
    if disposition.silent:
        return None
    if not proven and (disposition.needs or disposition.outcome in ("promessa", "pagamento_combinado", "sem_acordo")):
        return Utterance("utter_returned_unproven")
    values: dict[str, Any]
    if disposition.needs == "promise" and done.promise:
        values = {"day": {"date": done.promise[0].isoformat()}, "amount": {"money": done.promise[1]}}
        return Utterance("utter_returned_promessa_marcada", values)
    if disposition.needs == "extension" and done.extension:
        values = {"day": {"date": done.extension[0].isoformat()}, "total": {"money": done.extension[1]}}
        return Utterance("utter_returned_prazo_novo", values)
    if disposition.needs == "agreement" and done.agreement:
        return Utterance("utter_returned_acordo_fechado", {"protocol": done.agreement[0]})
    if disposition.needs == "dispute" and done.dispute:
        values = {"protocol": done.dispute[0], "answer_by": {"date": done.dispute[1].isoformat()}}
        return Utterance("utter_returned_contestacao", values)
    if disposition.needs == "proposal" and done.proposal:
        return Utterance("utter_returned_proposta", {"protocol": done.proposal})
    if disposition.name == "contestacao/ja_pagou":
        return Utterance("utter_returned_ja_pagou" if proven else "utter_returned_unproven")
    if disposition.name == "sem_conversa/sem_resposta":
        return Utterance("utter_returned_sem_resposta")
    if disposition.group == "pessoa" and disposition.name != "pessoa/nao_e_a_pessoa":
        return Utterance("utter_returned_pessoa")
    return Utterance(f"utter_returned_{disposition.outcome}")
