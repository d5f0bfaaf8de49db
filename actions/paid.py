"""\"Já paguei\": answered from the store, never by belief."""

from __future__ import annotations

from actions.debt import payable
from actions.proving import proven
from actions.scene import Scene, Topic
from payments.charges import charges_of, payments_of


class AlreadyPaid(Topic):
    """Somebody says that they have paid."""

    def name(self) -> str:
        return "action_already_paid"

    async def act(self, scene: Scene) -> None:
        if await proven(scene, "informar_ja_paguei"):
            await look_for_payment(scene)


async def look_for_payment(scene: Scene) -> None:
    """What the store knows: a payment that arrived, a Pix that is still unpaid, or nothing."""
    debtor, debts = await payable(scene)
    payments = await payments_of(scene.conn, debtor.id)
    if payments:
        last = max(payments, key=lambda payment: payment.paid_at)
        scene.say(
            "utter_paid_found_rest" if debts else "utter_paid_found_all",
            amount={"money": last.amount},
            at={"instant": last.paid_at.isoformat()},
            count=len(debts),
        )
        scene.ask("show" if debts else None)
        return
    waiting = [charge for charge in await charges_of(scene.conn, debtor.id) if charge.status == "active"]
    if waiting:
        scene.say("utter_paid_not_yet", amount={"money": waiting[-1].amount})
    elif debts:
        scene.say("utter_paid_unknown")
    else:
        scene.say("utter_no_debt", name=debtor.first_name)


topics = (AlreadyPaid,)
