"""Identity: asked by a Rasa form, judged in the store. Rasa learns only whether it holds, never a document."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

from actions.by_debt import SERVED, serve_by_debt
from actions.debt import show_debts
from actions.faq import tell
from actions.going_on import wishes
from actions.hardship import hardship_told
from actions.heard import is_question
from actions.in_general import told_in_general
from actions.many_days import in_many_days
from actions.number_back import tell_number_back
from actions.preferences import hours_wished, prefer_contact
from actions.proving import ask_next, forget_form, proven, say_locked
from actions.resuming import RESUME, brought_here
from actions.scene import Scene, Topic
from conversations import effects, identity
from conversations.turn import PASSED_ON, text_of
from understanding.plain import plain
from understanding.values import read_values


class AskIdentity(Topic):
    """What the form asks: everything at first, later only what is missing, and in few words when it was asked before."""

    may_turn_aside = False
    understood = False

    def name(self) -> str:
        return "action_ask_identity_proven"

    async def act(self, scene: Scene) -> None:
        if int(scene.slots.get("misses") or 0) >= OFFER_HUMAN_AFTER:
            said = await effects.said_in(scene.conn, scene.turn.id)
            if any(response.startswith(("utter_offer_human", "utter_one_word", "utter_about_this")) for response, _ in said):
                return  # a human was just offered; a second question beside it would only confuse
        if scene.piece and await effects.ran(scene.conn, scene.turn.id, self.name()):
            return  # another wish of the same message has asked
        if (
            scene.turn.given.empty
            and scene.intent == "informar_cpf"
            and any(kind.endswith(PASSED_ON) for kind in scene.turn.kinds)
        ):
            scene.say("utter_identity_passed_on")
        asked = scene.slots.get("identity_next") or "start"
        before = scene.slots.get("identity_asked") or []
        scene.set_slot("identity_asked", [*before, asked])
        times = before.count(asked)
        scene.say(f"utter_ask_identity_{asked}{'' if times == 0 else '_again' if times % 2 else '_once_more'}")


class ValidateIdentity(Topic):
    """What an answer to the form was worth. An answer without anything to prove by is left to the other rules."""

    may_turn_aside = False
    understood = False

    def name(self) -> str:
        return "validate_identity_form"

    async def act(self, scene: Scene) -> None:
        if await scene.proof() is not None:
            scene.set_slot("identity_proven", True)
            return
        _read_bare_birthday(scene)
        given = scene.turn.given
        if given.documents and scene.intent in _LEAVES:
            # Its own topic answers it and ends the asking; the documents that stand beside it count all the same.
            await identity.consider(scene.conn, scene.ground, scene.conversation, given, scene.turn.id)
            return
        # A message that started the form was judged by the action that started it: once is enough.
        if not await _is_an_answer(scene) or await effects.another_ran(scene.conn, scene.turn.id, self.name()):
            if scene.intent in ("informar_data", "informar_valor") and _asks_birth_date(scene):
                scene.say("utter_identity_unclear_date")
            said = plain(scene.turn.text or "")
            about_papers = None
            if await effects.another_ran(scene.conn, scene.turn.id, self.name()):
                pass  # the action that started the form has answered it
            elif (scene.slots.get("identity_next") == "need_contract" and "contrato" in said) or lacks_contract(said):
                about_papers = "utter_identity_no_contract"
            elif asks_whether_cpf_serves(said):
                about_papers = "utter_identity_company"
            elif asks_for_a_part(said):
                about_papers = "utter_identity_whole"
            if about_papers is not None:
                scene.say(about_papers)
            wanted_number = scene.intent in ("informar_data", "informar_valor")
            if about_papers is not None or (
                scene.intent in _ANSWERED_BY_ASKING_ON and (not wanted_number or _asks_birth_date(scene))
            ):
                scene.set_slot("identity_proven", None)  # without an event for its slot the form leaves the message to the rules
            return
        _note_wish(scene)
        await _answer_beside(scene)
        outcome = await identity.consider(scene.conn, scene.ground, scene.conversation, given, scene.turn.id)
        if outcome.verdict == "proven":
            scene.set_slot("identity_proven", True)
        elif outcome.verdict == "locked":
            scene.set_slot("identity_proven", False)
        else:
            if outcome.verdict == "wrong":
                scene.say("utter_identity_wrong", left=outcome.left)
            ask_next(scene, outcome)
            scene.set_slot("identity_proven", None)


def _read_bare_birthday(scene: Scene) -> None:
    """ "100462", where nothing but a birthday is asked for."""
    written = (scene.turn.text or "", *scene.turn.given.contracts)
    found = next(filter(None, (_SIX_DIGITS.fullmatch(plain(one)) for one in written)), None)
    if found is None or not _asks_birth_date(scene) or scene.turn.given.dates:
        return
    day, month, year = (int(part) for part in found.groups())
    try:
        birthday = date(year + (2000 if 2000 + year < scene.today.year - 15 else 1900), month, day)
    except ValueError:
        return
    scene.turn = replace(scene.turn, given=replace(scene.turn.given, dates=(birthday,)))


_SIX_DIGITS = re.compile(r"(?:(?:nasci|e|eh|em|dia|no) )*(\d\d)(\d\d)(\d\d)")


async def _answer_beside(scene: Scene) -> None:
    """What stands beside the documents and needs no proof is answered first: hours, a question."""
    words = scene.turn.text or ""
    if scene.intent == "preferencia_contato" or (scene.intent not in wishes() and hours_wished(words)):
        await prefer_contact(scene)
    elif scene.intent in _MAY_ASK and is_question(scene):
        sure = scene.till.talk.knowledge.asked(words).sure
        if sure is not None:
            await tell(scene, sure)
        elif scene.intent != "informar_cpf":
            scene.say(f"utter_answer_{scene.intent}")


_LEAVES = frozenset("vulnerabilidade parar_mensagens".split())
_MAY_ASK = frozenset("informar_cpf quem_e_voce negativacao consequencias".split())


_PART_OF_CPF = re.compile(
    r"\b(?:so|apenas|somente|basta|serve|pode ser)\b.{0,25}\b(?:ultim\w+|final|primeir\w+|digitos?|pedaco|parte|metade|comeco)\b.{0,20}\bcpf\b"
    r"|\b(?:so|apenas|somente) (?:com )?(?:o|os) (?:\w+ )?(?:final|fim|ultim\w+|primeir\w+)(?: \w+)? \d{2,5}\b"
    r"|\bcpf\b.{0,15}\b(?:pela metade|incompleto|so (?:o|os) (?:final|ultim\w+))\b"
)


def asks_for_a_part(said: str) -> bool:
    """Whether somebody would rather tell a part of the document: "só os três últimos números?"."""
    return _PART_OF_CPF.search(said) is not None


_NO_CONTRACT = re.compile(
    r"\b(?:nao|num|n|nem) (?:\w+ ){0,2}?(?:tenho|sei|acho|achei|lembro|encontr\w+|estou com|to com|vejo|guardei) (?:\w+ ){0,5}contrato\b"
    r"|\b(?:onde|qual|que) (?:\w+ ){0,4}numero d[oe] contrato\b|\bsem o (?:numero do )?contrato\b"
)
_CPF_SERVES = re.compile(
    r"\b(?:serve|vale|basta|aceita\w*|da (?:certo )?(?:com|pelo)|pode ser|posso (?:usar|mandar|passar|dar|por))\b.{0,12}\b(?:o |com |pelo )?(?:meu |minha )?(?:cpf|rg|cnh)\b"
)


def lacks_contract(said: str) -> bool:
    """Whether somebody does not have the number of the contract at hand: nothing is denied by it."""
    return _NO_CONTRACT.search(said) is not None


def asks_whether_cpf_serves(said: str) -> bool:
    """ "Serve meu CPF?", asked in the name of a company or of nobody yet; a part of it is another question."""
    return _CPF_SERVES.search(said) is not None and not asks_for_a_part(said)


def _asks_birth_date(scene: Scene) -> bool:
    return scene.slots.get("identity_next") == "need_birth_date"


_ANSWERED_BY_ASKING_ON = frozenset({"informar_cpf", "informar_data", "informar_valor", "afirmar", "repetir"})
OFFER_HUMAN_AFTER = 3
"""So many misunderstandings in a row, and a human is offered."""


async def _is_an_answer(scene: Scene) -> bool:
    """Stray numbers (\"em 2019 paguei\") are no answer unless a contract is what is being asked."""
    given = scene.turn.given
    if given.documents or given.bad_documents or given.dates:
        return True
    return bool(given.contracts) and (scene.intent == "informar_cpf" or scene.slots.get("identity_next") == "need_contract")


class GiveIdentity(Topic):
    """Somebody proves who they are without having been asked."""

    def name(self) -> str:
        return "action_give_identity"

    async def act(self, scene: Scene) -> None:
        await give_identity(scene)


async def give_identity(scene: Scene) -> None:
    """Judge what was given; once it is known who writes, do what was wanted."""
    if await proven(scene, scene.slots.get("wanted") or "consultar_divida"):
        await resume(scene)


class Resume(Topic):
    """The form has ended: go on with what the person wanted, or say that it is locked."""

    may_turn_aside = False

    def name(self) -> str:
        return "action_resume"

    async def act(self, scene: Scene) -> None:
        scene.set_slot("identity_proven", None)
        forget_form(scene)
        if await scene.proof() is None:
            locked = await identity.lock_of(scene.conn, scene.conversation.id, scene.now)
            if locked is not None:
                say_locked(scene, identity.Outcome("locked", until=locked))
            else:
                scene.say("utter_identity_needed")
            return
        await resume(scene)


async def resume(scene: Scene) -> None:
    """Do what was wanted, now that it is known who wants it."""
    wanted = scene.slots.get("wanted")
    scene.set_slot("wanted", None)
    await scene.go_back_to_wish()
    if wanted == "contestar_divida" and _only_wonders(
        plain(await text_of(scene.conn, scene.wish_turn) or "" if scene.wish_turn else "")
    ):
        wanted = "consultar_divida"
    scene.intent = wanted or "consultar_divida"
    scene.say("utter_identity_proven")
    await tell_number_back(scene)
    if wanted in (None, "consultar_divida") and not scene.words and await brought_here(scene):
        wanted = RESUME
        scene.say("utter_resume_here")
    more = scene.slots.get("wanted_more") or ()
    if scene.wish_turn is not None and await _on_days_of_ones_own(scene):
        more = ()
    elif scene.wish_turn is not None and await serve_by_debt(scene, await text_of(scene.conn, scene.wish_turn) or ""):
        more = [one for one in more if one["intent"] not in SERVED]
    elif not (
        wanted in (None, "consultar_divida")
        and not _SAYS_ANYTHING.search(_WHO_I_AM.sub(" ", plain(scene.words)))
        and await hardship_told(scene)
    ):
        await wishes().get(wanted or "", show_debts)(scene)
    scene.set_slot("wanted_more", None)
    for one in more:
        if one["intent"] in wishes():
            scene.intent, scene.wish_words, scene.wish_arguments = one["intent"], one["words"], {}
            await wishes()[one["intent"]](scene)
    if wanted not in _OF_CONTACT and scene.wish_turn is not None:
        ask_new_contact(scene, await text_of(scene.conn, scene.wish_turn) or "")


async def _on_days_of_ones_own(scene: Scene) -> bool:
    """ "200 hoje, 200 dia 5 e 200 dia 20" was one wish, though each part of it was noted as one. False: it says nothing such."""
    kept = scene.wish_words
    scene.wish_words = await text_of(scene.conn, scene.wish_turn) if scene.wish_turn else None
    if await in_many_days(scene):
        return True
    scene.wish_words = kept
    return False


def ask_new_contact(scene: Scene, words: str) -> None:
    """\"Parcelar em 5 e trocar meu e-mail\": the other wish is answered first; the new e-mail or number is asked for beside it."""
    found = _CHANGES_CONTACT.search(plain(words))
    if found is None or any(name.startswith(("utter_data_", "utter_preference_", "utter_contact_")) for name, _ in scene.said):
        return
    emails = read_values(words, scene.today).emails
    if not emails:
        scene.say("utter_contact_new_email" if "mail" in found[0] else "utter_contact_new")


_OF_CONTACT = frozenset("corrigir_dados direitos_lgpd preferencia_contato corrigir_informacao".split())
_CHANGES_CONTACT = re.compile(
    r"\b(?:troc\w+|mud\w+|atualiz\w+|corrig\w+|alter\w+) (?:de |o |os |meu |minha |meus )*(?:e ?mail|telefone|celular|numero de telefone|endereco)\b|\be (?:o |meu |o meu )e ?mail$"
)
_WHO_I_AM = re.compile(
    r"\b(?:meu nome (?:e|eh)|me chamo|aqui (?:e|eh)|quem fala (?:e|eh)|eu sou|sou|pode ser|segue|seguem|aqui vai|aqui esta|ta ai|(?:e|eh) isso)\b(?: (?:o|a)\b)?(?: (?!cpf|nasc|doc)[a-z]+){0,3}"
    r"|\b(?:oi|ola|bom dia|boa tarde|boa noite|ok|sim|claro|ta bom|beleza|certo|obrigad[oa]|por favor|documento|doc|dia|nascid[oa]|anos)\b"
)
"""Names and courtesies beside the documents."""
_SAYS_ANYTHING = re.compile(r"\b(?!cpf\b|nascimento\b|nasci\b|data\b|meu\b|minha\b)[a-z]{3,}\b")
"""Words beside what proves somebody."""


def _only_wonders(said: str) -> bool:
    """ "De quem é? não lembro de dever": to be told what it is comes first, and who then denies it is heard."""
    return _WONDERS.search(said) is not None and not _DENIES.search(said)


_WONDERS = re.compile(
    r"\b(?:de quem|de que|do que|de qual \w+|que (?:conta|divida|compra)|qual (?:conta|divida|loja|empresa)) (?:e|eh|se trata|sao)\b"
    r"|\bnao (?:lembro|recordo|sei (?:do que|que|qual|de que))\b"
)
_DENIES = re.compile(
    r"\b(?:nao (?:e|eh) (?:minha|meu|comigo)|nao (?:devo|fiz|comprei|reconheco|conheco|fui|assinei|contratei)|fraude|golpe|clonar\w*|contest\w+|nunca)\b"
)


class NoteWish(Topic):
    """A wish named while identity is being asked: it is what will be done afterwards."""

    def name(self) -> str:
        return "action_note_wish"

    async def act(self, scene: Scene) -> None:
        _note_wish(scene)
        if not scene.piece and not await told_in_general(scene):
            scene.say("utter_identity_first")


def _note_wish(scene: Scene) -> None:
    if scene.intent in wishes():
        assert scene.intent is not None
        scene.want(scene.intent)


class DeclineIdentity(Topic):
    """Somebody does not want to give their data: nobody is pressed, and there are other ways."""

    def name(self) -> str:
        return "action_decline_identity"

    async def act(self, scene: Scene) -> None:
        forget_form(scene)
        scene.set_slot("wanted", None)
        scene.ask("human")
        scene.say("utter_identity_declined")


class LeaveForm(Topic):
    """\"Tchau\" or \"depois eu vejo\" while identity is asked: the question is dropped, what was given waits a while."""

    def name(self) -> str:
        return "action_leave_form"

    async def act(self, scene: Scene) -> None:
        forget_form(scene)
        scene.say(f"utter_answer_{scene.intent}")


topics = (AskIdentity, ValidateIdentity, GiveIdentity, Resume, NoteWish, DeclineIdentity, LeaveForm)
