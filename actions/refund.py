"""\"Paguei duas vezes\": looked up, explained, kept with a protocol, and given to a human, who alone gives money back."""

from __future__ import annotations

import re

from actions.debt import payable
from actions.human import ask_human
from actions.proving import proven
from actions.scene import Scene, Topic
from conversations import audit
from conversations.protocol import new_protocol
from payments.charges import excess_of, payments_of
from receivables.calendar import add_business_days
from receivables.claims import open_claim
from receivables.dispute import ANSWER_BUSINESS_DAYS
from understanding.plain import plain


class AskRefund(Topic):
    """Money back: twice, too much, by mistake."""

    def name(self) -> str:
        return "action_refund"

    async def act(self, scene: Scene) -> None:
        said = plain(scene.turn.text or "")
        if scene.turn.text and _PAID.search(said) and not _BACK.search(said):
            from actions.paid import look_for_payment  # which stands beside this file

            if await proven(scene, "informar_ja_paguei"):
                await look_for_payment(scene)
        elif await proven(scene, "pagamento_duplicado_estorno"):
            await refund(scene)


_PAID = re.compile(r"\b(?:paguei|pagei|quitei|(?:foi|ta|esta) pag[ao])\b")
_BACK = re.compile(
    r"\b(?:duas vezes|2 ?x|2 vezes|dobro|em dobro|dois pix|duplicad\w*|repetid\w*|de novo|outra vez|a mais|mais do que|maior|errad\w*|sem querer|devolv\w*|devoluc\w*|estorn\w*|reembols\w*"
    r"|dinheiro de volta|de volta|ressarc\w*|sobr\w+|engano|indevid\w*|demais|mesma conta|mesmo boleto|ja (?:tinha|havia) (?:sido )?pag\w+|vcs receberam|duas|dois|2 ve(?:z|zes|ze)|ves(?:es)?|qrer)\b"
)
"""Words of money that came twice, too much or by mistake; without one of them a payment is told of, and nothing is claimed back."""


async def refund(scene: Scene) -> None:
    """Say what the store knows of it, and put it into a human's hands."""
    debtor, debts = await payable(scene)
    payments = await payments_of(scene.conn, debtor.id)
    excess = await excess_of(scene.conn, debtor.id)
    claim = await open_claim(
        scene.conn,
        scene.ground,
        "refund",
        debtor.id,
        [debt.id for debt in debts],
        request_key=f"refund:{scene.turn.id}",
        protocol=new_protocol(scene.today),
        conversation_id=scene.conversation.id,
        payment_id=excess[0][0].id if excess else None,
    )
    until = {"date": add_business_days(scene.today, ANSWER_BUSINESS_DAYS).isoformat()}
    if excess:
        scene.say(
            "utter_refund_found",
            payments=[
                {"amount": {"money": payment.amount}, "at": {"instant": payment.paid_at.isoformat()}} for payment in payments[:5]
            ],
            excess={"money": sum(amount for _, amount in excess)},
            protocol=claim.protocol,
            until=until,
        )
    elif payments:
        scene.say(
            "utter_refund_paid_once",
            payments=[
                {"amount": {"money": payment.amount}, "at": {"instant": payment.paid_at.isoformat()}} for payment in payments[:5]
            ],
            protocol=claim.protocol,
            until=until,
        )
    else:
        scene.say("utter_refund_not_found", protocol=claim.protocol, until=until)
    await ask_human(scene, "pagamento_duplicado_estorno", "utter_refund_to_human", asked=False)
    await audit.record(scene.conn, "bot", "refund.asked", f"claim:{claim.id}", {"protocol": claim.protocol}, scene.now)


topics = (AskRefund,)
