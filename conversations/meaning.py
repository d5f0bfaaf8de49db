"""What a group of messages asks, before Rasa sees it: a tapped or typed choice, documents taken out, the rest harmless text."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from channels.message import Received
from conversations.consent import opted_out
from conversations.conversation import Conversation, live_proof
from conversations.handover import waits_in_silence
from conversations.identity import Given, has_progress
from conversations.questions import open_question
from conversations.reply import last_response
from receivables.agreements import has_live_agreement
from receivables.brasilia import BRASILIA
from understanding.bare import bare_answer, yes_or_no
from understanding.birth_dates import BirthDate, find_birth_dates
from understanding.contacts import find_phones
from understanding.dealing import deals, wish
from understanding.documents import find_documents
from understanding.harmless import CAP, harmless, shortened, tidy
from understanding.options import ALL, Shown, which
from understanding.plain import plain
from understanding.safety import read_safety, speaks_of_dying
from understanding.spoken import find_spoken_cpfs
from understanding.values import read_values

HEARD_RIGHT = "ouvi_certo"
"""What a tap on "yes, that is what I said" means; no intent of Rasa's, because the words themselves are asked then."""

_OFFER_LIVES = timedelta(hours=24)
_NOT_AGAIN_FOR = timedelta(minutes=3)
"""So long it is not said again that something cannot be heard, seen or read: it was kept, and that was said."""
_UNHEARD = frozenset({"voice", "audio", "video"})
_CANNOT = ("utter_media_voice", "utter_media_other")
_BACK_WORDS = frozenset(
    {"voltar", "volta", "voltei", "quero voltar", "pode voltar", "voltar ao assistente", "voltar pro robo", "volta pro robo"}
    | {"robo", "bot", "assistente", "continuar com o assistente"}
)
_BACK = re.compile(
    r"\b(?:deixa (?:pra|para) la|nao (?:precis[ao]|quero) mais (?:(?:de|da|do|com|uma?|a|o|esse|essa) )*(?:atendente|atendimento|pessoa|humano|ninguem|alguem|esperar|falar|conversar)|(?:ja )?(?:resolvi|consegui resolver|deu certo|me virei) (?:por aqui|aqui|sozinh[oa]|com (?:voce|vc|o robo))|(?:pode\w*|quero|queria) (?:cancel\w+|dispens\w+|tirar|desmarc\w+) (?:(?:o|a|esse|essa|meu|minha|pedido|de|do|da) )*(?:atendente|atendimento|pessoa|chamad[oa]|fila)|(?:dispenso|cancela|desmarca) (?:(?:o|a|esse|essa|pedido|de|do|da) )*(?:atendente|atendimento|pessoa|chamad[oa])|(?:desisti|desisto) de esperar"
    r"|^(?:deixa|esquece|nao precisa mais|desisto|tudo bem|ah deixa|entao deixa)(?: (?:quieto|isso|assim|pra la|ai))?(?: (?:mas|entao|me|e|eu|so))* (?:quanto (?:eu )?(?:devo|fica|ta|e)|manda (?:o |um )?(?:pix|boleto|codigo)|quero (?:pagar|parcelar|ver)|gera)"
    r"|(?:quero|prefiro|volta\w*|continu\w+) (?:\w+ ){0,2}(?:o robo|robo|o assistente|o bot|com v(?:oce|c) mesmo|com o robo)|(?:deixa eu|eu|posso|quero|prefiro|melhor|volto a) (?:falar|falo|conversar|converso|resolver|resolvo|continuar|continuo) com v(?:oce|c)(?: mesmo)?)\b"
)
"""Who waits for a human and would rather not: the assistant goes on."""
_A_WISH = re.compile(r"\b(?:quanto|valor|pix|boleto|codigo|pagar|pago|parcel\w+|divid\w+|desconto|prazo|a vista|recibo|acordo)\b")


def wishes_beside_leaving(words: str) -> bool:
    """Whether words that leave the queue wish for something besides: "deixa, quero ver só o valor com você mesmo"."""
    return _A_WISH.search(plain(words)) is not None


_NOT_NEEDED = re.compile(
    r"(?:(?:ah|nao|moc[ao]|entao|ok|desculpa|agora|melhor|ja) )*(?:nao precisa(?: mais)?|deixa|esquece|pode deixar|desisto|cancela|nao quero mais)(?: (?:deixa|nao|mais|quieto|isso|pra la|entao|obrigad[oa]|falar|esperar|moc[ao]|ta|precisa))*"
)
"""The same in few words, of whoever asked for the human themselves; below a dispute that a human looks after it means the dispute."""
_TOGETHER = re.compile(r"\b(?:junt[oa]s?|n?um so|so um|unic[oa])\b")
_IF_NOT_GIVEN = re.compile(
    r"(?:(?:e|mas|ai|entao) )*se (?:eu )?(?:nao|num|n) (?:quiser|quero|for|puder|gostar de) ?(?:d[ae]r?|dou|passar|informar|falar|mandar|dizer|colocar|confirmar)?(?: (?:o|os|isso|meu|meus|esse|esses|cpf|dados|documento|por aqui|aqui|assim|pra voces|pra vcs|nada))*"
)
_KEEPS_IT = re.compile(
    r"(?:eu )?(?:nao|num|n) (?:vou |quero |vo |pretendo )?(?:pass\w+|dar|dou|inform\w+|mand\w+|diz\w+|fal\w+|digo) (?:o |os )?(?:meus? )?(?:cpf|documentos?|dados|nascimento)(?: (?:nao|por aqui|aqui|pra (?:ninguem|voces?|vcs?)))*"
)
"""A plain no to the proof, and no word of fear beside it."""
_IS_PAID = re.compile(
    r"\b(?:pag[oa]s?|paguei|pagamos|quit(?:ei|ad[oa]s?|e)|certo|resolvid[oa]s?|zerad[oa]s?|acertad[oa]s?|em dia)\b"
)
_BY_MEANS = re.compile(r"\b(?:pix|b[ou]l+[eao]?[tl]\w*)\b")
_CONTRACT = re.compile(r"(?<![0-9A-Za-z])(?=[0-9A-Za-z./-]*\d)[0-9A-Za-z][0-9A-Za-z./-]{1,39}(?![0-9A-Za-z])")

# A whole message that asks for the last answer once more: "manda de novo", "reenvia", "pode repetir?". What names a thing
# ("manda o código de novo") is left to the classifier.
_AGAIN = re.compile(
    r"(?:(?:por favor|pfv|pf|oi|moca|moco|pode|poderia|consegue|da pra|vc|voce|me|nao (?:chegou|recebi|abriu|carregou|apareceu)) )*"
    r"(?:(?:re ?envi\w*|re ?mand\w*|repet\w*)(?: (?:isso|essa mensagem|a mensagem|tudo|ai))?(?: {again})?"
    r"|(?:mand\w*|envi\w*|passa\w*|fala\w*|diz|diga)(?: (?:isso|essa mensagem|a mensagem|tudo|ai|pra mim))? {again}"
    r"|{again})(?: (?:por favor|pfv|pf|por gentileza|fazendo favor|ai|isso))*".format(
        again=r"(?:de novo|dinovo|denovo|dnv|novamente|outra vez|mais uma vez)"
    )
)

# Whoever stopped our messages wants them again: "quero voltar a receber", "pode mandar de novo sim".
_WRITE_AGAIN = re.compile(
    r"\b(?:volt\w+|torn\w+|recomec\w+|reativ\w+|retom\w+|lig(?:a|ar|uem) de novo) .{0,25}\b(?:receb\w*|mand\w*|envi\w*|escrev\w*|avis\w*|mensage\w*|msgs?)"
    r"|\b(?:quero|pode\w*|aceito|autorizo) .{0,20}\b(?:receb\w*|mand\w*|envi\w*|mensage\w*|msgs?|avis\w*) .{0,15}\b(?:de novo|novamente|outra vez|dnv|denovo)"
    r"|\bmudei de ideia\b.{0,40}\b(?:receb\w*|mand\w*|mensage\w*|msgs?|avis\w*)"
)
_NOT_AGAIN = re.compile(
    r"\b(?:nao|naum|num|n|nem|nunca|jamais)\b.{0,30}\b(?:volt\w+|torn\w+|recomec\w+|reativ\w+|retom\w+|quero|pode\w*|aceito|autorizo)\b"
    r"|\b(?:se|por ?que|pq|quem) (?:\w+ ){0,2}(?:volt\w+|torn\w+|recomec\w+|mand\w+)|\b(?:voltaram|voltou|voltam|voltando|tornaram|recomecaram|retomaram|reativaram)\b"
)
""""Não quero que voltem a mandar", "vocês voltaram a mandar": no wish to hear from us again."""

# A contract by itself, or with its name: letters and digits together, so that neither an amount nor a year is taken for one.
_LONE_CONTRACT = re.compile(
    r"(?:(?:o |meu )?(?:n[uú]mero do )?contrato\b[\s:é=]*\S*\d\S*|(?=\S*\d)(?=\S*[a-z])[0-9a-z][0-9a-z./-]{4,39})\.?",
    re.IGNORECASE,
)

# Whole messages of nothing but signs, in the words that the training phrases use.
_SIGNS = (
    (re.compile(r"^[👍👌✅☑✔🆗🤝💪🫡]+$"), "sim"),
    (re.compile(r"^[nN]$"), "não"),
    (re.compile(r"^[sS]$"), "sim"),
    (re.compile(r"^[👎❌🚫✖🙅]+$"), "não"),
    (re.compile(r"^[🙏❤💚💙🥰😍😘🤗👏🌹]+$"), "obrigado"),
    (re.compile(r"^[👋🙋]+$"), "oi"),
    (re.compile(r"^[😡🤬😠😤👿]+$"), "que absurdo"),
    (re.compile(r"^[🤔❓❔⁉?]+$"), "não entendi"),
)
_SIGN_TRIMMINGS = re.compile("[\\s\u200d\ufe0f\U0001f3fb-\U0001f3ff♀♂]")

# What surrounds documents and dates and asks for nothing by itself.
_INTRODUCTIONS = re.compile(
    r"\b(?:(?:o|os|a|aqui|segue|seguem|é|eh|e)\s+){0,4}(?:(?:o\s+)?meus?|minha|da empresa)?\s*"
    r"\b(?:cpf|cnpj|documentos?|nasciment[oa]s?|nasc|nasci(?:d[oa])?|anivers[aá]rio|data(?:\s+de\s+nasc\w*)?|dn|contrato)\b"
    r"(?:\s+(?:é|eh|e|em|no|na|dia|do|da|n[uú]mero|de)\b)*\s*[:=,-]*",
    re.IGNORECASE,
)
_GREETING = re.compile(r"^(?:(?:oi+e?|ol[aá]|bom dia|boa tarde|boa noite|tudo bem|td bem)\b[\s,.!?]*)+", re.IGNORECASE)
_COURTESIES = frozenset(
    """oi ola oie oii bom boa dia tarde noite tudo bem obrigado obrigada por favor pfv pf aqui esta ta segue sou eu meu minha
    moca moco senhor senhora sim ok entao numero empresa dados esse este essa esses sao com para voce vcs vc isso pronto
    quero ver claro certo beleza blz entendi vamos""".split()
)

# What Rasa reads in the place of what it must not know; the training phrases use the same words.
_DOCUMENT_WORD = "documento"
_DATE_WORD = "01/01/1980"


@dataclass(frozen=True)
class Meaning:
    """Either harmless `text` for the classifier, or an `intent` given outright (with the choice or the words it came from)."""

    text: str | None = None
    intent: str | None = None
    choice_id: str | None = None
    given: Given = field(default_factory=Given)
    silent: bool = False
    """Nothing is to be answered (a sticker in the middle of a talk)."""


async def meaning_of(conn: AsyncConnection, conversation: Conversation, events: Sequence[Received], now: datetime) -> Meaning:
    """The meaning of these messages together; they are one tap, or texts, or things that are no text."""
    first = events[0]
    if first.kind == "choice":
        chosen = await _tapped(conn, conversation, first, now)
        if chosen is not None:
            return chosen
    elif first.kind != "text":
        return await _no_text(conn, conversation, events, now)
    said = _gist("\n".join(tidy(event.text or "") for event in events).strip())
    if not said:
        return await _nothing_to_read(conn, conversation, now)
    if conversation.owner == "queue":
        not_needed = _NOT_NEEDED.fullmatch(plain(said)) is not None and await waits_in_silence(conn, conversation.id)
        if not_needed or plain(said) in _BACK_WORDS or _BACK.search(plain(said)):
            return Meaning(intent="voltar_ao_assistente")
    pasted = pasted_code(said)
    if pasted is not None:
        return Meaning(intent="colou_codigo", given=Given(pasted=pasted))
    as_written = said
    said = _in_words(said)
    wants_back = (_WRITE_AGAIN.search(plain(said)) and not _NOT_AGAIN.search(plain(said))) or plain(said) in (
        "voltar",
        "quero voltar",
        "voltei",
        "pode voltar",
    )
    if wants_back and await opted_out(conn, conversation):
        return Meaning(intent="voltar_a_receber")
    if _AGAIN.fullmatch(plain(said)):
        return Meaning(intent="repetir")
    given, masked = take_out(said, now)
    forwarded = any(event.forwarded for event in events)
    if forwarded:
        given = Given()
    if given.bad_documents and not given.documents and find_phones(said) and await _data_are_told(conn, conversation, now):
        # Eleven digits, where the right telephone is waited for, are no document that was mistyped.
        return Meaning(text=harmless(as_written), intent="responder")
    if speaks_of_dying(said):
        # A life comes before whatever else is in the message, and before any classifier's doubt.
        return Meaning(text=harmless(masked), intent="vulnerabilidade", given=given)
    if forwarded:
        return _forwarded(said, masked)
    if given.empty or not (given.documents or given.bad_documents):
        typed = await _typed(conn, conversation, said, now, events[-1].reply_to)
        if typed is not None:
            return typed
        if yes_or_no(said) is not None and await _quotes_what_is_over(conn, conversation, events[-1].reply_to, now):
            return Meaning(intent="escolha_antiga")
        if await _answers_what_is_open(conn, conversation, as_written, now):
            return Meaning(text=harmless(as_written), intent="responder")
    if _KEEPS_IT.fullmatch(plain(said)) or (_IF_NOT_GIVEN.fullmatch(plain(said)) and await _identity_asked(conn, conversation)):
        return Meaning(text=harmless(said), intent="negar")
    asks = _wish(_CONTRACT.sub(" ", masked))
    if given.documents or given.bad_documents:
        if not asks:
            return Meaning(intent="informar_cpf", given=given)
        masked = _wish(masked)
    elif (given.dates or given.contracts) and await has_progress(conn, conversation.id, now):
        # The second factor, while the first one waits for it.
        if not asks:
            return Meaning(intent="informar_cpf", given=given)
        masked = _wish(masked) if given.dates else masked
    elif ((given.dates and not asks) or _LONE_CONTRACT.fullmatch(said)) and await live_proof(conn, conversation.id, now) is None:
        # The second factor before the first, asked for or not.
        return Meaning(intent="informar_cpf", given=given)
    dealt = await _deal(conn, conversation, masked, now)
    if dealt is not None:
        return Meaning(text=harmless(masked), intent=dealt, given=given)
    return Meaning(text=harmless(masked) or None, intent=None if harmless(masked) else "mensagem_vazia", given=given)


_MOST_READ = 12 * CAP
"""Characters of one turn in which anything is looked for at all."""
_MOST_GRAVE = CAP // 4
_SENTENCES = re.compile(r"[^.!?\n]+[.!?]*")


def _gist(said: str) -> str:
    """What of a long letter may be understood: its beginning, its end, and what must not be missed wherever it stands."""
    if len(said) <= CAP:
        return said
    read = shortened(said, _MOST_READ)
    grave = [
        one.strip()[:_MOST_GRAVE]
        for one in _SENTENCES.findall(read)
        if speaks_of_dying(one) or any(signal.certainty == "sure" for signal in read_safety(one))
    ]
    kept = shortened("\n".join(dict.fromkeys(grave)), 2 * _MOST_GRAVE)
    brief = shortened(read, CAP - len(kept) - 1)
    return f"{brief}\n{kept}" if any(one not in brief for one in grave) else shortened(read, CAP)


async def _quotes_what_is_over(conn: AsyncConnection, conversation: Conversation, reply_to: str | None, now: datetime) -> bool:
    """Whether somebody replies to something that we said before what is asked now: their yes is not to what they were not looking at."""
    question = await open_question(conn, conversation.id, now) if reply_to is not None else None
    if question is None or question.turn is None:
        return False
    found = await conn.execute(
        text("""select 1 from outbox o join turns then_ on then_.id = o.turn_id join turns asked on asked.id = :turn
                where o.conversation_id = :id and o.provider_id = :reply_to and asked.conversation_id = :id
                and then_.number < asked.number limit 1"""),
        {"id": conversation.id, "reply_to": reply_to, "turn": question.turn},
    )
    return found.first() is not None


async def _answers_what_is_open(conn: AsyncConnection, conversation: Conversation, said: str, now: datetime) -> bool:
    """Whether this is nothing but an answer to the question that is open: then no classifier has a say in it."""
    question = await open_question(conn, conversation.id, now)
    if question is None or not question.takes:
        return False
    if not question.public and await live_proof(conn, conversation.id, now) is None:
        return False
    today = now.astimezone(BRASILIA).date()
    return any(bare_answer(said, kind, today, question.labels) for kind in question.takes)


async def _identity_asked(conn: AsyncConnection, conversation: Conversation) -> bool:
    """Whether the last thing said asks who writes."""
    return (await last_response(conn, conversation.id) or "").startswith(
        ("utter_ask_identity_", "utter_trust", "utter_why_identity", "utter_identity_step_")
    )


async def _data_are_told(conn: AsyncConnection, conversation: Conversation, now: datetime) -> bool:
    """Whether the talk waits for how something of a person's own data is right, and knows who writes."""
    question = await open_question(conn, conversation.id, now)
    return (
        question is not None and question.name == "correction_words" and await live_proof(conn, conversation.id, now) is not None
    )


async def _deal(conn: AsyncConnection, conversation: Conversation, said: str, now: datetime) -> str | None:
    """A wish about a deal that is named so plainly that nothing needs to be guessed; of an agreement only where there is one."""
    if all(wish(said, has_agreement=agreed, negotiating=True) is None for agreed in (True, False)):
        return None
    proof = await live_proof(conn, conversation.id, now)
    if any(
        one.label == "nao_sou_a_pessoa" and one.certainty == "sure" and (proof is None or one.kind == "representative")
        for one in read_safety(said)
    ):
        return None  # "sou advogada da dona Maria, quero negociar": who writes comes before what they wish
    bound = proof is not None and await has_live_agreement(conn, proof.debtor_id)
    question = await open_question(conn, conversation.id, now)
    negotiating = question is not None and question.name in ("plans", "accept_offer", "capacity", "discount", "propose")
    return wish(said, has_agreement=bound, negotiating=negotiating)


def _in_words(said: str) -> str:
    """A message of nothing but thumbs or hearts, in words; any other as it is."""
    bare = _SIGN_TRIMMINGS.sub("", said)
    return next((words for pattern, words in _SIGNS if pattern.match(bare)), said)


_PIX_CODE = re.compile(r"000201[\x21-\x7e ]{40,500}?6304[0-9A-Fa-f]{4}")
_LINE = re.compile(r"(?<![0-9A-Za-z])\d(?:[ .\-]{0,3}\d){42,49}(?![0-9A-Za-z])")


def pasted_code(said: str) -> str | None:
    """A Pix code, or the 44 to 48 digits of some boleto (with a few more or less, for a slip of the finger), if one was pasted in."""
    found = _PIX_CODE.search(said) or _LINE.search(said.replace("\n", " "))
    return found.group() if found else None


def take_out(said: str, now: datetime) -> tuple[Given, str]:
    """The documents, full dates and contract-like words of a text, and the text with the first two replaced."""
    documents = find_documents(said)
    documents += [one for one in find_spoken_cpfs(said) if all(d.end <= one.start or d.start >= one.end for d in documents)]
    # The digits of a document must not lend themselves to a date beside it.
    blanked = said
    for doc in documents:
        if doc.valid or doc.kind == "cnpj":
            blanked = blanked[: doc.start] + "#" * (doc.end - doc.start) + blanked[doc.end :]
    dates = [_put_right(one, blanked) for one in _birthdays(find_birth_dates(blanked, now.date()), blanked, now.date())]
    documents = [doc for doc in documents if doc.valid or all(d.end <= doc.start or d.start >= doc.end for d in dates)]
    if _OF_A_TELEPHONE.search(plain(said)):
        # "Meu telefone mudou pra 11 98888-7777": eleven digits, and no document that was mistyped.
        phones = find_phones(said)
        documents = [doc for doc in documents if doc.valid or all(p.end <= doc.start or p.start >= doc.end for p in phones)]
    spans = sorted(
        [(d.start, d.end, _DOCUMENT_WORD) for d in documents] + [(d.start, d.end, _DATE_WORD) for d in dates], reverse=True
    )
    masked = said
    rest = said
    for start, end, word in spans:
        masked = f"{masked[:start]} {word} {masked[end:]}"
        rest = f"{rest[:start]} {rest[end:]}"
    given = Given(
        documents=tuple(d.value for d in documents if d.valid),
        bad_documents=sum(not d.valid for d in documents),
        dates=tuple(d.value for d in dates),
        contracts=tuple(m.group() for m in _CONTRACT.finditer(rest))[:20],
    )
    return given, masked


def _birthdays(dates: Sequence[BirthDate], text: str, today: date) -> Sequence[BirthDate]:
    """The dates that may be a birthday: those that are said to be one, else all but those of a payment, a purchase or a due day."""
    said = [one for one in dates if _BORN.search(plain(text[: one.start]))]
    if said:
        return said
    return [one for one in dates if not (one.value.year > today.year - _YOUNGEST and _OF_A_DEAL.search(plain(text[: one.start])))]


_BORN = re.compile(r"\b(?:nasc\w*|aniversari\w*|dn|d n)\b(?: (?!cas|pag|compr|venc|filh)[a-z]+){0,4}$")
_YOUNGEST = 10
"""Nobody so young owes anything."""
_OF_A_DEAL = re.compile(
    r"\b(?:pag\w*|quit\w*|compr\w*|venc\w*|cas(?:ei|ou)|fiz|fechei|contrat\w*|cancel\w*|hoje|desde|receb\w*|acordo|mandei|deposit\w*|transferi)\b(?: [a-z]+){0,5}$"
)


_DAY_PUT_RIGHT = re.compile(
    r"[\s,.;]*(?:digo|quer dizer|quero dizer|ou melhor|ali[aá]s|n[aã]o,?|na verdade)[\s,]+(?:dia )?(\d{1,2})(?![\d/.:]|\s*x\b|\s*vezes)",
    re.I,
)


def _put_right(found: BirthDate, text: str) -> BirthDate:
    """A birthday whose day is corrected in the same breath: "nasci 28/03/1974, digo 29"."""
    right = _DAY_PUT_RIGHT.match(text, found.end)
    if right is None:
        return found
    try:
        return replace(found, value=found.value.replace(day=int(right[1])), end=right.end())
    except ValueError:
        return found


_OF_A_TELEPHONE = re.compile(r"\b(?:telefones?|fones?|celular\w*|cel|zap\w*|whats\w*|ddd)\b")


def _wish(masked: str) -> str:
    """What is said besides documents, dates and courtesies: "cpf documento, quero pagar" wants to pay; empty when nothing is."""
    bare = masked.replace(_DATE_WORD, " ")
    bare = re.sub(rf"\b{_DOCUMENT_WORD}\b", " ", bare)
    bare = _INTRODUCTIONS.sub(" ", bare)
    words = [word for word in plain(bare).split() if len(word) > 2 and word not in _COURTESIES]
    return _GREETING.sub("", bare.strip(" ,.;:-!\n")) if words else ""


async def _tapped(conn: AsyncConnection, conversation: Conversation, event: Received, now: datetime) -> Meaning | None:
    """The choice that was tapped, if it is one of ours in this very conversation; else its title counts as typed text."""
    row = (
        await conn.execute(
            text("""select id, meaning, single_use, used_at, expires_at from choices
                    where id = :id and conversation_id = :conversation"""),
            {"id": event.choice_id, "conversation": conversation.id},
        )
    ).one_or_none()
    if row is None:
        return None
    if (row.single_use and row.used_at is not None) or (row.expires_at is not None and row.expires_at <= now):
        return Meaning(intent="escolha_antiga")
    return Meaning(intent=row.meaning, choice_id=row.id)


def _forwarded(said: str, masked: str) -> Meaning:
    """Somebody else's words, passed on: they prove nothing of who passes them on, and answer nothing in their name."""
    words = harmless(masked)
    return Meaning(intent="mensagem_vazia") if not words or yes_or_no(said) is not None else Meaning(text=words)


_DENIES = re.compile(
    r"\b(?:errad[ao]s?|nao (?:sao|e|eh|era|foram) (?:minh\w+|meu\w*)|nao reconhec\w*|nunca (?:comprei|fiz|contratei)|contest\w+|fraude\w*|golpe\w*|prescrev\w+|caduc\w+"
    r"|nenhum[ao] (?:\w+ ){0,4}(?:minh\w+|meu\w*|reconhec\w*)|paguei|quitei|foram pag[ao]s|foi (?:no |na |com |em )?(?:boleto|pix|dinheiro|cartao|pag[ao]))\b"
)


def tells_of_them(said: str) -> bool:
    """Whether something is said of what was listed ("as duas estão erradas"): it is denied or paid, and not chosen."""
    return _DENIES.search(plain(said)) is not None


async def _typed(
    conn: AsyncConnection, conversation: Conversation, said: str, now: datetime, reply_to: str | None = None
) -> Meaning | None:
    """The one of the last offered answers that this text names, if it clearly does; of those of the message that it replies to, where
    it names one. An answer to offers that are over is as old as a tap on them."""
    quoted = await _offered_in(conn, conversation, reply_to)
    rows = (
        await conn.execute(
            text("""select id, position, label, meaning, arguments, single_use, used_at, created_at from choices
                    where conversation_id = :id and (group_id = :quoted or cast(:quoted as text) is null and created_at > :since
                    and group_id = (select group_id from choices where conversation_id = :id order by created_at desc, id limit 1))
                    order by position"""),
            {"id": conversation.id, "since": now - _OFFER_LIVES, "quoted": quoted},
        )
    ).all()
    if not rows:
        return None
    # Where a message lists several debts and offers one button for all of them, "a primeira" is a debt and not the button.
    by_place = not any(len(row.arguments.get("debts", ())) > 1 and not row.arguments.get("all") for row in rows)
    if _BY_MEANS.search(plain(said)) and any(_BY_MEANS.search(plain(row.label)) for row in rows):
        by_place = False  # "pix da 2" names a debt and the means, and is no tap on the second button
    if _PAYS_ONE.search(plain(said)) and not any(_OF_PAYING.search(plain(row.label)) or "debts" in row.arguments for row in rows):
        by_place = False  # "vou pagar a primeira" is the first account, and not the first of three guesses
    if "?" in said or _SO_MANY_IN_FIGURES.search(plain(said)):
        by_place = False  # "pix das 3" are three of them; "e a última?" asks for the last instalment, and takes no button
    picked = which(said, [_shown(row.label, row.arguments) for row in rows], by_place=by_place)
    if picked is None and quoted is not None:
        picked = _all_words_of(said, [row.label for row in rows])
    if picked == ALL and "?" in said and _TOGETHER.search(plain(said)):
        return None  # "dá pra pagar tudo junto?" asks how, and chooses nothing yet
    if picked == ALL and _IS_PAID.search(plain(said)):
        return None  # "tá tudo pago?" asks how it stands, "já paguei tudo" tells it
    if picked == ALL and any(when.readings for when in read_values(said, now.date()).dates):
        return None  # "vou pagar todas dia 5" says when, which no answer does
    if picked == ALL and _another_number(said, sum(1 for row in rows if len(row.arguments.get("debts", ())) == 1)):
        return None  # "as duas juntas" of five are not all of them
    if picked == ALL:
        every = [row for row in rows if row.arguments.get("all")]
        if not every:
            return None
        row = every[0]
    elif picked is None:
        # "Isso mesmo" to what was heard in a voice note: the answer stands among the offered ones in other words.
        heard = [row for row in rows if row.meaning == HEARD_RIGHT]
        answer = yes_or_no(said) if heard else None
        if answer is None or answer.kind != "yes":
            return None
        row = heard[0]
    else:
        row = rows[picked - 1]
    if row.meaning == "escolher_opcao" and (deals(said) or tells_of_them(said)):
        return None  # "parcela a primeira" names a debt and wants more than to see it
    if quoted is not None and (row.created_at <= now - _OFFER_LIVES or (row.single_use and row.used_at is not None)):
        return Meaning(intent="escolha_antiga")
    if quoted is None and row.meaning == "solicitar_pagamento" and await _code_since(conn, conversation.id, row.created_at):
        return None  # another code was sent since: "boleto" is about that one, and not about what lay below an older message
    if row.single_use and row.used_at is not None:
        return None  # only a tap is old: what is written after it was used is a wish of now, whatever it resembles
    return Meaning(intent=row.meaning, choice_id=row.id)


_PAYS_ONE = re.compile(r"\b(?:pag\w+|quit\w+|acert\w+) (?:so |primeiro )?(?:a|o|as|os)\b")
_OF_PAYING = re.compile(r"\b(?:pag\w+|quit\w+|pix|boleto|parcel\w+|vezes|\d+ ?x)\b")
_SO_MANY = re.compile(r"\b(?:as|os) (?:(duas|dois)|(tres)|(quatro))\b|\b(amb[ao]s)\b")
_SO_MANY_IN_FIGURES = re.compile(r"\b(?:as|os|das|dos|nas|nos) [2-9]\b(?! (?:e )?\d)")


def _another_number(said: str, count: int) -> bool:
    """Whether so many are said as are fewer than the `count` that is offered."""
    found = _SO_MANY.search(plain(said))
    return found is not None and (2 if found[1] or found[4] else 3 if found[2] else 4) < count


async def _offered_in(conn: AsyncConnection, conversation: Conversation, reply_to: str | None) -> str | None:
    """The answers that were offered in the message of ours that somebody replies to."""
    if reply_to is None:
        return None
    group: str | None = (
        await conn.execute(
            text("""select k.group_id from outbox o join choices k on k.conversation_id = o.conversation_id
                        and k.id = coalesce(o.message #>> '{options,0,id}', o.message #>> '{cards,0,option,id}')
                    where o.conversation_id = :id and o.provider_id = :reply_to limit 1"""),
            {"id": conversation.id, "reply_to": reply_to},
        )
    ).scalar_one_or_none()
    return group


def _all_words_of(said: str, labels: Sequence[str]) -> int | None:
    """The place of the one label whose words all stand in what was written below it: "quero pagar essa com pix"."""
    spoken = set(plain(said).split())
    named = [place for place, label in enumerate(labels, 1) if set(plain(label).split()) <= spoken]
    return named[0] if len(named) == 1 else None


async def _code_since(conn: AsyncConnection, conversation_id: str, since: datetime) -> bool:
    """Whether a payment code went out after this instant."""
    found = await conn.execute(
        text("select 1 from outbox where conversation_id = :id and weight = 'payment' and queued_at > :since limit 1"),
        {"id": conversation_id, "since": since},
    )
    return found.first() is not None


def _shown(label: str, arguments: Mapping[str, Any]) -> Shown:
    due = arguments.get("due")
    return Shown(
        label,
        str(arguments.get("also", "")),
        arguments.get("amount"),
        date.fromisoformat(due) if due else None,
        str(arguments.get("whose", "")),
    )


async def _nothing_to_read(conn: AsyncConnection, conversation: Conversation, now: datetime) -> Meaning:
    """Asked for words once, and not again for each empty message."""
    again = await _said_lately(conn, conversation, ("utter_answer_mensagem_vazia",), now)
    return Meaning(silent=True) if again else Meaning(intent="mensagem_vazia")


async def _said_lately(conn: AsyncConnection, conversation: Conversation, responses: Sequence[str], now: datetime) -> bool:
    """Whether one of these was said in the last minutes, and nothing was heard of a voice note since."""
    found = await conn.execute(
        text("""select 1 from outbox where conversation_id = :id and response = any(:responses) and queued_at > :since
                and not exists (select 1 from media where conversation_id = :id and received_at > :since
                                and words_sealed is not null) limit 1"""),
        {"id": conversation.id, "responses": list(responses), "since": now - _NOT_AGAIN_FOR},
    )
    return found.first() is not None


async def _no_text(conn: AsyncConnection, conversation: Conversation, events: Sequence[Received], now: datetime) -> Meaning:
    media = [event.media.kind for event in events if event.media]
    captions = "\n".join(
        filter(None, (tidy(event.text or (event.media.caption or "") if event.media else "") for event in events))
    )
    if media and all(kind == "sticker" for kind in media):
        spoken = await conn.execute(
            text("select 1 from outbox where conversation_id = :id and queued_at > :since limit 1"),
            {"id": conversation.id, "since": now - _OFFER_LIVES},
        )
        return Meaning(silent=True) if spoken.first() else Meaning(intent="saudar")
    if media:
        if not captions and set(media) <= _UNHEARD and await _said_lately(conn, conversation, _CANNOT, now):
            return Meaning(silent=True)
        forwarded = any(event.forwarded for event in events)
        given, _ = take_out(captions, now) if captions and not forwarded else (Given(), "")
        return Meaning(intent="enviou_midia", given=given)
    if events[0].kind in ("unsupported", "empty_interactive"):
        return await _nothing_to_read(conn, conversation, now)
    return Meaning(intent="enviou_outra_coisa")
