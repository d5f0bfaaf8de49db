"""Whole notifications: batches in which one item is bad, and bodies that nobody should send."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from channels.message import Broken, Notice, Received, Status, event_adapter
from channels.meta import BadBody, parse
from tests.channels.meta_notifications import ACCOUNT, FIXTURES, named, notification, text


def test_three_entries_with_one_bad_item_give_all_the_others() -> None:
    events = parse(named("batch_of_three_entries_with_one_bad_item"))
    told = [event.status if isinstance(event, Status) else f"{event.event} {event.external_id}" for event in events]
    assert told == [
        "received wamid.b1",
        "received wamid.b2",
        "sent",
        "delivered",
        "received wamid.b3",
        "broken wamid.bad",
        "received wamid.b4",
        "received wamid.b1",
        "read",
    ]


def test_a_thousand_mixed_items_with_one_bad_are_all_read() -> None:
    messages: list[Any] = [text(number) for number in range(500)]
    messages[250] = {"id": "wamid.250", "type": "text", "text": "no object"}
    statuses = [{"id": f"wamid.s{number}", "status": "sent", "timestamp": "1764000000"} for number in range(499)]
    events = parse(notification(messages=messages, statuses=statuses, errors=[{"code": 131000}]))
    assert len(events) == 1000
    (bad,) = (event for event in events if isinstance(event, Broken))
    assert (bad.external_id, events.index(bad)) == ("wamid.250", 250)
    assert sum(isinstance(event, Received) for event in events) == 499
    assert sum(isinstance(event, Status) for event in events) == 499
    assert sum(isinstance(event, Notice) for event in events) == 1


@pytest.mark.parametrize(
    "item",
    [
        None,
        7,
        "text",
        [],
        {},
        {"id": None, "from": "5511988887777", "type": "text", "text": {"body": "oi"}},
        {"id": "", "from": "5511988887777", "type": "text", "text": {"body": "oi"}},
        {"id": "w" * 10_000, "from": "5511988887777", "type": "text", "text": {"body": "oi"}},
        {"id": "wamid.1", "from": "abc", "type": "text", "text": {"body": "oi"}},
        {"id": "wamid.1", "from": {"x": 1}, "type": "text", "text": {"body": "oi"}},
    ],
)
def test_a_bad_item_is_set_aside_under_an_id_that_stays(item: Any) -> None:
    first, again = (parse(notification(messages=batch)) for batch in ([text(7), item], [item]))
    assert isinstance(first[0], Received)
    assert isinstance(first[1], Broken)
    assert isinstance(again[0], Broken)
    assert first[1].external_id == again[0].external_id
    assert len(first[1].external_id) <= 512


@pytest.mark.parametrize(
    "body",
    [
        b'{"object": "whatsapp_business_account", "entry": {}}',
        b'{"object": "whatsapp_business_account", "entry": [1]}',
        b'{"object": "whatsapp_business_account", "entry": [{"changes": 1}]}',
        b'{"object": "whatsapp_business_account", "entry": [{"changes": ["x"]}]}',
        b'{"object": "whatsapp_business_account", "entry": [{"changes": [{"field": "messages", "value": []}]}]}',
        notification(messages={"id": "wamid.1"}),
        notification(statuses=[{"status": "sent"}]),
    ],
)
def test_a_broken_envelope_is_set_aside_whole(body: bytes) -> None:
    (event,) = parse(body)
    assert isinstance(event, Broken)


def test_a_message_to_no_account_is_set_aside() -> None:
    body = notification(messages=[text(1)]).replace(b'"phone_number_id"', b'"something_else"')
    (event,) = parse(body)
    assert isinstance(event, Broken)


def test_the_same_message_in_another_batch_has_the_same_id() -> None:
    alone = parse(notification(messages=[text(1)]))
    others = parse(notification(messages=[text(2), text(1, id=" wamid.1 ")]))
    assert alone[0] == others[1]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'"x"',
        b"1",
        b"{}{}",
        b'{"hello": "world"}',
        b'{"object": 1}',
        '{"object": "whatsapp_business_account"}'.encode("utf-16"),
        b'{"object": "\xff"}',
        b'{"object": "whatsapp_business_account", "entry": NaN}',
        b'{"object": "whatsapp_business_account", "entry": -Infinity}',
        b'{"object": "whatsapp_business_account", "entry": ' + b"9" * 5_000 + b"}",
        b"[" * 100_000,
        b'{"object":' * 100_000,
        notification(messages=[1] * 10_001),
        b'{"object": "whatsapp_business_account", "entry": [' + b"[]," * 700_000 + b"[]]}",
    ],
    ids=lambda body: repr(body[:40]),
)
def test_what_meta_would_not_send_is_a_bad_body(body: bytes) -> None:
    with pytest.raises(BadBody):
        parse(body)


def test_an_empty_object_says_nothing() -> None:
    assert parse(b"{}") == []
    assert parse(b'{"object": "whatsapp_business_account", "entry": []}') == []


def test_a_byte_order_mark_does_no_harm() -> None:
    assert parse(b"\xef\xbb\xbf" + named("text")) == parse(named("text"))


def test_of_a_key_that_comes_twice_the_last_counts() -> None:
    body = notification(messages=[text(1)]).replace(b'"id": "wamid.1"', b'"id": "wamid.0", "id": "wamid.1"')
    (event,) = parse(body)
    assert isinstance(event, Received)
    assert event.external_id == "wamid.1"


def test_what_postgresql_cannot_keep_is_tamed() -> None:
    body = notification(messages=[text(1, text={"body": "a\x00b \ud800 👍"}, extra=[10**300])])
    (event,) = parse(body)
    assert isinstance(event, Received)
    assert event.text == "ab \ufffd 👍"


@pytest.mark.parametrize("literal", [b"1e400", b"99999999999999999999999", b"-5", b"true", b'"\xd9\xa1"', b"null", b"{}"])
def test_a_time_that_is_none_is_no_time(literal: bytes) -> None:
    body = notification(messages=[text(1, timestamp="T")]).replace(b'"T"', literal)
    (event,) = parse(body)
    assert isinstance(event, Received)
    assert event.sent_at is None


def test_a_deeply_nested_item_does_no_harm() -> None:
    deep = b'{"a":' * 400 + b"1" + b"}" * 400
    body = notification(messages=[text(1, extra="DEEP", type="hologram", hologram="DEEP")]).replace(b'"DEEP"', deep)
    (event,) = parse(body)
    event_adapter.dump_json(event)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


def readable(body: bytes) -> None:
    """A body is refused or read into events that can be stored; nothing else may happen."""
    try:
        events = parse(body)
    except BadBody:
        return
    for event in events:
        event_adapter.dump_json(event)


@settings(deadline=None)
@given(json_values)
def test_any_json_is_read_or_refused(value: Any) -> None:
    readable(json.dumps(value).encode())


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    readable(body)


GOLDEN = [json.loads(path.read_bytes()) for path in sorted(FIXTURES.glob("*.json"))]


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(GOLDEN), st.data())
def test_a_notification_with_one_changed_node_is_read_or_refused(golden: Any, data: st.DataObject) -> None:
    document = copy.deepcopy(golden)
    node = document
    while True:
        keys: list[Any] = list(node) if isinstance(node, dict) else list(range(len(node)))
        key = data.draw(st.sampled_from(keys))
        if not isinstance(node[key], dict | list) or not node[key] or data.draw(st.booleans()):
            break
        node = node[key]
    match data.draw(st.sampled_from(["drop", "change", "double"])):
        case "drop":
            del node[key]
        case "double" if isinstance(node, list):
            node.append(copy.deepcopy(node[key]))
        case _:
            node[key] = data.draw(json_values)
    readable(json.dumps(document).encode())


@settings(deadline=None)
@given(st.lists(json_values, max_size=4), st.sampled_from(["messages", "statuses", "errors", "contacts"]))
def test_any_items_leave_a_good_message_alone(items: list[Any], name: str) -> None:
    lists: dict[str, list[Any]] = {"messages": [text(1)]}
    lists[name] = [*lists.get(name, []), *items]
    events = parse(notification(**lists))
    assert isinstance(events[0], Received)
    assert (events[0].external_id, events[0].address.account) == ("wamid.1", ACCOUNT)
