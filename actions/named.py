"""What names debts and was taken for nothing else: \"agora as do colégio\", \"desconto nas da loja\", \"só a da ventania\"."""

from __future__ import annotations

import re

from actions.cash import answer_cash
from actions.debt import tell
from actions.negotiating import known_facts
from actions.pix import choose, deal, pay, which_of_fewer
from actions.priced import priced
from actions.proposed import lone_amount
from actions.scene import Scene
from actions.several import price_of_named
from actions.which_debt import chosen_debts, named_by_words
from conversations.reply import last_response
from receivables.agreements import has_live_agreement
from receivables.store import Debt
from understanding.dealing import deals
from understanding.plain import plain

_UNSURE = frozenset(
    "nlu_fallback fora_de_escopo adiar_resposta nao_entendi escolher_opcao informar_valor afirmar nao_sou_a_pessoa".split()
)
_OPEN = (None, "which", "which_to_pay", "pay", "show")
_MOST_WORDS = 9
_SAYS_MORE = re.compile(
    r"\b(?:sou|engano|errad\w+|conheco|numero|pessoa|falec\w+|morreu|filh\w+|mae|pai|marido|esposa|nao|nunca|nem|paguei|pago dia|pagei|quitei|reconhec\w+|contest\w+|fraude|golpe|depois|amanha|semana|mes que vem|quando|onde|quem|telefone|endereco|loja fisica|ir n?a)\b"
)
_ONLY_NAMED = re.compile(r"(?:(?:e|agora|entao|so) )*(?:as?|os?)(?: contas?| dividas?)? (?:d[aeo]s?|n[ao]s?) \w+(?: \w+)?")
""""E agora as do colégio" names accounts, and no other person."""
_AFTER_AGREEMENT = ("utter_agreement_made", "utter_pix_agreement", "utter_pix_card", "utter_pix_code")


async def debts_named(scene: Scene) -> bool:
    """Go on with the debts that were named: with the deal that is wished of them, or as the list that is open asks. False: none was."""
    said = plain(scene.turn.text or "")
    if scene.intent not in _UNSURE or scene.turn.arguments or not said or len(said.split()) > _MOST_WORDS:
        return False
    if scene.open_question not in _OPEN or _SAYS_MORE.search(said) or await scene.proof() is None:
        return False
    chooses = scene.open_question == "which_to_pay"
    if not chooses and scene.intent in ("afirmar", "nlu_fallback", "escolher_opcao") and await priced(scene):
        return True
    if scene.intent == "afirmar":
        return False
    wishes_a_deal = deals(said)
    sure = any(one.get("certainty") == "sure" for one in scene.safety)
    if scene.intent == "nao_sou_a_pessoa" and sure and not _ONLY_NAMED.fullmatch(said):
        return False
    named = [debt for debt in await named_by_words(scene) or await chosen_debts(scene) or () if debt.status == "open"]
    if named and scene.intent != "escolher_opcao" and await _price_for(scene, named):
        return True
    if "?" in (scene.turn.text or "") and not wishes_a_deal:
        return False
    if named and (wishes_a_deal or await _just_agreed(scene)):
        scene.set_slot("focus", [debt.id for debt in named])
        await deal(scene)
        return True
    if scene.intent in ("escolher_opcao", "informar_valor"):
        return False  # these find their debts by themselves
    if named and scene.open_question == "which_to_pay":
        await pay(scene)
        return True
    if named and scene.open_question == "which":
        await choose(scene)
        return True
    others = {debt.id for debt in named} != set(scene.slots.get("focus") or ())
    if named and (scene.question is None or (scene.open_question == "pay" and others)):
        await tell(scene, named)
        return True
    return not named and scene.open_question in ("which", "which_to_pay") and await which_of_fewer(scene)


_WHICH = re.compile(
    r"(?:(?:e|mas|entao|me diz|me fala) )*(?:quais|qual|que contas?|quantas)(?: (?:contas?|delas|deles|dividas?|faturas?|que|sao|e|eh|as|a|foram|tem))* (?:d[aeo]s?|n[ao]s?) (?:\w+ ?){1,4}"
)
_OF_ONE = re.compile(
    r"\b(?:juros|multa|valor|total|taxa|desconto|data|dia|nome|cnpj|telefone da|numero|site|endereco|banco|mais|menor|maior)\b"
)


async def which_are_theirs(scene: Scene) -> bool:
    """ "Quais são da loja?": those, each with what it comes to. False: not asked, or no account is named by it."""
    said = plain(scene.turn.text or "")
    if scene.form is not None or not _WHICH.fullmatch(said) or _OF_ONE.search(said) or await scene.proof() is None:
        return False
    named = [debt for debt in await named_by_words(scene) if debt.status == "open"]
    if named:
        await tell(scene, named)
    return bool(named)


async def _price_for(scene: Scene, named: list[Debt]) -> bool:
    """\"A da loja por 700?\": a price for what is named."""
    if not re.search(r"\b(?:por|faz\w*|fech\w+|fic\w+)\b", plain(scene.turn.text or "")):
        return False
    if len(named) > 1:
        return await price_of_named(scene, named)
    amount = lone_amount(scene)
    known = await known_facts(scene, named) if amount is not None else None
    if amount is None or known is None:
        return bool(scene.said)
    await answer_cash(scene, known, amount)
    return True


async def _just_agreed(scene: Scene) -> bool:
    """Whether an agreement over other debts is the last thing that was made: what is named now is to be dealt with alike."""
    last = await last_response(scene.conn, scene.conversation.id) or ""
    return scene.question is None and last.startswith(_AFTER_AGREEMENT) and bool(await _agreed(scene))


async def _agreed(scene: Scene) -> bool:
    proof = await scene.proof()
    return proof is not None and await has_live_agreement(scene.conn, proof.debtor_id)
