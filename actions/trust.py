"""\"É golpe?\": thanks for checking, a code to compare on our own page, who is paid, and what is never asked. In any state."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rapidfuzz import fuzz

from actions.answers import particular_answer
from actions.faq import tell
from actions.identity import give_identity
from actions.scene import Scene, Topic
from actions.which_debt import payable
from conversations import identity
from conversations.reply import last_response
from conversations.requests import register
from conversations.said import newest_said
from conversations.speaker_code import LIVES, code_for
from payments.payee import payee_of
from receivables.store import Debt
from understanding.plain import plain

_ALREADY_LOST = re.compile(
    r"\b(?:(?:cai|caimos|fui vitima|sofri|levei|tomei|perdi)\b.{0,40}\b(?:golpe\w*|fraude|dinheiro)"
    r"|(?:ja |acabei de )?(?:paguei|transferi|depositei|fiz (?:um|o) pix|passei (?:meus|os) dados)\b.{0,60}\b(?:golp\w+|falso|fraude|estelionat\w+)"
    r"|golp\w+.{0,40}\b(?:levou|levaram|roubou|roubaram|tirou)\b|\bmed\b)"
)
_REACH = re.compile(
    r"\b(?:site|pagina|cnpj|endereco|telefone|0800)\b.{0,20}\b(?:oficial|de voces|de vcs|da empresa|voces|vcs|qual)\b|\b(?:tem|qual|qual e|qual o) (?:o |um )?(?:site|cnpj|endereco|telefone)\b"
)
_SOMEBODY_ASKED = re.compile(
    r"\b(?:(?:me )?(?:lig(?:ou|aram)|mand(?:ou|aram)|escrev(?:eu|eram)|pedi(?:u|ram)|cobr(?:ou|aram))|pedindo|pediu|pediram|querendo)\b"
    r".{0,60}\b(?:taxa|pix de|pix pra|pix no nome|deposit\w+|adiantad\w+|senha|codigo do sms|selfie|foto d[oe]|dados do cartao|numero do cartao|cvv)\b"
)
_MOST_PAYEES = 3
_OF_A_BOLETO = re.compile(
    r"\bboletos?\b.{0,40}\b(?:segur\w+|fals\w+|fraud\w+|outr[oa] (?:empresa|nome|banco|cnpj)|nome de|confi\w+|verdadeir\w+|certo)\b"
    r"|\b(?:segur\w+|fals\w+|confi\w+|verdadeir\w+)\b.{0,20}\bboletos?\b"
)
_TO_WHOM = re.compile(
    r"\b(?:vai|cai|vao|sai|e|ta indo|fica|manda) (?:\w+ ){0,3}(?:pra|para|em nome de|no nome de|na conta de|pro) (?:quem|que (?:conta|empresa|pessoa)|qual (?:conta|empresa))\b"
    r"|\b(?:pra|para|em nome de|no nome de) (?:quem|que conta|qual conta) (?:e |eh )?(?:que )?(?:vai|cai|sai|esta|ta|eu pago|esse|o|vou)\b|\bquem (?:e que )?(?:recebe|vai receber)\b|\b(?:nome|cnpj|empresa) (?:\w+ ){0,4}?(?:e |eh )?de quem\b|\bde quem (?:e|eh) (?:ess[ea] |o |a )?(?:nome|cnpj|conta que|pix)\b"
    r"|\b(?:pra|para|conta de|nome de|e|eh) (?:uma )?pessoa (?:fisica|juridica)\b"
)
_NAME_SHOWN = re.compile(
    r"\b(?:nome|banco|app|aplicativo|pix|recebedor|favorecido|beneficiario|codigo|la|aqui)\b(?: \w+){0,4}? (?:aparec\w+|mostr\w+|deu|saiu|veio|ta|esta|diz|consta)\b.{0,60}"
    r"(?:\b(?:e|eh|ta|esta) (?:isso|certo|correto|ess[ea]|assim|mesmo|voces?)|\bconfere|\bcerto|\bmesmo|\bnormal|\bpode pagar|\bcorreto)"
    r"|\baparec\w+ (?:o nome |aqui |la |pra mim |d[ae] )*\w+.{0,50}\b(?:e isso|ta certo|confere|certo|e ess[ea] mesmo|pode pagar)\b"
)
""""Apareceu Lojas Tamboril SA, é isso?": the name that the bank shows is asked about, and compared with ours."""
_OF_PAYING = re.compile(r"\b(?:pix|nome|cnpj|boleto|dinheiro|pagamento|pago|pagar|codigo|valor|conta|pessoa)\b")


class ScamFear(Topic):
    """Somebody fears a scam, or has fallen for one."""

    def name(self) -> str:
        return "action_trust"

    async def act(self, scene: Scene) -> None:
        await answer_fear(scene)


async def answer_fear(scene: Scene) -> None:
    """By what anybody can see that it is us; and what is to be done by whoever was robbed in our name."""
    ruled = any(
        one.get("label") == "suspeita_golpe" and one.get("words") and one.get("certainty") == "sure" for one in scene.safety
    )
    if scene.turn.given.documents and not ruled and await scene.proof() is None and "?" not in (scene.turn.text or ""):
        await give_identity(scene)  # "confirmei lá, meu cpf é …": whoever gives it fears no more
        return
    particular = particular_answer(scene)
    if particular:
        scene.say(particular)
    elif _REACH.search(plain(scene.turn.text or "")) and "golpe" not in plain(scene.turn.text or ""):
        await tell(scene, scene.till.talk.knowledge.known["company_who"])
        return
    elif scene.turn.arguments.get("lost") or _ALREADY_LOST.search(plain(scene.turn.text or "")):
        scene.say("utter_trust_victim_boleto" if _BY_BOLETO.search(plain(scene.turn.text or "")) else "utter_trust_victim")
    elif _OF_A_BOLETO.search(plain(scene.turn.text or "")):
        await tell(scene, scene.till.talk.knowledge.known["boleto_safe"])
        return
    elif _SOMEBODY_ASKED.search(plain(scene.turn.text or "")):
        await _report(scene)
    else:
        code = await code_for(scene.conn, scene.conversation, scene.now)
        told = await newest_said(scene.conn, scene.conversation.id, ("utter_trust",), scene.now - LIVES)
        scene.say(
            "utter_trust" if told is None else "utter_trust_again",
            code=code.spaced,
            minutes=int(LIVES.total_seconds() // 60),
        )
        if told is None:
            await _say_payees(scene)
    if scene.turn.given.documents and await scene.proof() is None:
        # Who gave their data beside the doubt is not asked for them again; nothing is told yet.
        await identity.consider(scene.conn, scene.ground, scene.conversation, scene.turn.given, scene.turn.id)
    await scene.go_back()


_BY_BOLETO = re.compile(r"\bboletos?\b(?!.*\bpix\b)")
_FACTS = re.compile(
    r"\b(?:foi|veio|vinha|tinha|era|chegou|mandaram|recebi|paguei|dizia|falava|estava|tava|usaram|ligaram|pediram|e ?mail|logo|boleto|pix|banco|ontem|hoje|reais|numero|site|link|whats\w*)\b"
)
_WISHES = re.compile(
    r"\b(?:quero|queria|manda\w*|gera\w*|me ve|preciso d[eo]|envia\w*|pagar|parcel\w+|atendente|pessoa|humano|cpf)\b|\b(?:quanto|qual) (?:e|eh|eu|devo|da|fica)\b"
)
_DEBT_GOES_ON = re.compile(
    r"\b(?:minha |a )?(?:divida|conta|fatura)\b.{0,25}\b(?:continua|segue|fica|ainda|acab\w+|quitad\w+|some)\b|\b(?:continuo|ainda) (?:devendo|devo)\b|\bpagar de novo\b"
)


async def victim_tells(scene: Scene) -> bool:
    """What somebody who was robbed in our name tells next is kept, and is no wish for a code. False: that was not just told, or it is
    another matter."""
    said = plain(scene.turn.text or "")
    last = await last_response(scene.conn, scene.conversation.id) or ""
    if not last.startswith("utter_trust_victim") or scene.form is not None or not scene.turn.given.empty:
        return False
    if _DEBT_GOES_ON.search(said):
        scene.say("utter_trust_victim_debt")
        return True
    if _ANOTHER_NAME.search(said):
        return False  # another boleto, which is not paid yet
    if scene.intent in _HEAVIER or _WISHES.search(said) or not _FACTS.search(said) or "?" in (scene.turn.text or ""):
        return False
    proof = await scene.proof()
    kept = await register(
        scene.conn,
        scene.ground,
        scene.conversation,
        "complaint",
        scene.turn.id,
        debtor_id=proof.debtor_id if proof else None,
        words=scene.turn.text,
    )
    scene.say("utter_trust_victim_kept", protocol=kept.protocol, due={"date": kept.due_on.isoformat()})
    return True


_ANOTHER_NAME = re.compile(r"\b(?:no|em|com o) nome de (?:outr\w+|uma) \w+|\boutr[ao] (?:empresa|nome|cnpj)\b")
_HEAVIER = frozenset("vulnerabilidade parar_mensagens falar_com_humano ameaca_juridica agradecer despedir".split())


async def _report(scene: Scene) -> None:
    """Somebody has asked for money or secrets in our name, or it is feared so: kept, because others will be asked too."""
    proof = await scene.proof()
    kept = await register(
        scene.conn,
        scene.ground,
        scene.conversation,
        "complaint",
        scene.turn.id,
        debtor_id=proof.debtor_id if proof else None,
        words=scene.turn.text,
    )
    scene.say("utter_trust_reported", protocol=kept.protocol, due={"date": kept.due_on.isoformat()})


_AS_A_RIVAL = re.compile(r"\b(?:serasa|spc|negativ\w+|lista)\b")
_WHAT_FOR = re.compile(
    r"\b(?:codigo|numero|numerozinho)\b.{0,30}\b(?:serve|(?:pra|para) (?:que|q)|e o que|eh o que|o que (?:e|eh|faz)|faco o que|uso (?:pra|como|onde)|ponho onde|coloco onde|digito onde)\b"
    r"|\b(?:pra|para) que (?:serve|e|eh) (?:\w+ )?(?:codigo|numero)\b|\b(?:o que|oq) (?:eu )?(?:faco|fazer) com (?:\w+ )?(?:codigo|numero)\b|\bonde (?:\w+ ){0,2}(?:digit|ponh|coloc|us)\w+ (?:\w+ )?(?:codigo|numero)\b"
)


async def what_the_code_is_for(scene: Scene) -> bool:
    """ "E esse código serve pra quê?", right below the six digits that prove who writes: these, and no code that is paid. False: it is
    another code, or not asked."""
    if not _WHAT_FOR.search(plain(scene.turn.text or "")):
        return False
    last = await last_response(scene.conn, scene.conversation.id) or ""
    if last not in ("utter_trust", "utter_trust_again", "utter_trust_code_is_for"):
        return False
    code = await code_for(scene.conn, scene.conversation, scene.now)
    scene.say("utter_trust_code_is_for", code=code.spaced, minutes=int(LIVES.total_seconds() // 60))
    return True


async def tell_payee(scene: Scene) -> bool:
    """ "Esse Pix vai pra quem?": the companies that are paid, and no lesson on swindlers. False: not asked, or it is not known by whom."""
    said = plain(scene.turn.text or "")
    if await _name_compared(scene, said):
        return True
    if scene.form is not None or not (_TO_WHOM.search(said) or _NAME_SHOWN.search(said)):
        return False
    if "golpe" in said or _AS_A_RIVAL.search(said) or await scene.proof() is None:
        return False
    if (await last_response(scene.conn, scene.conversation.id) or "").startswith(
        ("utter_paper_", "utter_papers_")
    ) or not _OF_PAYING.search(said):
        return False
    _, debts = await payable(scene)
    focus = scene.slots.get("focus") or ()
    rows = payees(scene, [debt for debt in debts if debt.id in focus] or debts)
    if not rows:
        return False
    scene.say("utter_trust_payees", payees=rows[:_MOST_PAYEES])
    await scene.go_back()
    return True


_ANOTHER_NAME_SHOWN = re.compile(
    r"\b(?:nome|cnpj|recebedor|beneficiario|empresa|favorecido)\b(?: \w+){0,3}? (?:(?:e|eh|ta|esta|veio|aparece|saiu|deu) )?(?:diferente|outr[oa]|estranho|nao (?:e|eh|bate|confere|aparece)|trocado)\b"
    r"|\b(?:aparece|veio|saiu|deu|mostra)\b(?: \w+){0,2}? (?:outro|um outro|nome diferente)(?: nome)?\b"
)
_AROUND_A_NAME = re.compile(
    r"\b(?:e|eh|ta|esta|aparece|apareceu|aqui|no|banco|nome|d[ao]|a|o|pra|para|ltda|sa|s a|me|eireli|isso|mesmo|certo|confere|essa|esse|que)\b"
)
_LIKE = 88


async def _name_compared(scene: Scene, said: str) -> bool:
    """ "LOJAS TAMBORIL SA?", "o nome tá diferente do da loja", right below a code: the name that the bank has to show. False: not that."""
    last = await last_response(scene.conn, scene.conversation.id) or ""
    if scene.form is not None or not last.startswith(_CODE_SHOWN) or "golpe" in said or await scene.proof() is None:
        return False
    _, debts = await payable(scene)
    focus = scene.slots.get("focus") or ()
    rows = payees(scene, [debt for debt in debts if debt.id in focus] or debts)
    own = _AROUND_A_NAME.sub(" ", said).split()
    named = bool(own) and any(
        fuzz.token_sort_ratio(" ".join(own), " ".join(_AROUND_A_NAME.sub(" ", plain(row["payee"])).split())) >= _LIKE
        for row in rows
    )
    if not rows or not (named or _ANOTHER_NAME_SHOWN.search(said)):
        return False
    scene.say("utter_trust_name_is" if named else "utter_trust_name_other", payees=rows[:_MOST_PAYEES])
    return True


_CODE_SHOWN = ("utter_pix_", "utter_boleto_", "utter_trust_name_", "utter_trust_payees")


async def _say_payees(scene: Scene) -> None:
    """To whom their own payments go: only to whom it concerns."""
    if await scene.proof() is None:
        return
    rows = payees(scene, (await payable(scene))[1])
    if rows:
        scene.say("utter_trust_payees", payees=rows[:_MOST_PAYEES])


def payees(scene: Scene, debts: Sequence[Debt]) -> list[dict[str, str]]:
    """Whoever a bank will show as the payee of these debts, each once."""
    found = {}
    for debt in debts:
        payee = payee_of(scene.till, debt.creditor_cnpj, debt.portfolio)
        found[payee.document] = {"payee": payee.name, "document": cnpj_in_words(payee.document)}
    return list(found.values())


def cnpj_in_words(cnpj: str) -> str:
    """A CNPJ as it is written: 12.345.678/0001-95."""
    return f"{cnpj[:2]}.{cnpj[2:5]}.{cnpj[5:8]}/{cnpj[8:12]}-{cnpj[12:]}"


topics = (ScamFear,)
