"""kill -9 in the middle of a turn: answered once, one charge, clean data. More rounds: TRATO_KILLS=5."""

from __future__ import annotations

import os
import time

import pytest

from tests.blackbox.graph import Fault, Sent
from tests.blackbox.people import PEOPLE, Person, owed
from tests.blackbox.phone import Phone, calculation, codes, plain, words
from tests.blackbox.product import World
from tests.blackbox.psp import Trouble

ROUNDS = int(os.environ.get("TRATO_KILLS", "1"))


def once(world: World, phone: Phone, person: Person, back: float) -> str:
    """The one code that came, from one charge. `back` seconds are allowed for the process to return."""
    heard: list[Sent] = []
    until = time.monotonic() + back
    while not codes(heard) and time.monotonic() < until:
        heard += phone.listen(1.0)
    heard += phone.listen(4.0)
    assert len(codes(heard)) == 1, words(heard)
    assert len([one for one in heard if "seu pix esta pronto" in plain(one.text)]) <= 1, words(heard)
    active = [cob for cob in world.psp.charges_of(person.document) if cob.status == "ATIVA"]
    assert [cob.code for cob in active] == codes(heard), f"{len(active)} active charges"
    return codes(heard)[0]


def check(world: World) -> None:
    checked = world.product.trato("verify")
    assert checked.returncode == 0, checked.stdout + checked.stderr


@pytest.mark.parametrize("number", range(ROUNDS))
def test_a_worker_killed_while_the_bank_is_slow_makes_one_charge_and_one_answer(world: World, number: int) -> None:
    person = PEOPLE["worker"]
    phone = Phone(world.meta, f"55119760010{number:02d}")
    phone.prove(person)
    if number:
        phone.listen_to_rest()  # a later round asks for the same code: it is sent anew, the charge stays one
    world.psp.troubles.append(Trouble("slow_after", seconds=3.0))
    phone.write("quero pagar com pix")
    assert number or world.meta.wait(lambda: world.psp.charges_of(person.document), 15), "no charge was asked for"
    killed = world.product.kill("worker")
    world.product.wait_back("worker", killed)
    once(world, phone, person, 60)
    world.psp.troubles.clear()
    assert len(world.psp.charges_of(person.document)) == 1
    check(world)


@pytest.mark.parametrize("number", range(ROUNDS))
def test_rasa_killed_in_the_middle_of_a_turn_is_back_and_answers_once(world: World, number: int) -> None:
    person = PEOPLE["rasa"]
    phone = Phone(world.meta, f"55119760020{number:02d}")
    phone.prove(person)
    phone.listen(1.0)
    phone.listen_to_rest()
    phone.write("quanto eu devo?")
    time.sleep(0.32)  # the quiet time of the burst has just passed
    killed = world.product.kill("rasa")
    world.product.wait_back("rasa", killed)
    heard = phone.listen(30.0) + phone.listen(3.0)
    shown = [one for one in heard if calculation([one])]
    assert len(shown) == 1, words(heard)
    assert calculation(heard)["total"] == owed(person.debts[0]).total
    check(world)


@pytest.mark.parametrize("number", range(ROUNDS))
def test_the_web_killed_in_the_middle_of_an_action_answers_once(world: World, number: int) -> None:
    person = PEOPLE["web"]
    phone = Phone(world.meta, f"55119760030{number:02d}")
    phone.prove(person)
    phone.listen(1.0)
    phone.listen_to_rest()
    phone.write("quero pagar com pix")
    time.sleep(0.33)
    killed = world.product.kill("web")
    world.product.wait_back("web", killed)
    once(world, phone, person, 45)
    assert len(world.psp.charges_of(person.document)) == 1
    check(world)


def test_a_worker_killed_between_metas_acceptance_and_its_record_repeats_nothing(world: World) -> None:
    phone = Phone(world.meta, "5511976004000")
    world.meta.faults.append(Fault("slow", to=phone.address, seconds=0.0))
    world.meta.faults.append(Fault("lost", to=phone.address, seconds=2.0))
    phone.say("oi")
    phone.write("o que você faz?")
    assert world.meta.wait(lambda: len(world.meta.to(phone.address)) >= 2, 15)
    killed = world.product.kill("worker")
    world.product.wait_back("worker", killed)
    time.sleep(5)
    texts = [one.text for one in world.meta.to(phone.address)]
    assert len(texts) == len(set(texts)), texts


def test_an_answer_of_meta_that_was_lost_is_not_sent_again_once_a_status_came(world: World) -> None:
    person = PEOPLE["lost"]
    phone = Phone(world.meta, person.phone)
    phone.prove(person)
    phone.listen(1.0)
    phone.listen_to_rest()
    before = len(world.meta.to(phone.address))
    world.meta.faults.append(Fault("lost", to=phone.address, only=lambda payload: payload["type"] == "text"))
    phone.write("quero pagar com pix")
    heard = phone.hears("000201", 30.0) + phone.listen(3.0)
    assert len(codes(heard)) == 1
    time.sleep(12)
    sent = world.meta.to(phone.address)[before:]
    texts = [one.text for one in sent]
    assert len(texts) == len(set(texts)), texts
    assert sum(one.outcome == "lost" for one in sent) == 1
    check(world)


def test_a_bank_that_is_away_and_loses_an_answer_makes_one_charge_in_the_end(world: World) -> None:
    person = PEOPLE["burst"]
    phone = Phone(world.meta, "5511976005000")
    phone.prove(person)
    phone.listen(1.0)
    phone.listen_to_rest()
    world.psp.troubles += [Trouble("away"), Trouble("lost")]
    phone.write("quero pagar com pix")
    heard = phone.hears("000201", 60.0) + phone.listen(2.0)
    assert len(codes(heard)) == 1
    assert len(world.psp.charges_of(person.document)) == 1
    check(world)
