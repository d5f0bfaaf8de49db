"""Sending through Twilio: what its answers mean, its forms made once, everything within its limits, RCS never as SMS."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from channels.channel import Channel
from channels.features import BY_SMS, Features, InMind
from channels.fetching import AddressRefused, CarriesMedia, address_ok
from channels.message import (
    Accepted,
    Address,
    Card,
    CardLine,
    Cards,
    Choice,
    Document,
    File,
    Link,
    Media,
    OpenUrl,
    Option,
    OutcomeUnknown,
    Outgoing,
    PaymentCard,
    PaymentStatus,
    Rejected,
    SendError,
    SlowDownAll,
    SlowDownPerson,
    StopAll,
    Template,
    Text,
    TryLater,
    Unreachable,
    WindowClosed,
)
from channels.twilio import RCS, WHATSAPP, Sender, TwilioApi, TwilioChannel
from channels.twilio_errors import ERRORS
from tests.channels.twilio_house import ACCOUNT, PUBLIC, RCS_FROM, SERVICE, TOKEN, WHATSAPP_FROM, FakeTwilio, lost, refused
from trato.paths import TEMPLATES
from trato.templates import forms_of, submit_templates

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
ANA = Address(channel="whatsapp", account=WHATSAPP_FROM, raw="+5511988887777")
BIA = Address(channel="rcs", account=RCS_FROM, raw="5511988887777")
OI = Text(body="oi")
PDF = File(path="a/b.pdf", filename="boleto.pdf", mime_type="application/pdf")


async def linked(file: File, key: str, now: datetime) -> str:
    return f"{PUBLIC}/d/token-of-{key}"


def api(twilio: FakeTwilio, url: str = "https://api.example") -> TwilioApi:
    return TwilioApi(
        account_sid=ACCOUNT, auth_token=TOKEN, api_url=url, content_url="https://content.example", client=twilio.client()
    )


def on(twilio: FakeTwilio, channel: str = WHATSAPP, account: str | None = None) -> TwilioChannel:
    named = account or (WHATSAPP_FROM if channel == WHATSAPP else RCS_FROM)
    return TwilioChannel(api(twilio), Sender(channel, named), public_url=PUBLIC + "/", link=linked)


def choice(*labels: str, body: str = "Como prefere?", described: str | None = None) -> Choice:
    options = tuple(Option(id=f"o_{n}", label=label, description=described) for n, label in enumerate(labels))
    return Choice(body=body, options=options)


async def say(channel: TwilioChannel, address: Address, message: Outgoing, key: str = "m_1") -> Accepted:
    pieces = channel.split(message)
    for piece in pieces[:-1]:
        await channel.send(address, piece, key, NOW)
    return await channel.send(address, pieces[-1], key, NOW)


async def failure(*answers: httpx.Response) -> SendError:
    with pytest.raises(SendError) as caught:
        await on(FakeTwilio(*answers)).send(ANA, OI, "m_1", NOW)
    return caught.value


def test_it_is_a_channel_that_carries_media() -> None:
    channel = on(FakeTwilio())
    assert isinstance(channel, Channel)
    assert isinstance(channel, CarriesMedia)


async def test_a_text_goes_out_with_our_key_in_the_status_address() -> None:
    twilio = FakeTwilio()
    sent = await on(twilio).send(ANA, OI, "m_a/b+c", NOW)
    assert sent == Accepted(provider_id="SM" + f"{1:032x}", recipient="+5511988887777")
    fields = twilio.sent[0]
    assert (fields["To"], fields["From"], fields["Body"]) == ("whatsapp:+5511988887777", WHATSAPP_FROM, "oi")
    assert parse_qs(urlsplit(fields["StatusCallback"]).query) == {"key": ["m_a/b+c"]}


async def test_rcs_is_addressed_as_rcs_alone_whichever_way_it_leaves() -> None:
    for account, field in ((RCS_FROM, "From"), (SERVICE, "MessagingServiceSid")):
        twilio = FakeTwilio()
        await on(twilio, RCS, account).send(BIA, OI, "m_1", NOW)
        assert (twilio.sent[0]["To"], twilio.sent[0][field]) == ("rcs:+5511988887777", account)


async def test_an_rcs_address_without_a_number_is_refused() -> None:
    with pytest.raises(Rejected):
        await on(FakeTwilio(), RCS).send(Address(channel="rcs", account=RCS_FROM, user_id="x"), OI, "m_1", NOW)


async def test_up_to_three_short_answers_are_buttons_on_whatsapp() -> None:
    twilio = FakeTwilio()
    await say(on(twilio), ANA, choice("Pagar agora", "Parcelar", 'Falar com "gente"'))
    shown = twilio.shown()["twilio/quick-reply"]
    assert shown["body"] == "Como prefere?"
    assert [(a["title"], a["id"]) for a in shown["actions"]] == [
        ("Pagar agora", "o_0"),
        ("Parcelar", "o_1"),
        ('Falar com "gente"', "o_2"),
    ]


async def test_more_answers_are_a_list_and_too_many_are_numbered() -> None:
    twilio = FakeTwilio()
    await say(on(twilio), ANA, choice(*(f"Conta {n}" for n in range(10)), described="Vencida: R$ 10,00"))
    items = twilio.shown()["twilio/list-picker"]["items"]
    assert [item["item"] for item in items] == [f"Conta {n}" for n in range(10)]
    await say(on(twilio), ANA, choice(*(f"Conta {n}" for n in range(11))))
    assert twilio.shown()["body"].endswith("11. Conta 10")


async def test_answers_on_rcs_are_chips_of_a_card() -> None:
    twilio = FakeTwilio()
    await say(on(twilio, RCS), BIA, choice("Pagar agora", "Parcelar", "Prazo", "Falar com alguém"))
    assert [action["title"] for action in twilio.shown()["twilio/card"]["actions"]][-1] == "Falar com alguém"


async def test_a_form_is_made_once_found_again_and_made_anew_when_it_is_gone() -> None:
    twilio = FakeTwilio()
    channel = on(twilio)
    for _ in range(3):
        await say(channel, ANA, choice("Sim", "Não"))
    assert len(twilio.contents) == 1
    await say(on(twilio), ANA, choice("Pode", "Agora não"))
    assert len(twilio.contents) == 1, "another process finds it by its name"
    twilio.contents.clear()
    await say(channel, ANA, choice("Sim", "Não"))
    assert twilio.shown()["body"] == "Como prefere?\n\n1. Sim\n2. Não"
    await say(channel, ANA, choice("Sim", "Não"))
    assert "twilio/quick-reply" in twilio.shown()


@pytest.mark.parametrize(
    "answer", [httpx.Response(500), httpx.Response(404, json={"code": 20404, "message": "no"}), lost(httpx.ReadTimeout)]
)
async def test_a_question_whose_form_cannot_be_made_goes_out_numbered(answer: httpx.Response) -> None:
    twilio = FakeTwilio()
    twilio.content_answers = [answer]
    await say(on(twilio), ANA, choice("Sim", "Não"))
    assert twilio.shown()["body"] == "Como prefere?\n\n1. Sim\n2. Não"


async def test_a_wrong_token_stops_the_account_also_when_a_form_is_asked_for() -> None:
    twilio = FakeTwilio()
    twilio.content_answers = [refused(20003, 401)]
    with pytest.raises(StopAll):
        await say(on(twilio), ANA, choice("Sim", "Não"))


async def test_long_words_are_cut_at_paragraphs_and_nothing_is_lost() -> None:
    body = "\n\n".join(f"Parágrafo {n}: " + "palavra " * 40 for n in range(12)).strip()
    for channel, address in ((WHATSAPP, ANA), (RCS, BIA)):
        twilio = FakeTwilio()
        await say(on(twilio, channel), address, choice("Sim", "Não", body=body))
        said = " ".join(json.dumps(twilio.shown(n), ensure_ascii=False) for n in range(len(twilio.sent)))
        for n in range(12):
            assert f"Parágrafo {n}:" in said


async def test_a_document_goes_by_the_address_of_its_link() -> None:
    twilio = FakeTwilio()
    await say(on(twilio), ANA, Document(file=PDF, caption="Seu boleto"), "m_9")
    assert (twilio.sent[0]["MediaUrl"], twilio.sent[0]["Body"]) == (f"{PUBLIC}/d/token-of-m_9", "Seu boleto")


async def test_a_card_a_link_and_a_payment_are_said_in_words() -> None:
    card = PaymentCard(
        reference="r", body="Pix de R$ 10,00", pix_code="000201", merchant_name="Loja", pix_key="k", pix_key_type="EVP", total=1000,
        lines=(CardLine(name="Conta", amount=1000),),
    )  # fmt: skip
    twilio = FakeTwilio()
    for message in (
        card,
        PaymentStatus(reference="r", status="paid", body="Pago!"),
        Link(body="Veja", label="Página", url="https://x.br"),
    ):
        await say(on(twilio), ANA, message)
    assert [fields["Body"] for fields in twilio.sent] == ["Pix de R$ 10,00", "Pago!", "Veja\n\nPágina: https://x.br"]


def payment(**more: Any) -> PaymentCard:
    told = {
        "reference": "TX123", "body": "Quem recebe: Loja", "pix_code": "000201 6304ABCD", "merchant_name": "Loja", "pix_key": "k",
        "pix_key_type": "EVP", "total": 1250, "lines": (CardLine(name="Luz", amount=1000), CardLine(name="Água", amount=200)),
        "charges": 50, "expires_at": NOW + timedelta(days=1),
    }  # fmt: skip
    return PaymentCard.model_validate(told | more)


async def test_a_pix_is_whatsapps_own_card_and_its_news_are_the_cards() -> None:
    twilio = FakeTwilio()
    await say(on(twilio), ANA, payment())
    card = twilio.shown()["twilio/pay"]
    assert card["pix"] == {"type": "ORDER_DETAILS", "code": "000201 6304ABCD", "key": "k", "key_type": "EVP"}
    assert [(item["label"], item["amount"]) for item in json.loads(card["items"])] == [
        ("Luz", "10.00"),
        ("Água", "2.00"),
        ("Multa e juros", "0.50"),
    ]
    assert (card["payment_id"], card["total_amount"], card["body"]) == ("TX123", "12.50", "Quem recebe: Loja")
    await say(on(twilio), ANA, PaymentStatus(reference="TX123", status="paid", body="Pago!", card=payment()))
    news = twilio.shown()["twilio/pay"]
    assert (news["pix"], news["payment_id"], news["body"]) == (
        {"type": "ORDER_STATUS", "status": "completed"},
        "TX123",
        "Pago!",
    )
    assert "ValidityPeriod" not in twilio.sent[0]


@pytest.mark.parametrize(
    "more",
    [
        {"discount": 100, "total": 1150},
        {"lines": (CardLine(name="Luz", amount=1200),)},
        {"reference": "E" * 35 + "-12"},
        {"body": "Parágrafo.\n\n" * 200},
        {"footer": "Confira quem recebe"},
    ],
)
async def test_a_payment_card_always_adds_up_and_fits(more: dict[str, Any]) -> None:
    twilio = FakeTwilio()
    await say(on(twilio), ANA, payment(**more))
    for place in range(len(twilio.sent)):
        twilio.shown(place)
    assert "twilio/pay" in twilio.shown()


@pytest.mark.parametrize(
    "more", [{"expires_at": None}, {"expires_at": NOW + timedelta(seconds=60)}, {"pix_code": ""}, {"total": 999}]
)
async def test_what_whatsapp_would_not_show_as_a_card_is_said_in_words(more: dict[str, Any]) -> None:
    twilio = FakeTwilio()
    await say(on(twilio), ANA, payment(**more))
    assert twilio.shown()["body"] == "Quem recebe: Loja"


async def test_a_card_that_is_refused_is_said_in_words_and_on_rcs_there_is_none() -> None:
    twilio = FakeTwilio(refused(63013))
    await say(on(twilio), ANA, payment())
    assert twilio.shown()["body"] == "Quem recebe: Loja"
    twilio = FakeTwilio()
    twilio.content_answers = [refused(20001)]
    await say(on(twilio), ANA, payment())
    await say(on(twilio, RCS), BIA, payment())
    assert [twilio.shown(place)["body"] for place in (0, 1)] == ["Quem recebe: Loja"] * 2


async def test_a_template_goes_by_its_name_on_whatsapp_and_as_words_on_rcs() -> None:
    twilio = FakeTwilio()
    template = Template(name="pagamento_1", variables=("Ana", "R$ 10,00"), words="Ana, recebemos R$ 10,00.")
    with pytest.raises(Rejected):
        await say(on(twilio), ANA, template)
    twilio.contents["HX9"] = {
        "friendly_name": "pagamento_1", "language": "pt_BR", "variables": {}, "types": {"twilio/text": {"body": "{{1}}, recebemos {{2}}."}},
    }  # fmt: skip
    await say(on(twilio), ANA, template)
    assert twilio.shown()["twilio/text"]["body"] == "Ana, recebemos R$ 10,00."
    await say(on(twilio, RCS), BIA, template)
    assert twilio.shown()["body"] == "Ana, recebemos R$ 10,00."


@pytest.mark.parametrize(
    ("code", "http", "error"),
    [
        (20003, 401, StopAll),
        (63007, 400, StopAll),
        (20429, 429, SlowDownAll),
        (63018, 400, SlowDownAll),
        (63016, 400, WindowClosed),
        (63024, 400, Unreachable),
        (21211, 400, Unreachable),
        (63017, 400, SlowDownPerson),
        (63012, 500, TryLater),
        (21617, 400, Rejected),
        (99999, 400, Rejected),
        (99999, 500, TryLater),
    ],
)
async def test_what_a_refusal_asks_for(code: int, http: int, error: type[SendError]) -> None:
    caught = await failure(refused(code, http))
    assert type(caught) is error
    assert caught.code == str(code)


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (httpx.Response(502), OutcomeUnknown),
        (httpx.Response(503), TryLater),
        (httpx.Response(429), SlowDownAll),
        (httpx.Response(401), StopAll),
        (httpx.Response(404), TryLater),
        (httpx.Response(201, json={"status": "queued"}), OutcomeUnknown),
        (httpx.Response(200, text="<html>"), OutcomeUnknown),
        (lost(httpx.ReadTimeout), OutcomeUnknown),
        (lost(httpx.RemoteProtocolError), OutcomeUnknown),
        (lost(httpx.ConnectError), TryLater),
        (lost(httpx.ConnectTimeout), TryLater),
    ],
)
async def test_what_no_code_means(answer: httpx.Response, error: type[SendError]) -> None:
    assert type(await failure(answer)) is error


async def test_how_long_to_wait_is_taken_from_the_answer() -> None:
    answer = httpx.Response(429, headers={"retry-after": "7"}, json={"code": 20429, "message": "slow"})
    assert (await failure(answer)).retry_after == 7


def test_the_token_is_never_shown() -> None:
    with pytest.raises(ValueError, match="characters") as caught:
        TwilioApi(account_sid=ACCOUNT, auth_token="a token\n")
    assert "a token" not in str(caught.value)
    assert all(issubclass(error, SendError) for error in ERRORS.values())


@pytest.mark.parametrize(
    ("url", "asked"),
    [
        ("https://api.twilio.com/2010/M/ME1", "https://api.example/2010/M/ME1"),
        ("https://api.example/2010/M/ME1", "https://api.example/2010/M/ME1"),
        ("https://mms.twiliocdn.com/x", "https://mms.twiliocdn.com/x"),
        (
            "https://s3-external-1.amazonaws.com/media.twiliocdn.com/x",
            "https://s3-external-1.amazonaws.com/media.twiliocdn.com/x",
        ),
        ("https://s3-external-1.amazonaws.com/another/x", None),
        ("https://evil.example/x", None),
        ("http://127.0.0.1:9/x", None),
        ("https://api.twilio.com.evil.example/x", None),
        ("", None),
    ],
)
async def test_only_twilios_own_addresses_of_files_are_asked_and_credentials_go_to_its_api_alone(
    url: str, asked: str | None
) -> None:
    channel = on(FakeTwilio())
    try:
        source = await channel.locate(Media(kind="image", url=url))
    except AddressRefused:
        assert asked is None
        return
    assert address_ok(source.url, source) == (asked is not None)
    if asked is not None:
        assert source.url == asked
    assert ("Authorization" in source.headers) == source.url.startswith("https://api.example/")


async def test_a_simulated_api_on_this_machine_serves_files_at_its_own_port_only() -> None:
    channel = TwilioChannel(api(FakeTwilio(), "http://127.0.0.1:8001/twilio"), Sender(WHATSAPP, WHATSAPP_FROM), public_url=PUBLIC)
    source = await channel.locate(Media(kind="image", url="http://127.0.0.1:8001/twilio/media/1"))
    assert address_ok(source.url, source)
    other = await channel.locate(Media(kind="image", url="http://127.0.0.1:8002/admin"))
    assert not address_ok(other.url, other)
    assert other.headers == {}


def cards(count: int, body: str = "Total de R$ 90,00 à vista") -> Cards:
    shown = tuple(
        Card(title=f"Opção {n}", body=body, option=Option(id=f"o_{n}", label=f"Opção {n}", description=body), button="Quero esta")
        for n in range(count)
    )
    return Cards(body="Veja as opções:", cards=shown, options=(Option(id="o_more", label="Falar com alguém"),))


async def test_offers_are_a_carousel_on_rcs_and_a_list_on_whatsapp() -> None:
    twilio = FakeTwilio()
    await say(on(twilio, RCS), BIA, cards(3))
    assert twilio.shown(0)["body"] == "Veja as opções:\n\n4. Falar com alguém"
    shown = twilio.shown(1)["twilio/carousel"]["cards"]
    assert [(card["title"], card["actions"][0]["id"]) for card in shown] == [(f"Opção {n}", f"o_{n}") for n in range(3)]
    await say(on(twilio), ANA, cards(3))
    assert [item["id"] for item in twilio.shown()["twilio/list-picker"]["items"]] == ["o_0", "o_1", "o_2", "o_more"]


async def test_rcs_shows_no_marks_of_whatsapp_and_the_words_that_lead_to_cards() -> None:
    twilio = FakeTwilio()
    offered = cards(2).model_copy(update={"body": "1. Uma: *R$ 1,00*", "lead": "Veja os *cartões*.", "options": ()})
    await say(on(twilio, RCS), BIA, offered)
    assert twilio.shown(0)["body"] == "Veja os cartões."
    await say(on(twilio, RCS), BIA, Choice(body="O seu *CPF*?", options=(Option(id="o_1", label="Já envio"),)))
    assert twilio.shown()["twilio/card"]["body"] == "O seu CPF?"
    await say(on(twilio), ANA, Text(body="O seu *CPF*?"))
    assert twilio.shown()["body"] == "O seu *CPF*?"


async def test_one_card_or_cards_too_long_for_a_carousel_are_a_question() -> None:
    for message in (cards(1), cards(3, "x" * 170)):
        twilio = FakeTwilio()
        await say(on(twilio, RCS), BIA, message)
        assert "1. Opção 0" in twilio.shown()["body"]


async def test_pictures_of_cards_stand_on_the_cards_where_all_have_one_and_else_go_ahead() -> None:
    picture = File(path="a/luz.png", filename="luz.png", mime_type="image/png")
    all_ = cards(2)
    pictured = all_.model_copy(update={"cards": tuple(card.model_copy(update={"image": picture}) for card in all_.cards)})
    twilio = FakeTwilio()
    await say(on(twilio, RCS), BIA, pictured, "m_7")
    shown = twilio.shown()["twilio/carousel"]["cards"]
    assert [card["media"] for card in shown] == [f"{PUBLIC}/d/token-of-m_7"] * 2
    some = all_.model_copy(update={"cards": (all_.cards[0].model_copy(update={"image": picture}), all_.cards[1])})
    twilio = FakeTwilio()
    await say(on(twilio, RCS), BIA, some, "m_8")
    assert [bool(fields.get("MediaUrl")) for fields in twilio.sent] == [True, False, False]
    assert "media" not in twilio.shown()["twilio/carousel"]["cards"][0]


async def test_whose_rcs_leaves_as_sms_gets_numbered_words_for_a_day() -> None:
    memory = InMind()
    twilio = FakeTwilio()
    channel = TwilioChannel(api(twilio), Sender(RCS, RCS_FROM), public_url=PUBLIC, link=linked, memory=memory)
    await memory.keep(RCS_FROM, "+5511988887777", Features(frozenset({BY_SMS})), NOW)
    await say(channel, BIA, choice("Sim", "Não"))
    assert twilio.shown()["body"] == "Como prefere?\n\n1. Sim\n2. Não"
    await say(channel, BIA, cards(2))
    assert twilio.shown()["body"].startswith("1. Opção 0 — Total")
    await memory.keep(RCS_FROM, "+5511988887777", Features(frozenset({BY_SMS})), NOW - timedelta(days=2))
    await say(channel, BIA, choice("Sim", "Não"))
    assert "twilio/card" in twilio.shown()


async def test_answers_that_would_leave_the_screen_are_written_out_as_well() -> None:
    twilio = FakeTwilio()
    await say(on(twilio, RCS), BIA, choice("Sim", "Não").model_copy(update={"followed": True}))
    shown = twilio.shown()["twilio/card"]
    assert shown["body"] == "Como prefere?\n\n1. Sim\n2. Não"
    assert len(shown["actions"]) == 2


async def test_an_action_is_written_out_and_a_message_waits_no_longer_than_it_is_true() -> None:
    twilio = FakeTwilio()
    page = OpenUrl(label="Conferir", url="https://trato.example.com.br/verificar")
    await say(on(twilio), ANA, Text(body="Somos nós.", actions=(page,), expires_at=NOW + timedelta(minutes=10)))
    assert twilio.sent[0]["Body"] == "Somos nós.\n\nConferir: https://trato.example.com.br/verificar"
    assert twilio.sent[0]["ValidityPeriod"] == "600"


_LABELS = st.lists(st.text(min_size=1, max_size=40).filter(lambda text: text.strip() != ""), min_size=1, max_size=14)


@settings(max_examples=150, deadline=None)
@given(
    st.text(min_size=1, max_size=3000).filter(lambda text: text.strip() != ""),
    _LABELS,
    st.none() | st.text(max_size=90),
    st.booleans(),
)
async def test_every_question_fits_by_construction(body: str, labels: list[str], described: str | None, rcs: bool) -> None:
    twilio = FakeTwilio()
    try:
        body.encode(), [label.encode() for label in labels], (described or "").encode()
    except UnicodeEncodeError:
        return
    if "{{" in body + "".join(labels) + (described or ""):
        return
    await say(on(twilio, RCS if rcs else WHATSAPP), BIA if rcs else ANA, choice(*labels, body=body, described=described))
    for place in range(len(twilio.sent)):
        twilio.shown(place)


async def test_the_registry_is_submitted_once_and_never_twice() -> None:
    twilio = FakeTwilio()
    channel = on(twilio)
    for _ in range(2):
        await submit_templates(iter([channel]), TEMPLATES)
    assert len(twilio.contents) == len(list(forms_of(TEMPLATES))) > 3
    asked = [request for request in twilio.requests if request.url.path.endswith("/ApprovalRequests/whatsapp")]
    assert {json.loads(request.content)["category"] for request in asked} == {"UTILITY"}
    assert len(asked) == len(twilio.contents)
    await submit_templates(iter([on(twilio), on(FakeTwilio(), RCS)]), TEMPLATES)
    assert len([request for request in twilio.requests if request.url.path.endswith("/ApprovalRequests/whatsapp")]) == len(asked)
