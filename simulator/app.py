"""The simulated world as an ASGI app: Meta's Graph API, Google's RCS API, Twilio, a PSP, a bank for boletos, a payer's bank, and phones on a page. Demo and tests only."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles

from simulator import boleto_bank, graph, page, psp, rbm, twilio
from simulator.bank import Bank
from simulator.config import SimulatorConfig
from simulator.phones import Phones
from simulator.rcs_phones import RcsPhones
from simulator.twilio_phones import TwilioPhones
from simulator.world import World

__all__ = ["SimulatorConfig", "create"]


def create(config: SimulatorConfig, *, client: httpx.AsyncClient | None = None) -> FastAPI:
    """Builds the app. `client` carries the webhooks (tests pass one that reaches a fake product); by default a plain one is made.

    A mounted app's lifespan does not run: the product calls `app.state.resume()` when it can receive webhooks (unconfirmed
    notices and unfinished deliveries go on), `app.state.world.close_streams()` when a stop is asked for, and
    `await app.state.world.close()` at the end.
    """
    world = World(config, client)
    phones = Phones(world)
    rcs = RcsPhones(world)
    behind_twilio = TwilioPhones(world)
    provider = psp.Psp(world)
    boletos = boleto_bank.BoletoBank(world)

    def resume() -> None:
        world.postman.resume()
        phones.resume()
        rcs.resume()
        behind_twilio.resume()

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        resume()
        yield
        await world.close()

    app = FastAPI(title="Simulador", docs_url=None, redoc_url=None, openapi_url=None, lifespan=lifespan)
    app.state.world = world
    app.state.phones = phones
    app.state.resume = resume
    app.include_router(graph.routes(world, phones))
    app.include_router(rbm.routes(world, rcs))
    app.include_router(twilio.routes(world, behind_twilio))
    app.include_router(psp.routes(world, provider))
    app.include_router(boleto_bank.routes(world, boletos))
    app.include_router(page.routes(world, phones, rcs, behind_twilio, Bank(provider, boletos)))
    app.mount("/static", StaticFiles(directory=page.STATIC), name="static")
    return app
