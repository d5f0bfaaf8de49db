"""The day on which something was paid: of what is over, "10/10" and "dia 10" are the last there were."""

from __future__ import annotations

from datetime import date

from actions.heard import day_of
from actions.scene import Scene
from receivables.calendar import months_later


def day_paid(scene: Scene, *, asked: bool = False) -> date | None:
    """The day that was told, which may still lie ahead ("dia 30/11"); None: none was told. `asked`: it was asked for."""
    heard = day_of(scene, asked=asked, past=True)
    if heard is not None and not heard.readings:
        # A day that is over, told by itself: the year stands in no word, and the payment says that it is past.
        kept = scene.wish_words
        scene.wish_words = f"paguei {scene.words}"
        try:
            heard = day_of(scene, past=True)
        finally:
            scene.wish_words = kept
    if heard is None or not heard.readings:
        return None
    day = heard.readings[0]
    return months_later(day, -1) if day > scene.today else day  # "dia 10" is the last one
