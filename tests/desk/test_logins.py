from __future__ import annotations

import statistics
import time
from datetime import timedelta

import pytest

from desk.logins import ABSOLUTE, IDLE, Door, LoginRefused, Refusal, Session, add
from tests.desk.stage import PASSWORD, Stage

EMAIL = "ana@trato.example"


async def enter(
    stage: Stage, door: Door, email: str, password: str, instead_of: str | None = None
) -> tuple[str, Session] | Refusal:
    async with stage.engine.begin() as conn:
        return await door.enter(conn, email, password, stage.clock.now(), instead_of=instead_of)


async def alive(stage: Stage, door: Door, token: str, *, touch: bool = True) -> bool:
    async with stage.engine.begin() as conn:
        return await door.session(conn, token, stage.clock.now(), touch=touch) is not None


async def make(stage: Stage, password: str = PASSWORD) -> Door:
    async with stage.engine.begin() as conn:
        await add(conn, "Ana@Trato.Example", "Ana Prado", "agent", password)
    return Door(stage.ground.vault)


async def token_of(stage: Stage, door: Door) -> str:
    entered = await enter(stage, door, EMAIL, PASSWORD)
    assert not isinstance(entered, Refusal)
    return entered[0]


async def test_a_login_opens_with_its_password_whatever_the_case_of_the_address(stage: Stage) -> None:
    door = await make(stage)
    entered = await enter(stage, door, " ANA@trato.example", PASSWORD)
    assert not isinstance(entered, Refusal)
    assert entered[1].agent.name == "Ana Prado"
    assert isinstance(await enter(stage, door, EMAIL, PASSWORD + "x"), Refusal)


async def test_passwords_are_kept_as_argon2id_with_at_least_19_mib_and_two_passes(stage: Stage) -> None:
    await make(stage)
    kept = (await stage.one("select password_hash from agents")).password_hash
    assert kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$")


async def test_tokens_are_kept_only_as_hashes(stage: Stage) -> None:
    door = await make(stage)
    token = await token_of(stage, door)
    row = await stage.one("select token_hash, csrf from agent_sessions")
    assert token.encode() not in bytes(row.token_hash) and len(bytes(row.token_hash)) == 32


async def test_adding_an_existing_login_changes_its_password_and_ends_its_sessions(stage: Stage) -> None:
    door = await make(stage)
    token = await token_of(stage, door)
    async with stage.engine.begin() as conn:
        await add(conn, EMAIL, "Ana P.", "supervisor", "outra-senha-boa")
    assert not await alive(stage, door, token)
    assert isinstance(await enter(stage, door, EMAIL, PASSWORD), Refusal)
    entered = await enter(stage, door, EMAIL, "outra-senha-boa")
    assert not isinstance(entered, Refusal) and entered[1].agent.role == "supervisor"
    assert len(await stage.rows("select 1 from agents")) == 1


async def test_a_login_that_makes_no_sense_is_refused(stage: Stage) -> None:
    for email, role, password in [("ana", "agent", PASSWORD), (EMAIL, "boss", PASSWORD), (EMAIL, "agent", "curta")]:
        async with stage.engine.begin() as conn:
            with pytest.raises(LoginRefused):
                await add(conn, email, "Ana", role, password)


@pytest.mark.parametrize("email", [EMAIL, "ninguem@trato.example"])
async def test_five_wrong_passwords_lock_for_fifteen_minutes_whether_the_login_exists_or_not(stage: Stage, email: str) -> None:
    door = await make(stage)
    for _ in range(5):
        assert await enter(stage, door, email, "errada-errada") == Refusal("wrong")
    locked = await enter(stage, door, email, PASSWORD)
    assert isinstance(locked, Refusal) and locked.why == "locked"
    assert locked.until == stage.clock.now() + timedelta(minutes=15)
    stage.clock.advance(minutes=15, seconds=1)
    after = await enter(stage, door, email, PASSWORD)
    assert not isinstance(after, Refusal) if email == EMAIL else after == Refusal("wrong")


async def test_an_unknown_login_takes_as_long_to_refuse_as_a_wrong_password(stage: Stage) -> None:
    door = await make(stage)
    times: dict[str, list[float]] = {EMAIL: [], "ninguem@trato.example": []}
    await enter(stage, door, "ninguem@trato.example", "x")
    for _ in range(4):
        for email, taken in times.items():
            start = time.perf_counter()
            await enter(stage, door, email, "errada-errada")
            taken.append(time.perf_counter() - start)
    real, unknown = (statistics.median(taken) for taken in times.values())
    assert unknown > real / 3


async def test_a_session_ends_after_thirty_idle_minutes(stage: Stage) -> None:
    door = await make(stage)
    token = await token_of(stage, door)
    stage.clock.advance(IDLE - timedelta(minutes=1))
    assert await alive(stage, door, token)
    stage.clock.advance(IDLE - timedelta(minutes=1))
    assert await alive(stage, door, token, touch=False)
    stage.clock.advance(minutes=2)
    assert not await alive(stage, door, token)


async def test_a_session_ends_after_twelve_hours_however_busy(stage: Stage) -> None:
    door = await make(stage)
    token = await token_of(stage, door)
    for _ in range(int(ABSOLUTE / timedelta(minutes=20)) - 1):
        stage.clock.advance(minutes=20)
        assert await alive(stage, door, token)
    stage.clock.advance(minutes=21)
    assert not await alive(stage, door, token)


async def test_leaving_and_entering_again_both_end_the_session_before(stage: Stage) -> None:
    door = await make(stage)
    first = await token_of(stage, door)
    entered = await enter(stage, door, EMAIL, PASSWORD, instead_of=first)
    assert not isinstance(entered, Refusal) and entered[0] != first
    assert not await alive(stage, door, first)
    async with stage.engine.begin() as conn:
        await door.leave(conn, entered[0], stage.clock.now())
    assert not await alive(stage, door, entered[0])


async def test_a_disabled_agent_is_out_at_once(stage: Stage) -> None:
    door = await make(stage)
    token = await token_of(stage, door)
    await stage.rows("update agents set disabled_at = now()")
    assert not await alive(stage, door, token)
    assert await enter(stage, door, EMAIL, PASSWORD) == Refusal("wrong")
