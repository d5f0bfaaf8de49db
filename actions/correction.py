"""\"Na verdade…\": what is being talked about is corrected by its own topic; a person's own data by the team, with a protocol."""

from __future__ import annotations

import re

from actions.answering import answer_open
from actions.debt import named_by_words, tell
from actions.heard import day_of
from actions.pix import pay
from actions.promise import promise
from actions.proving import proven
from actions.receipt_sent import paid_and_sent
from actions.rights import CORRECTION, correct_personal
from actions.scene import Scene, Topic
from conversations.reply import last_response
from understanding.by_account import parts
from understanding.kinds import called_accounts
from understanding.plain import plain

_PERSONAL = re.compile(
    r"\b(?:telefone|celular|numero (?:de|do) (?:telefone|celular)|numero novo|zap|whats\w*|chip|nome|sobrenome|enderec\w+|rua|cep|cidade|bairro"
    r"|e ?-?mail|nascimento|nasci|cadastro|dados|estado civil|casei|divorciei|separei)\b"
)
_MEANS = re.compile(
    r"(?:\w+ ){0,6}?(?:pix|b[ou]l+[eao]?[tl]\w*)(?: (?:e|por favor|pfv|mesmo|entao|nao|pix|em vez|no lugar|d[oe]|sim|melhor))*"
)
"""Hardly more than the name of a means of payment."""
_ANOTHER_MATTER = re.compile(r"\b(?:valor|errad\w+|nome|data|vencimento|dia|cancel\w+|paguei|pago)\b")
_PROVES = re.compile(r"\b(?:cpf|cnpj|documento|nascimento|nasci|data de nasc\w*|contrato)\b")


_SORRY = re.compile(
    r"\b(?:desculp\w+|perdao|perdoa\w*)\b.{0,25}\b(?:exalt\w+|grosser\w+|nervos\w+|estress\w+|xing\w+|falei assim|gritei)\b"
)


_BESIDE_A_DAY = (None, "pay", "which", "which_to_pay", "show", "promise_made")
"""What is open where a day that is corrected can only be the day of a payment."""


async def other_means(scene: Scene) -> bool:
    """\"Na verdade boleto\", \"não, pix\", right after a code: the other one, for the same debts. False: no such thing was said."""
    said = plain(scene.turn.text or "")
    if scene.turn.text is None or _ANOTHER_MATTER.search(said) or not _MEANS.fullmatch(said):
        return False
    last = await last_response(scene.conn, scene.conversation.id) or ""
    if not last.startswith(("utter_pix_", "utter_boleto_")) or await scene.proof() is None:
        return False
    await pay(scene)
    return True


class Correct(Topic):
    """Something said or kept is not right."""

    def name(self) -> str:
        return "action_correct"

    async def act(self, scene: Scene) -> None:
        if await answer_open(scene):
            return
        said = plain(scene.turn.text or "")
        if await other_means(scene):
            return
        if _SORRY.search(said):
            scene.say("utter_no_offence")
            await scene.go_back()
            return
        if any(part.kind == "paid" for part in parts(scene.turn.text or "")):
            # "E a do telefone, que eu paguei dia 5?" corrects nothing of a person's data.
            if scene.form is None and await proven(scene, "informar_ja_paguei"):
                await paid_and_sent(scene)
            elif scene.form is not None:
                scene.want("informar_ja_paguei")
                scene.say("utter_identity_first")
            return
        # "A do telefone" is a bill; nothing is registered about somebody's telephone.
        about = " ".join(word for word in said.split() if word not in called_accounts(scene.turn.text or ""))
        personal = _PERSONAL.search(about) is not None
        if scene.form is not None and await scene.proof() is None:
            if personal and not _PROVES.search(said):
                scene.want(CORRECTION)
                scene.say("utter_identity_first")
            return  # the form asks again, and takes the right number
        if personal:
            await correct_personal(scene)
        elif scene.open_question in _BESIDE_A_DAY and day_of(scene) is not None and await scene.proof() is not None:
            await promise(scene)  # "pode ser dia 11… na verdade dia 10": said in one go, to nothing that asked for a day
        elif await _another_account(scene):
            pass
        else:
            scene.say("utter_correct_what")


async def _another_account(scene: Scene) -> bool:
    """ "Era da Ventania que eu falei": that account is spoken of from now on. False: none is named."""
    if await scene.proof() is None:
        return False
    named = await named_by_words(scene)
    if named:
        await tell(scene, named)
    return bool(named)


topics = (Correct,)
