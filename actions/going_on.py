"""What a person wanted before identity was asked, done once it is proven."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from actions.agreement import talk_of_agreement
from actions.contract_copy import CONTRACT, ask_for_copy
from actions.debt import show_debts
from actions.discount import haggle
from actions.dispute import dispute
from actions.extension import extend
from actions.instalments import divide
from actions.pix import pay
from actions.promise import promise
from actions.protocols import PROTOCOLS, tell_protocols
from actions.receipt import give_papers
from actions.receipt_sent import paid_and_sent
from actions.refund import refund
from actions.resuming import RESUME, resume_thread
from actions.rights import CORRECTION, correct_personal, give_right
from actions.scene import Scene
from actions.withdrawing import WITHDRAW, withdraw


def wishes() -> Mapping[str, Callable[[Scene], Awaitable[None]]]:
    """By the intent that was wished: what to do. Read the wish's own words from `scene.words`. A topic adds its own here."""
    return {
        "consultar_divida": show_debts,
        RESUME: resume_thread,
        WITHDRAW: withdraw,
        PROTOCOLS: tell_protocols,
        CONTRACT: ask_for_copy,
        "solicitar_pagamento": pay,
        "informar_ja_paguei": paid_and_sent,
        "recibo_quitacao": give_papers,
        "pedir_prorrogacao": extend,
        "promessa_pagamento": promise,
        "contestar_divida": dispute,
        "direitos_lgpd": give_right,
        CORRECTION: correct_personal,
        "parcelar": divide,
        "pedir_desconto": haggle,
        "consultar_acordo": talk_of_agreement,
        "pagamento_duplicado_estorno": refund,
        "enviar_comprovante": paid_and_sent,
    }
