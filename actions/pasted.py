"""A boleto's line or a Pix code pasted into the talk: is it ours? Said before anybody pays it."""

from __future__ import annotations

from typing import Any

from actions.scene import Scene, Topic
from payments.pasted import judge

_LIVE = frozenset({"active"})


class JudgeCode(Topic):
    """\"Esse boleto é de vocês?\""""

    def name(self) -> str:
        return "action_judge_code"

    async def act(self, scene: Scene) -> None:
        found = await judge(scene.conn, scene.turn.given.pasted or "", today=scene.ground.clock.today())
        if found.kind in ("unreadable", "utility"):
            scene.say(f"utter_pasted_{found.kind}")
            return
        if found.charge is None:
            claims: dict[str, Any] = {} if found.payee is None else {"payee": found.payee}
            scene.say(f"utter_pasted_{found.kind}_not_ours", **claims)
            return
        proof = await scene.proof()
        if proof is None or proof.debtor_id != found.charge.debtor_id:
            scene.say("utter_pasted_ours")
        elif found.charge.status in _LIVE:
            scene.say("utter_pasted_ours_to_pay", payee=found.charge.payee_name, amount={"money": found.charge.amount})
        else:
            scene.say(f"utter_pasted_ours_{'paid' if found.charge.status == 'paid' else 'over'}")


topics = (JudgeCode,)
