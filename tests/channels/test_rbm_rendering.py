"""What people see on RCS: each message in its richest form, never beyond RCS's limits, and nothing on a locked screen."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from channels.message import (
    CalendarEvent,
    Card,
    CardLine,
    Cards,
    Choice,
    Dial,
    Document,
    File,
    Image,
    Link,
    OpenUrl,
    Option,
    Outgoing,
    PaymentCard,
    PaymentStatus,
    Template,
    Text,
)
from channels.rbm_outbound import EVERYTHING, render, split, telling
from tests.channels.rbm_google import check

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
PNG = File(path="a/x.png", filename="x.png", mime_type="image/png")
PDF = File(path="a/x.pdf", filename="x.pdf", mime_type="application/pdf")
URLS = {"a/x.png": "https://trato.example/d/png", "a/x.pdf": "https://trato.example/d/pdf"}
REMIND = CalendarEvent(
    label="Lembrar no dia", title="Lembrete", starts_at=NOW + timedelta(days=3), ends_at=NOW + timedelta(days=3, minutes=30)
)


def shown(message: Outgoing, features: frozenset[str] = EVERYTHING) -> list[dict[str, Any]]:
    """The contents of all that is sent for a message, each within Google's limits."""
    found = []
    for piece in split(message):
        for payload in render(piece, NOW, features, URLS):
            check(payload.content)
            found.append(payload.content["contentMessage"])
    return found


def options(*labels: str) -> tuple[Option, ...]:
    return tuple(Option(id=f"o{n}", label=label) for n, label in enumerate(labels, 1))


def cards(count: int, **changed: Any) -> Cards:
    made = tuple(
        Card(
            title=f"{n}x de R$ {100 // n},00",
            body=f"1ª em {n:02d}/12/2026\nTotal: R$ 100,00",
            option=Option(id=f"o{n}", label=f"{n}x de R$ {100 // n},00", description="Total: R$ 100,00"),
            button="Quero esta",
        )
        for n in range(1, count + 1)
    )
    return Cards(**({"body": "As opções são:", "cards": made} | changed))


def texts(content: dict[str, Any]) -> list[str]:
    return [one.get("reply", one.get("action"))["text"] for one in content.get("suggestions", [])]


def test_a_few_answers_are_suggestions_below_the_words() -> None:
    (content,) = shown(Choice(body="Como prefere?", options=options("Pix", "Boleto", "Falar com alguém")))
    assert content["text"] == "Como prefere?"
    assert texts(content) == ["Pix", "Boleto", "Falar com alguém"]


def test_answers_that_more_words_would_push_away_are_written_out_too() -> None:
    (content,) = shown(Choice(body="Como prefere?", options=options("Pix", "Boleto"), followed=True))
    assert content["text"] == "Como prefere?\n\n1. Pix\n2. Boleto"
    assert texts(content) == ["Pix", "Boleto"]


def test_descriptions_and_long_answers_stand_in_the_words_and_their_numbers_on_suggestions() -> None:
    described = Choice(
        body="Qual?", options=(Option(id="a", label="Carnê", description="R$ 10,00"), Option(id="b", label="Outra"))
    )
    (content,) = shown(described)
    assert "1. Carnê — R$ 10,00\n2. Outra" in content["text"] and texts(content) == ["Carnê", "Outra"]
    (content,) = shown(Choice(body="Qual?", options=options("Uma resposta comprida demais para caber", "Outra")))
    assert "1. Uma resposta comprida demais para caber" in content["text"] and texts(content) == ["Opção 1", "Opção 2"]


def test_what_the_words_number_already_is_not_numbered_twice() -> None:
    body = "As contas:\n\n1. Carnê: R$ 10,00\n2. Internet: R$ 20,00\n\nQual delas?"
    described = tuple(Option(id=f"o{n}", label=label, description="x") for n, label in ((1, "Carnê"), (2, "Internet")))
    (content,) = shown(Choice(body=body, options=described))
    assert content["text"] == body


def test_more_answers_than_suggestions_are_a_numbered_text() -> None:
    (content,) = shown(Choice(body="Qual?", options=options(*(f"Conta {n}" for n in range(1, 13)))))
    assert content["text"].endswith("12. Conta 12") and "suggestions" not in content


@pytest.mark.parametrize(
    "label", ["Pagar a dívida", "Ver DÉBITOS", "Contas atrasadas", "Evitar negativação", "Quanto eu devo", "Serasa"]
)
def test_no_suggestion_tells_a_locked_screen_of_a_debt(label: str) -> None:
    (content,) = shown(Choice(body="Escolha:", options=options(label, "Outra coisa")))
    assert texts(content) == ["Opção 1", "Opção 2"]
    assert f"1. {label}" in content["text"]


def test_a_cards_title_tells_a_locked_screen_nothing() -> None:
    (card,) = cards(1).cards
    told = card.model_copy(update={"title": "Dívida do cartão"})
    found = shown(Cards(body="Veja:", cards=(told,)))[-1]["richCard"]["standaloneCard"]["cardContent"]
    assert "title" not in found and found["description"].startswith("Dívida do cartão\n")


@pytest.mark.parametrize("words", ["Pagar com Pix", "Falar com alguém", "Não devolver", "Devagar", "3x de R$ 10,00", "Endereço"])
def test_harmless_words_are_told_from_those_that_tell(words: str) -> None:
    assert not telling(words)


def test_whatsapps_marks_are_not_shown_and_a_code_is_left_alone() -> None:
    (content,) = shown(Text(body="*Total: R$ 10,00*\n_Vence_ em *03/12*, 2*3*4 e snake_case_x"))
    assert content["text"] == "Total: R$ 10,00\nVence em 03/12, 2*3*4 e snake_case_x"
    for code in ("00020126580014br.gov.bcb.pix5204000053039865802BR62070503***6304ABCD", "*a*"):
        assert shown(Text(body=code))[0]["text"] == code


def test_offers_are_cards_side_by_side_each_with_its_own_answer() -> None:
    text, content = shown(cards(3, options=options("Outra proposta"), footer="Valores de hoje"))
    assert text == {"text": "As opções são:\n\nValores de hoje"}
    carousel = content["richCard"]["carouselCard"]["cardContents"]
    assert [card["title"] for card in carousel] == ["1x de R$ 100,00", "2x de R$ 50,00", "3x de R$ 33,00"]
    assert [card["suggestions"][0]["reply"] for card in carousel] == [
        {"text": "Quero esta", "postbackData": f"o{n}"} for n in (1, 2, 3)
    ]
    assert texts(content) == ["Outra proposta"]


def test_one_offer_is_one_card_and_eleven_are_a_numbered_text() -> None:
    assert "standaloneCard" in shown(cards(1))[-1]["richCard"]
    assert "11. 11x de R$ 9,00" in shown(cards(11))[-1]["text"]


def test_a_telephone_without_cards_reads_all_that_they_say() -> None:
    (*_, content) = shown(cards(2, options=options("Outra proposta")), frozenset())
    assert content["text"] == (
        "1. 1x de R$ 100,00\n1ª em 01/12/2026\nTotal: R$ 100,00\n\n2. 2x de R$ 50,00\n1ª em 02/12/2026\nTotal: R$ 100,00\n\n3. Outra proposta"
    )
    assert texts(content) == ["1x de R$ 100,00", "2x de R$ 50,00", "Outra proposta"]


def test_pictures_of_cards_have_words_for_those_who_hear_them() -> None:
    (card,) = cards(1).cards
    pictured = Cards(body="Veja:", cards=(card.model_copy(update={"image": PNG, "image_alt": "Um calendário"}),))
    media = shown(pictured)[-1]["richCard"]["standaloneCard"]["cardContent"]["media"]
    assert media["contentInfo"]["fileUrl"] == URLS["a/x.png"] and media["contentInfo"]["altText"] == "Um calendário"
    plain = shown(pictured, frozenset())
    assert [next(iter(one)) for one in plain] == ["text", "contentInfo", "text"]


def test_a_tap_opens_calls_or_keeps_the_day() -> None:
    actions = (
        OpenUrl(label="Conferir", url="https://trato.example/verificar"),
        Dial(label="Ligar", phone="+551130000000"),
        REMIND,
    )
    (content,) = shown(Text(body="Combinado!", actions=actions))
    kinds = [next(name for name in one["action"] if name.endswith("Action")) for one in content["suggestions"]]
    assert kinds == ["openUrlAction", "dialAction", "createCalendarEventAction"]
    event = content["suggestions"][2]["action"]["createCalendarEventAction"]
    assert event["title"] == "Lembrete" and event["startTime"] == "2026-11-25T12:00:00Z"
    assert all(one["action"]["postbackData"].startswith("action:") for one in content["suggestions"])


def test_an_action_that_a_telephone_has_not_got_is_written_out() -> None:
    actions = (OpenUrl(label="Conferir", url="https://trato.example/verificar"), REMIND)
    (content,) = shown(Text(body="Combinado!", actions=actions), frozenset())
    assert content == {"text": "Combinado!\n\nConferir: https://trato.example/verificar"}


def test_a_calendar_entry_never_names_a_debt() -> None:
    telling_entry = REMIND.model_copy(update={"title": "Pagar a dívida"})
    (content,) = shown(Text(body="Combinado!", actions=(telling_entry,)))
    assert content == {"text": "Combinado!"}


def test_a_link_is_a_suggestion_and_a_paper_a_file_behind_its_words() -> None:
    (content,) = shown(Link(body="Veja aqui", label="Abrir", url="https://trato.example/x"))
    assert content["suggestions"][0]["action"]["openUrlAction"]["url"] == "https://trato.example/x"
    words, file = shown(Document(file=PDF, caption="Seu boleto"))
    assert words == {"text": "Seu boleto"} and file["contentInfo"]["fileUrl"] == URLS["a/x.pdf"]
    assert shown(Image(file=PNG, alt="QR code"))[0]["contentInfo"]["altText"] == "QR code"


def test_a_payment_card_is_said_in_words_with_its_end_and_its_day() -> None:
    card = PaymentCard(
        reference="r", body="Escolha Pix no seu banco.", pix_code="000201", merchant_name="Loja", pix_key="1", pix_key_type="EVP",
        total=1000, lines=(CardLine(name="x", amount=1000),), expires_at=NOW + timedelta(hours=1), actions=(REMIND,),
    )  # fmt: skip
    (piece,) = split(card)
    (payload,) = render(piece, NOW)
    assert payload.content["contentMessage"]["text"] == "Escolha Pix no seu banco."
    assert payload.content["expireTime"] == "2026-11-22T13:00:00.000000Z"
    assert texts(payload.content["contentMessage"]) == ["Lembrar no dia"]
    assert shown(PaymentStatus(reference="r", status="paid", body="Pago!")) == [{"text": "Pago!"}]
    assert shown(Template(name="t", words="Oi, Ana!")) == [{"text": "Oi, Ana!"}]


words = st.text(st.characters(exclude_categories=("Cs", "Cc")) | st.sampled_from("áé😀👩‍👩‍👧\n "), max_size=60)
long_words = st.builds(lambda text, times: text * times, words.filter(str.strip), st.integers(1, 120))
label = words.filter(lambda text: bool(text.strip()))
option = st.builds(Option, id=st.uuids().map(str), label=label, description=st.none() | words)
action = st.one_of(
    st.builds(OpenUrl, label=label, url=st.sampled_from(["https://trato.example/x", "http://x/" + "y" * 2100])),
    st.builds(Dial, label=label, phone=st.sampled_from(["+5511999990000", "0800"])),
    st.just(REMIND),
)
actions = st.lists(action, max_size=3).map(tuple)
card = st.builds(
    Card, title=words, body=long_words, option=option, button=label, image=st.sampled_from([None, PNG]),
    image_alt=st.none() | words, actions=actions,
)  # fmt: skip
message = st.one_of(
    st.builds(Text, body=long_words, actions=actions),
    st.builds(
        Choice, body=long_words, options=st.lists(option, max_size=14).map(tuple), footer=st.none() | words, actions=actions,
        followed=st.booleans(),
    ),
    st.builds(
        Cards, body=long_words, cards=st.lists(card, min_size=1, max_size=12).map(tuple),
        options=st.lists(option, max_size=4).map(tuple), footer=st.none() | words, followed=st.booleans(),
    ),
    st.builds(Link, body=long_words, label=label, url=st.just("https://trato.example/x")),
    st.builds(Document, file=st.just(PDF), caption=st.none() | long_words),
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(message, st.sampled_from([EVERYTHING, frozenset(), frozenset({"RICHCARD_STANDALONE", "ACTION_DIAL"})]))
def test_every_message_fits_on_every_telephone_and_loses_no_answer(sent: Outgoing, features: frozenset[str]) -> None:
    found = shown(sent, features)
    assert found
    everything = json.dumps(found, ensure_ascii=False)
    if isinstance(sent, Choice | Cards):
        asked = [*sent.options, *(one.option for one in getattr(sent, "cards", ()))]
        for one in asked:
            readable = " ".join(one.label.split())
            assert one.id in everything or json.dumps(readable[:20], ensure_ascii=False)[1:-1] in everything
