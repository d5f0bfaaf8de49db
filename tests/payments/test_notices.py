"""What a bank tells us: read without trust, kept once."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from payments.notices import BadNotice, read_pix_notice
from payments.reconcile import reconcile, register_webhooks
from tests.payments.stage import KEY, Stage

E2E = "E60701190202611231500abcdefghijk"


def body(*items: object) -> bytes:
    return json.dumps({"pix": items}).encode()


def test_a_notification_names_payments_and_refunds() -> None:
    refund = {"id": "d1", "rtrId": "D1", "valor": "7.89", "status": "DEVOLVIDO"}
    for refunds in (refund, [refund]):
        items = read_pix_notice(body({"endToEndId": E2E, "txid": "a" * 30, "valor": "10.00", "devolucoes": refunds}))
        assert [item.external_id for item in items] == [E2E, f"{E2E}/d1/DEVOLVIDO"]
        assert items[0].txid == "a" * 30


def test_one_broken_item_does_not_take_the_others_with_it() -> None:
    items = read_pix_notice(body({"valor": "1.00"}, {"endToEndId": E2E}, None))
    assert [bool(item.broken) for item in items] == [True, False, True]


def test_a_payers_name_and_words_are_not_kept() -> None:
    told = {"endToEndId": E2E, "infoPagador": "Maria, CPF 529.982.247-25", "pagador": {"cpf": "52998224725"}, "valor": "1.00"}
    assert read_pix_notice(body(told))[0].body == {"endToEndId": E2E, "valor": "1.00"}


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"nada",
        b"[]",
        b"null",
        b'{"pix": {}}',
        b'{"pix": "x"}',
        b'{"pix": [1]}',
        b'{"pix": [{"endToEndId": 5}]}',
        b'{"pix": [{"endToEndId": ""}]}',
        b'{"pix": [{"endToEndId": "../../x"}]}',
        b'{"pix": [{"endToEndId": "a\\u0000"}]}',
        b'{"pix": [{"valor": NaN}]}',
        b'{"pix": ' + b"[" * 100_000,
        b"\xff\xfe",
    ],
)
def test_what_is_no_pix_notification_is_refused(raw: bytes) -> None:
    with pytest.raises(BadNotice):
        read_pix_notice(raw)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["pix", "endToEndId", "txid", "devolucoes", "id", "status", "valor"]), inner, max_size=5
        )
    ),
    max_leaves=12,
)


@given(st.binary(max_size=60) | _JSON.map(lambda value: json.dumps({"pix": [value]}).encode()))
@settings(max_examples=200, deadline=None)
def test_no_body_breaks_the_reader(raw: bytes) -> None:
    try:
        items = read_pix_notice(raw)
    except BadNotice:
        return
    json.dumps([item.body for item in items]).encode()


async def test_a_notification_is_kept_once_with_one_job(stage: Stage) -> None:
    raw = body({"endToEndId": E2E, "txid": "a" * 30, "infoPagador": "\x00 \ud800"})
    assert await stage.notify(raw) == 1
    assert await stage.notify(raw) == 0
    assert len(stage.jobs.waiting) == 1


async def test_a_broken_item_is_set_aside_with_an_alarm(stage: Stage) -> None:
    assert await stage.notify(body({"endToEndId": E2E}, {"valor": "\ud800"})) == 2
    assert await stage.scalar("select count(*) from payment_notices where state = 'set_aside'") == 1
    assert await stage.alarms() == ["payment_notice_broken"]


async def test_a_payment_that_nobody_told_of_is_found_by_asking(stage: Stage, debt: int) -> None:
    charge = await stage.charge(debt)
    stage.bank.pay(charge.txid, charge.amount)
    start = stage.clock.now()
    assert await reconcile(stage.engine, stage.till, start, start) == 1
    assert await reconcile(stage.engine, stage.till, start, start) == 0
    await stage.work()
    assert (await stage.debt(debt)).status == "paid"


async def test_notifications_are_registered_for_every_creditors_key(stage: Stage) -> None:
    stage.bank.key = "nossa@chave.example"
    await register_webhooks(stage.till, "https://trato.example/w")
    assert set(stage.bank.hooks) == {KEY, "nossa@chave.example"}
