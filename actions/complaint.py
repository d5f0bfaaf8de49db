"""Anger, insults, complaints and \"vou processar vocês\": calm, a protocol, the ombudsman, a person; never an echo, never a threat back."""

from __future__ import annotations

import re

from actions.complained import debtor_of, hear_complaint
from actions.faq import tell
from actions.proving import forget_form
from actions.repair import not_understood
from actions.scene import Scene, Topic
from actions.trust import answer_fear
from actions.wrong_person import represented
from conversations import audit, effects
from conversations.requests import register
from understanding.plain import plain
from understanding.safety.relations import relation

_HOW_LONG = re.compile(
    r"(?:e |mas |oi |entao |ai )*(?:em |por |daqui a )?(?:quanto tempo|quantos dias|qual (?:e )?o prazo|vai demorar|quando)"
    r"(?: (?:\w+)){0,2}? ?(?:demora\w*|leva\w*|respond\w+|resposta|retorn\w+|fica pronto|muito|pra (?:\w+ ?){1,3})?"
)
_IN_COURT = re.compile(
    r"\b(?:(?:ta|esta|foi|ja) (?:\w+ )?(?:n?a|pra) justica|tenho (?:um )?processo|(?:esta|ta) em processo|intimac\w+|citac\w+|oficial de justica"
    r"|em juizo|penhora\w*|numero do processo|custas|audiencia)\b"
    r"|\b(?:carta|papel|mandado|documento|aviso|notificac\w+|oficio|convocac\w+|correspondencia)\b.{0,20}\b(?:juiz\w*|juiza|forum|justica|vara|tribunal|judicial)\b"
    r"|\b(?:receb\w*|cheg\w+|veio|entregaram|mandaram)\b.{0,30}\b(?:do juiz|da juiza|do forum|da justica|do tribunal|judicial)\b"
    r"|\b(?:o|um|a|uma) (?:juiz|juiza)\b.{0,20}\b(?:mand\w+|cham\w+|intim\w+|decid\w+|marc\w+)\b"
)
_THREATENS = re.compile(
    r"\b(?:vou|vo|irei|vamos|quero|posso) (?:\w+ ){0,3}(?:process\w+|procon|justica|denunci\w+|acion\w+|advogad\w+)\b"
)
_INTEREST = re.compile(r"\bjur(?:o|os|us)\b.{0,25}\babusiv|\babusiv\w* .{0,15}\bjur(?:o|os|us)\b|\bjuros? d[eo] agiota")
_ABOUT_INTEREST = "interest_abusive"
"""The known question whose answer shows fine and interest, and the ways to a dispute and to a discount (CDC arts. 6 V and 51 IV)."""


_CALLS = re.compile(
    r"\b(?:lig\w+|mensag\w+|cham\w+|cobr\w+)\b.{0,30}\b(?:\d+ vezes|no (?:meu )?(?:trabalho|servico)|toda hora|sem parar)\b"
)


class Complain(Topic):
    """\"Que absurdo\", \"vocês são uns ladrões\", \"me ligam todo dia\"."""

    def name(self) -> str:
        return "action_complaint"

    async def act(self, scene: Scene) -> None:
        if scene.turn.text and _HOW_LONG.fullmatch(plain(scene.turn.text)):
            scene.say("utter_how_long")  # asked, and not complained of: nothing is registered that nobody said
            await scene.go_back()
            return
        about_interest = scene.till.talk.knowledge.known.get(_ABOUT_INTEREST)
        if about_interest is not None and _INTEREST.search(plain(scene.turn.text or "")):
            await tell(scene, about_interest)
            return
        await hear_complaint(scene)


_SWINDLERS = re.compile(
    r"\b(?:golp\w+|estelionat\w+|farsa\w*|fraude|pilantra\w*|bandid\w+)\b.{0,40}\b(?:policia\w*|delegacia|bo|b o|denunci\w+)\b"
)
_THREATENS_US = re.compile(r"\b(?:procon|process\w+|advogad\w+|justica|banco central|reclame|anatel|voces|vcs|vou denunciar)\b")
"""The police are for the swindlers that are feared, where nothing else is threatened."""


_A_GUESS = 0.6


class LegalThreat(Topic):
    """\"Vou no Procon\", \"meu advogado vai falar com vocês\": their right, and marked for whoever looks after risks."""

    def name(self) -> str:
        return "action_legal_threat"

    async def act(self, scene: Scene) -> None:
        forget_form(scene)
        said = plain(scene.turn.text or "")
        if _CALLS.search(said) and not _THREATENS.search(said):
            await hear_complaint(scene)
            return
        if relation(said) == "representative":
            await represented(scene)
            return
        if told_of_court(said):
            say_in_court(scene)
            return
        ruled = any(one.get("label") == "ameaca_juridica" and one.get("words") for one in scene.safety)
        if scene.turn.text and not ruled and scene.confidence < _A_GUESS:
            await not_understood(scene)  # nothing is registered on a weak guess: "vou procurar a fatura"
            return
        if _SWINDLERS.search(said) and not _THREATENS_US.search(said):
            await answer_fear(scene)
            scene.say("utter_legal_after_trust")
            return
        if scene.piece and any(name == "utter_trust" for name, _ in await effects.said_in(scene.conn, scene.turn.id)):
            scene.say("utter_legal_after_trust")  # the police are for the swindlers who were feared in the same breath
            return
        kept = await register(
            scene.conn,
            scene.ground,
            scene.conversation,
            "legal_threat",
            scene.turn.id,
            debtor_id=await debtor_of(scene),
            words=scene.turn.text,
        )
        scene.ask("human")
        scene.say(
            "utter_legal_threat" if kept.new else "utter_legal_threat_again",
            protocol=kept.protocol,
            due={"date": kept.due_on.isoformat()},
        )
        if kept.new:
            detail = {"protocol": kept.protocol}
            tenant = scene.conversation.tenant_id
            await audit.record(
                scene.conn, "bot", "legal_risk.flagged", scene.conversation.id, detail, scene.now, tenant_id=tenant
            )


_FROM_COURT = re.compile(
    r"\b(?:recebi|recebemos|chegou|veio|entregaram|deixaram|bateu|apareceu|me mandaram|mandaram)\b.{0,40}\b(?:juiz|juiza|forum|justica|tribunal|judicial|intimac\w+|citac\w+|mandado)\b"
    r"|\b(?:fui|fomos) (?:intimad|citad)[oa]s?\b|\b(?:papel|carta|mandado|documento|oficio|intimac\w+|citac\w+) d[oae] (?:juiz|juiza|forum|justica|vara|tribunal)\b"
)


def tells_of_court(said: str) -> bool:
    """Whether something from a court has come, in whatever else it is said: "veio um papel do fórum aqui em casa"."""
    return _FROM_COURT.search(plain(said)) is not None and _THREATENS.search(plain(said)) is None


def told_of_court(said: str) -> bool:
    """Whether something came from a court, or the matter lies there, and nobody threatens with one."""
    return _IN_COURT.search(plain(said)) is not None and _THREATENS.search(plain(said)) is None


def say_in_court(scene: Scene) -> None:
    """What lies in court is dealt with there; nothing is charged or settled here."""
    scene.ask("human")
    scene.say("utter_in_court")


topics = (Complain, LegalThreat)
