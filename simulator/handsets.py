"""What every simulated telephone has, whatever app is on it: where it is kept, its chat, whether it is on, and how a message arrives.

The doors (`phones.py`, `rcs_phones.py`, `twilio_phones.py`) add what people can do there and how the business is told of it.
"""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Iterable
from datetime import datetime
from typing import ClassVar

from simulator.state import Json, Notice
from simulator.world import World

PRESENCES = ("open", "closed", "off")
_RANKS = ("sending", "accepted", "sent", "delivered", "read")
_FIRST_DOOR = "meta"


class Refused(ValueError):
    """The page or a test asked for something that a phone cannot do; the message says what."""


class Handsets(ABC):
    """All simulated people behind one door."""

    door: ClassVar[str]

    def __init__(self, world: World) -> None:
        self._world = world
        self._turns: dict[str, asyncio.Lock] = {}

    # ------------------------------------------------------------------------------------------------ the telephones

    def all(self) -> list[Json]:
        """Every phone of this door, in the order in which they were taken up."""
        mine = (phone for phone in self._world.state.all("phone") if phone.get("door", _FIRST_DOOR) == self.door)
        return sorted(mine, key=lambda phone: int(phone["order"]))

    def get(self, key: str) -> Json | None:
        """One phone."""
        found = self._world.state.get("phone", key)
        return found if found is not None and found.get("door", _FIRST_DOOR) == self.door else None

    def save(self, phone: Json) -> None:
        """Keeps a change and tells the page."""
        self._world.state.put("phone", phone["id"], phone)
        self._world.tell("phone", phone=phone)

    def set_presence(self, phone: Json, presence: str) -> None:
        """Opens, closes or switches off a phone; what waited for it is delivered, read or gone now."""
        if presence not in PRESENCES:
            raise Refused("A presença é open, closed ou off.")
        phone["presence"] = presence
        self.save(phone)
        for message in self._world.state.messages(phone["id"]):
            if message["side"] == "business" and message["status"] in ("sent", "delivered"):
                self._world.postman.spawn(self.advance(message["id"]))

    def _within_a_day(self, phone: Json) -> bool:
        last = phone["last_inbound"]
        return last is not None and (self._world.now() - datetime.fromisoformat(last)).total_seconds() < 24 * 3600

    # ----------------------------------------------------------------------------------------------------- the chats

    def _written(
        self, phone: Json, key: str, kind: str, content: Json | None, *, status: str, reply_to: str | None = None
    ) -> Json:
        """The person has written: shown at once, on a phone that is on. Returns the chat's entry."""
        now = self._world.now().isoformat()
        message: Json = {
            "id": key,
            "phone": phone["id"],
            "side": "person",
            "type": kind,
            "content": content,
            "at": now,
            "status": status,
            "reply_to": reply_to,
        }
        self._world.state.add_message(message)
        phone["last_inbound"] = now
        if phone["presence"] == "off":
            phone["presence"] = "open"
        self.save(phone)
        self._world.tell("message", message=message)
        return message

    def _theirs(self, phone: Json, key: str) -> Json:
        """A message that the business sent to this phone. Raises `Refused`."""
        message = self._world.state.message(key)
        if message is None or message["phone"] != phone["id"] or message["side"] != "business":
            raise Refused("Essa mensagem não está neste telefone.")
        return message

    def mark(self, key: str, status: str) -> Json | None:
        """Moves a message's status forward (never back) and tells the page."""
        message = self._world.state.message(key)
        if message is None or message["status"] == "failed":
            return message
        if status == "failed" or _RANKS.index(status) > _RANKS.index(message["status"]):
            message["status"] = status
            self._world.state.save_message(message)
            self._world.tell("status", phone=message["phone"], id=key, status=status)
        return message

    # --------------------------------------------------------------------------------------------- how messages arrive

    async def advance(self, key: str) -> None:
        """Takes a message of the business from accepted to sent, delivered and read, as far as the phone's presence allows."""
        while True:
            message = self._world.state.message(key)
            phone = self.get(message["phone"]) if message else None
            if message is None or phone is None or self._gone(message, phone):
                return
            if message["status"] == "accepted":
                step = "sent"
            elif message["status"] == "sent" and phone["presence"] != "off":
                step = "delivered"
                self._world.tell("message", message={**message, "status": step})
            elif message["status"] == "delivered" and phone["presence"] == "open":
                step = "read"
            else:
                return
            self.mark(key, step)
            await self._tell_step(message, phone, step)
            await self._world.pause(2 if step == "delivered" else 1)

    def _gone(self, message: Json, phone: Json) -> bool:
        """Whether a message that did not arrive yet never will; the business was told of it."""
        return False

    @abstractmethod
    async def _tell_step(self, message: Json, phone: Json, step: str) -> None:
        """Tell the business that its message was sent, delivered or read."""

    def resume(self) -> None:
        """Goes on with deliveries that an earlier process left in the middle."""
        for key in self._world.state.unfinished():
            self._world.postman.spawn(self.advance(key))

    # --------------------------------------------------------------------------------------------------- the webhook

    async def _deliver(self, notices: Iterable[Notice]) -> None:
        """Posts the copies of a notification at the same time, late if the faults say so."""
        copies = list(notices)
        if copies and self._world.faults.strikes(f"{self.door}.webhook_late"):
            await asyncio.sleep(self._world.config.late_seconds)
        await asyncio.gather(*(self._world.postman.deliver(notice) for notice in copies))

    def _turn(self, key: str) -> asyncio.Lock:
        # One after the other for a phone: a network rarely swaps two messages that a person sent seconds apart.
        return self._turns.setdefault(key, asyncio.Lock())
