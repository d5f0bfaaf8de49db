"""A claim of a payment is told with its protocol though the clock goes on between two looks at it, as a real one does."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from tests.conversations.house import NOW, House, words_of
from tests.conversations.people import Town
from trato.clock import FixedClock


async def test_what_was_noted_is_told_though_time_passes_within_the_turn(
    house: House, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.clock.set(NOW)
    person, names = house.person(), town.names()
    await person.write(names.fill("{one}"))
    still = FixedClock.now

    def going_on(clock: FixedClock) -> datetime:
        clock.advance(timedelta(milliseconds=1))
        return still(clock)

    monkeypatch.setattr(FixedClock, "now", going_on)
    said = "\n".join(words_of(message) for message in await person.write("já paguei, foi dia 20/11 no pix"))
    assert "protocolo 2026-11" in said
    assert "Dia do pagamento: 20/11/2026" in said
