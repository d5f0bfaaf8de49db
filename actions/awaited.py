"""\"Quando me respondem?\": what of this person waits for an answer, by when it comes; or that nothing was taken to anybody yet."""

from __future__ import annotations

import re
from datetime import date, datetime

from actions.particulars import tell_particular
from actions.proposal import tell_waiting, waiting_proposal
from actions.scene import Scene
from conversations.handover import place_in_queue
from conversations.reply import last_response
from conversations.requests import NAMED_KINDS, open_requests_of
from receivables.claims import claims_of
from receivables.disputing import disputes_of
from receivables.proposals import waiting_proposals
from understanding.plain import plain

_ASKED = re.compile(
    r"\b(?:quando|que dia|que horas|em quanto tempo|quanto tempo|ate quando|quantos dias)\b(?! (?:eu |nos )?(?:respond|decid|receb))(?: \w+){0,5}? "
    r"(?:respond\w+|resposta|retorn\w+|decid\w+|aprov\w+|analis\w+|confirm(?:am|a|em)\b|confer(?:em|e)\b|verific(?:am|a)\b|(?:me )?(?:falam|dizem|avisam|dao|da) (?:\w+ ){0,2}?(?:resposta|retorno|se|algo))\b"
    r"|\b(?:resposta|retorno|decisao|analise)\b(?: \w+){0,3}? (?:demora\w*|quando|sai|vem|chega|leva|que dia)\b|\bdemora\w* (?:\w+ ){0,3}(?:respond\w+|resposta|retorn\w+)\b"
    r"|\bcade\b(?: \w+){0,3} (?:resposta|retorno|propost\w+|contestac\w+)\b|\b(?:resposta|retorno|propost\w+)\b.{0,25}\bcade\b|\b(?:esper\w+|aguard\w+) (?:\w+ ){0,2}(?:resposta|retorno)\b"
    r"|\bquanto (?:\w+ ){0,2}levam? (?:pra|para|ate) (?:me )?(?:respond\w+|resposta|retorn\w+|decid\w+|analis\w+)"
    r"|^(?:e |mas )?(?:a |aquela |minha )*propost\w+(?: (?:que|dos?|de) .{1,20})? (?:como (?:ta|esta|ficou|anda)|deu em que|deu em nada)"
)
_SHORTLY = re.compile(
    r"(?:(?:e|mas|ta|ok|certo|entao|beleza|bom|oi|moc[ao]) )*(?:(?:e )?(?:agora|dai|ai)(?: (?:eu|fico|so|e|tenho|que|preciso|como|fica|ficam|esper\w+|aguard\w+))*"
    r"|(?:eu )?(?:so |fico |tenho que |preciso |devo |vou )+(?:esper\w+|aguard\w+)(?: \w+){0,2}|(?:o que|oq|que) (?:que )?(?:acontece|vai acontecer)(?: \w+){0,2}"
    r"|(?:em )?quanto tempo(?: (?:demora|leva|isso|dura|e|vai|levar|demorar|mais|ate|pra|para))*|(?:isso )?(?:demora|leva) (?:muito|quanto|quantos dias)(?: tempo)?|quantos dias|quando|quando (?:voces |vcs |vc |eles |e que |que )*(?:me )?(?:respondem|responde|retornam|retorna|dao (?:a |uma )?resposta|da resposta|avisam|falam)(?: (?:mais ou menos|isso|sobre isso|mesmo))*"
    r"|(?:voces |vcs |vc |da pra |tem como )?(?:podem|pode|conseguem|consegue)?(?: \w+)? ?(?:ver|conferir|verificar|olhar|checar|analisar)(?: (?:ai|isso|pra mim|por favor|pfv|direitinho|logo))+"
    r"|(?:eu )?(?:quero|queria|preciso|espero) (?:que |q )?(?:voces |vcs )?resolv\w+(?: (?:isso|isto|logo|primeiro|antes|ai|rapido))*)"
)
"""Asked in few words right below what was registered: "e agora fico esperando?", "quanto tempo?"."""
_WAITS = re.compile(
    r"(?:(?:ok|ta|bom|bem|tudo|beleza|blz|eu|melhor|certo|fico|ficarei|no|entao|vou|to|estou) )*(?:aguard\w+|esper(?:o|ando|ar))(?: (?:a |o |sua |seu )?(?:resposta|retorno|contato|entao|obrigad[oa]))*"
)
""""Aguardo", of who may think that a proposal was taken to somebody."""
_BELOW = {
    "utter_paid_": "claim",
    "utter_dispute_": "dispute",
    "utter_proposal_taken": "proposal",
    "utter_complaint": "complaint",
    "utter_contract_": "contract",
    "utter_stays_registered": "",
}
_OF_A_PLAN = ("plans", "accept_offer", "discount", "proposal", "capacity")
_THEY_TAKE = re.compile(r"\blevam? (?:\w+ ){0,4}?(?:respond\w+|resposta|retorn\w+|decid\w+|analis\w+)")
_OF = {
    "proposal": re.compile(r"\b(?:propost\w+|oferta|contraproposta|o que (?:eu )?ofereci)\b"),
    "dispute": re.compile(r"\bcontest\w+\b"),
    "claim": re.compile(r"\b(?:pagamento|comprovante|conferencia)\b"),
    "complaint": re.compile(r"\b(?:reclamac\w+|queixa|ouvidoria)\b"),
}
_NEVER = frozenset("vulnerabilidade parar_mensagens nao_sou_a_pessoa colou_codigo informar_ja_paguei".split())


async def answer_awaited(scene: Scene) -> bool:
    """Tell when the answer comes to what was asked last, or to what is named. False: that is not asked, or it is not known who asks."""
    said = plain(scene.turn.text or "")
    taken_for_a_stop = scene.intent == "parar_mensagens" and _THEY_TAKE.search(said) is not None
    below = await _what_was_registered(scene) if _SHORTLY.fullmatch(said) else None
    if _WAITS.fullmatch(said) and scene.open_question in _OF_A_PLAN and await scene.proof() is not None:
        taken = await waiting_proposal(scene)
        if taken is not None:
            await tell_waiting(scene, taken)  # "ta bom, vou esperar então", and no yes to what stands beside it
            return True
    if scene.open_question == "propose" and _WAITS.fullmatch(said) and await scene.proof() is not None:
        return await _nothing_waits(scene, "proposal")
    if (
        (below is None and not _ASKED.search(said))
        or (scene.intent in _NEVER and not taken_for_a_stop)
        or scene.form is not None
        or scene.turn.arguments
    ):
        return False
    proof = await scene.proof()
    if proof is None:
        return False
    waiting: list[tuple[datetime, str, str, date | None]] = [
        (one.made_at, "proposal", one.protocol, None) for one in await waiting_proposals(scene.conn, debtor_id=proof.debtor_id)
    ]
    waiting += [
        (one.opened_at, "dispute", one.protocol, one.answer_by)
        for one in await disputes_of(scene.conn, proof.debtor_id)
        if one.status == "open"
    ]
    waiting += [
        (one.said_at, "claim", one.protocol, one.review_until)
        for one in await claims_of(scene.conn, proof.debtor_id)
        if one.status == "open"
    ]
    waiting += [
        (one.asked_at, one.kind if one.kind in NAMED_KINDS else "request", one.protocol, one.due_on)
        for one in await open_requests_of(scene.conn, proof.debtor_id, scene.conversation.id)
    ]
    meant = below or next((what for what, pattern in _OF.items() if pattern.search(said)), None)
    if meant is None and scene.question is not None and scene.question.name in ("propose", "proposal", "discount"):
        meant = "proposal"  # what is talked about, and was perhaps taken to nobody
    if meant is not None:
        waiting = [one for one in waiting if one[1] == meant]
    if not waiting:
        return below is None and await _nothing_waits(scene, meant)
    _, what, protocol, until = max(waiting, key=lambda one: one[0])
    if below is None and what in ("dispute", "claim") and await tell_particular(scene):
        return True  # all that is under way, in a list
    if until is None:
        scene.say("utter_awaited_proposal", protocol=protocol)
    else:
        scene.say("utter_awaited", what={"phrase": f"kind:{what}"}, protocol=protocol, until={"date": until.isoformat()})
    await scene.go_back()
    return True


async def _what_was_registered(scene: Scene) -> str | None:
    """What the last message told to be registered: a payment that is looked into, a dispute, a proposal, a complaint."""
    last = await last_response(scene.conn, scene.conversation.id) or ""
    return next((what for begins, what in _BELOW.items() if last.startswith(begins)), None)


async def _nothing_waits(scene: Scene, meant: str | None) -> bool:
    """Nobody has it, so nobody answers: said, with the way to change that."""
    if meant == "proposal" or scene.open_question in ("plans", "accept_offer", "propose_apart"):
        kept = scene.question.arguments if scene.question else {}
        arguments = {name: kept[name] for name in ("debts", "wanted") if kept.get(name)}
        scene.say("utter_awaited_not_taken" if kept.get("wanted") else "utter_awaited_no_proposal", arguments=arguments)
        return True
    if await place_in_queue(scene.conn, scene.conversation.id) is not None:
        return False  # when the team answers is told by who looks after the queue
    scene.say("utter_awaited_nothing")
    return True
