"""The simulated world that all doors share: its memory, its faults, its postman, and who is watching."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime

import httpx

from simulator.book import Book
from simulator.config import SimulatorConfig
from simulator.faults import Faults
from simulator.postman import Postman
from simulator.state import Json, State


class World:
    """Holds no rules: the rooms `graph`, `phones`, `psp` and `bank` do."""

    def __init__(self, config: SimulatorConfig, client: httpx.AsyncClient | None = None) -> None:
        self.config = config
        self.state = State(config.state_path)
        self.faults = Faults()
        self.postman = Postman(config, self.state, client)
        self.book = Book.read(config.book_csv)
        self._watchers: set[asyncio.Queue[tuple[int, Json] | None]] = set()

    def now(self) -> datetime:
        """The product's clock."""
        return self.config.now()

    def seconds(self) -> str:
        """Now as Meta writes times: seconds since 1970, as text."""
        return str(int(self.now().timestamp()))

    def tell(self, kind: str, **facts: object) -> None:
        """Tells every open page what happened."""
        body: Json = {"kind": kind, **facts}
        seq = self.state.add_event(body)
        for watcher in list(self._watchers):
            watcher.put_nowait((seq, body))

    async def watch(self, after: int) -> AsyncIterator[tuple[int, Json] | None]:
        """Events behind `after`, then those to come; None now and then, to keep the line open. Ends with `close_streams`."""
        queue: asyncio.Queue[tuple[int, Json] | None] = asyncio.Queue()
        self._watchers.add(queue)
        try:
            last = after
            for seq, body in self.state.events(after):
                last = seq
                yield seq, body
            while True:
                try:
                    item = await asyncio.wait_for(queue.get(), 15)
                except TimeoutError:
                    yield None
                    continue
                if item is None:
                    return
                if item[0] > last:
                    last = item[0]
                    yield item
        finally:
            self._watchers.discard(queue)

    def close_streams(self) -> None:
        """Ends all event streams, so that a web server can stop at once."""
        for watcher in list(self._watchers):
            watcher.put_nowait(None)

    async def pause(self, steps: float = 1) -> None:
        """The real time that a step of a delivery takes."""
        await asyncio.sleep(self.config.latency * steps)

    async def close(self) -> None:
        """Stops deliveries and closes the file."""
        self.close_streams()
        await self.postman.close()
        self.state.close()
