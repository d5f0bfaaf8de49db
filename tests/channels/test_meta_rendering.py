"""What people are sent: each message in WhatsApp's form, and never beyond WhatsApp's limits."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from channels.lengths import cut, length, pieces
from channels.message import (
    Address,
    CardLine,
    Choice,
    Document,
    File,
    Image,
    Link,
    Option,
    Outgoing,
    PaymentCard,
    PaymentStatus,
    Rejected,
    Template,
    Text,
)
from channels.meta import render, split
from tests.channels.meta_graph import check_payload

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
ANA = Address(channel="whatsapp", account="P1", raw="551188887777", user_id="BR.1")
PDF = File(path="a/boleto.pdf", filename="boleto.pdf", mime_type="application/pdf")
PNG = File(path="a/qr.png", filename="qr.png", mime_type="image/png")


def choice(*labels: str, body: str = "Como prefere?", **fields: Any) -> Choice:
    options = tuple(Option(id=f"c{number}", label=label) for number, label in enumerate(labels))
    return Choice(body=body, options=options, **fields)


def card(**changed: Any) -> PaymentCard:
    fields: dict[str, Any] = {
        "reference": "trato-1.2_3",
        "body": "Pix de R$ 102,05",
        "pix_code": "00020101021226...6304ABCD",
        "merchant_name": "Lojas Aurora",
        "pix_key": "39580525000189",
        "pix_key_type": "CNPJ",
        "total": 10205,
        "lines": (CardLine(name="Cartão da loja", amount=10000),),
        "charges": 405,
        "discount": 200,
    }
    return PaymentCard(**(fields | changed))


def rendered(message: Outgoing, **more: Any) -> dict[str, Any]:
    payload = render(message, ANA, "out-42", **more)
    check_payload(payload)
    return payload


def content(message: Outgoing, **more: Any) -> dict[str, Any]:
    payload = rendered(message, **more)
    found: dict[str, Any] = payload[payload["type"]]
    return found


# --------------------------------------------------------------------------------------------------------------
# Whom
# --------------------------------------------------------------------------------------------------------------


def test_the_reply_goes_to_the_address_as_received_with_a_plus() -> None:
    assert rendered(Text(body="oi")) == {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        "to": "+551188887777",
        "type": "text",
        "text": {"preview_url": False, "body": "oi"},
        "biz_opaque_callback_data": "out-42",
    }


@pytest.mark.parametrize(
    ("raw", "user_id", "whom"),
    [
        ("+551188887777", None, {"to": "+551188887777"}),
        ("551131234567", "BR.1", {"to": "+551131234567"}),
        (None, "BR.1", {"recipient": "BR.1"}),
    ],
)
def test_a_person_without_a_number_is_reached_by_the_user_id(raw: str | None, user_id: str | None, whom: Any) -> None:
    payload = render(Text(body="oi"), Address(channel="whatsapp", account="P1", raw=raw, user_id=user_id), "k")
    assert {name: payload[name] for name in ("to", "recipient") if name in payload} == whom


def test_nobody_cannot_be_reached() -> None:
    with pytest.raises(Rejected):
        render(Text(body="oi"), Address(channel="whatsapp", account="P1"), "k")


@pytest.mark.parametrize("key", ["", "k" * 513])
def test_a_key_that_meta_would_not_carry_is_refused(key: str) -> None:
    with pytest.raises(Rejected):
        render(Text(body="oi"), ANA, key)


# --------------------------------------------------------------------------------------------------------------
# Choices
# --------------------------------------------------------------------------------------------------------------


def form(message: Choice) -> str:
    payload = rendered(message)
    return str(payload["interactive"]["type"]) if payload["type"] == "interactive" else "numbered"


def test_three_short_answers_are_buttons() -> None:
    assert content(choice("Pix", "Boleto", "Falar com humano", footer="Lojas Aurora")) == {
        "type": "button",
        "body": {"text": "Como prefere?"},
        "footer": {"text": "Lojas Aurora"},
        "action": {
            "buttons": [
                {"type": "reply", "reply": {"id": "c0", "title": "Pix"}},
                {"type": "reply", "reply": {"id": "c1", "title": "Boleto"}},
                {"type": "reply", "reply": {"id": "c2", "title": "Falar com humano"}},
            ]
        },
    }


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        (choice("a", "b", "c", "d"), "list"),
        (choice(*"abcdefghij"), "list"),
        (choice(*"abcdefghijk"), "numbered"),
        (choice("x" * 20, "b"), "button"),
        (choice("x" * 21, "b"), "list"),
        (choice("👍" * 10, "b"), "button"),
        (choice("👍" * 11, "b"), "list"),
        (choice("a", "b", body="x" * 1024), "button"),
        (choice("a", "b", body="x" * 1025), "list"),
        (choice("Sim", "sim"), "numbered"),
        (choice("Sim", " "), "numbered"),
        (choice("x" * 73, "b"), "numbered"),
        (choice("a", "b", body=" "), "numbered"),
        (Choice(body="?", options=(Option(id="1", label="a", description="d"),)), "list"),
        (Choice(body="?", options=(Option(id="1", label="a", description="d" * 73),)), "numbered"),
        (Choice(body="?", options=(Option(id="1", label="a"), Option(id="1", label="b"))), "numbered"),
        (Choice(body="?", options=(Option(id="x" * 257, label="a"),)), "numbered"),
    ],
)
def test_a_choice_takes_the_richest_form_in_which_it_can_be_read(message: Choice, expected: str) -> None:
    assert form(message) == expected


def test_a_label_too_long_for_a_row_is_read_in_full_under_it() -> None:
    label = "À vista por R$ 1.234,56 com 30% de desconto"
    rows = content(choice(label, "Parcelar em 6 vezes"))["action"]["sections"][0]["rows"]
    assert rows[0] == {"id": "c0", "title": "À vista por R$ 1.234,56…", "description": label}
    assert rows[1] == {"id": "c1", "title": "Parcelar em 6 vezes"}


def test_labels_that_would_look_the_same_when_cut_are_numbered() -> None:
    message = choice("Cartão da loja de São Paulo 1", "Cartão da loja de São Paulo 2")
    assert content(message)["body"] == ("Como prefere?\n\n1. Cartão da loja de São Paulo 1\n2. Cartão da loja de São Paulo 2")


def test_numbered_text_says_all_that_the_list_would() -> None:
    options = tuple(Option(id=str(n), label=f"Dívida {n}", description="R$ 10,00") for n in range(1, 12))
    text = content(Choice(body="Qual delas?", options=options, footer="Responda com o número"))["body"]
    assert text.startswith("Qual delas?\n\n1. Dívida 1 — R$ 10,00\n2. Dívida 2 — R$ 10,00\n")
    assert text.endswith("\n11. Dívida 11 — R$ 10,00\n\nResponda com o número")


def test_a_footer_that_is_too_long_ends_the_body() -> None:
    footer = "x" * 61
    shown = content(choice("a", "b", footer=footer))
    assert shown["body"]["text"] == f"Como prefere?\n\n{footer}"
    assert "footer" not in shown


# --------------------------------------------------------------------------------------------------------------
# Links, files, templates
# --------------------------------------------------------------------------------------------------------------


def test_a_link_is_a_button() -> None:
    shown = content(Link(body="Seu boleto", label="Abrir boleto", url="https://trato.example/d/1"))
    assert shown["action"] == {
        "name": "cta_url",
        "parameters": {"display_text": "Abrir boleto", "url": "https://trato.example/d/1"},
    }


def test_a_link_with_a_long_label_is_written_out() -> None:
    shown = content(Link(body="Seu boleto", label="Abrir o boleto no navegador", url="https://trato.example/d/1"))
    assert shown["body"] == "Seu boleto\n\nAbrir o boleto no navegador: https://trato.example/d/1"


def test_files_go_by_their_uploaded_id() -> None:
    assert content(Document(file=PDF, caption="Boleto"), media_id="m1") == {
        "id": "m1",
        "filename": "boleto.pdf",
        "caption": "Boleto",
    }
    assert content(Image(file=PNG), media_id="m2") == {"id": "m2"}
    with pytest.raises(Rejected):
        render(Document(file=PDF), ANA, "k")


def test_a_template_carries_its_variables_in_one_line_each() -> None:
    message = Template(name="pagamento_confirmado", variables=("Ana", "R$ 10,00\n\tno Pix"), words="…")
    assert content(message) == {
        "name": "pagamento_confirmado",
        "language": {"code": "pt_BR"},
        "components": [
            {"type": "body", "parameters": [{"type": "text", "text": "Ana"}, {"type": "text", "text": "R$ 10,00 no Pix"}]}
        ],
    }
    assert "components" not in content(Template(name="ola", words="Olá"))
    with pytest.raises(Rejected):
        render(Template(name="ola", variables=("",), words="…"), ANA, "k")


# --------------------------------------------------------------------------------------------------------------
# Payments
# --------------------------------------------------------------------------------------------------------------


LINE = "07790001161200000010400000000018316400000101533"


def test_a_payment_card_carries_a_boleto_beside_the_pix() -> None:
    ways = content(card(digitable_line=LINE))["action"]["parameters"]["payment_settings"]
    assert [setting["type"] for setting in ways] == ["pix_dynamic_code", "boleto"]
    assert ways[1] == {"type": "boleto", "boleto": {"digitable_line": LINE}}


def test_a_payment_card_may_carry_a_boleto_alone() -> None:
    ways = content(card(pix_code="", pix_key="", digitable_line=LINE))["action"]["parameters"]["payment_settings"]
    assert ways == [{"type": "boleto", "boleto": {"digitable_line": LINE}}]


@pytest.mark.parametrize("changed", [{"pix_code": ""}, {"digitable_line": LINE[:-1]}, {"digitable_line": f"{LINE[:-1]} "}])
def test_a_payment_card_without_a_code_or_with_half_a_line_is_refused(changed: dict[str, Any]) -> None:
    with pytest.raises(Rejected):
        render(card(**changed), ANA, "out-42")


def test_a_payment_card_adds_up_and_carries_the_code() -> None:
    shown = content(card(expires_at=NOW + timedelta(hours=1)), now=NOW)
    assert shown["action"] == {
        "name": "review_and_pay",
        "parameters": {
            "reference_id": "trato-1.2_3",
            "type": "digital-goods",
            "payment_type": "br",
            "payment_settings": [
                {
                    "type": "pix_dynamic_code",
                    "pix_dynamic_code": {
                        "code": "00020101021226...6304ABCD",
                        "merchant_name": "Lojas Aurora",
                        "key": "39580525000189",
                        "key_type": "CNPJ",
                    },
                }
            ],
            "currency": "BRL",
            "total_amount": {"value": 10205, "offset": 100},
            "order": {
                "status": "pending",
                "items": [
                    {"retailer_id": "1", "name": "Cartão da loja", "amount": {"value": 10000, "offset": 100}, "quantity": 1}
                ],
                "subtotal": {"value": 10000, "offset": 100},
                "tax": {"value": 405, "offset": 100, "description": "Multa e juros"},
                "discount": {"value": 200, "offset": 100, "description": "Desconto"},
                "expiration": {
                    "timestamp": str(int((NOW + timedelta(hours=1)).timestamp())),
                    "description": "Prazo deste código encerrado",
                },
            },
        },
    }


@pytest.mark.parametrize(("seconds", "told"), [(299, False), (300, True), (-1, False)])
def test_a_card_tells_its_expiry_only_when_it_is_five_minutes_ahead(seconds: int, told: bool) -> None:
    order = content(card(expires_at=NOW + timedelta(seconds=seconds)), now=NOW)["action"]["parameters"]["order"]
    assert ("expiration" in order) is told


@pytest.mark.parametrize(
    "changed",
    [
        {"total": 10204},
        {"total": 0, "discount": 10405},
        {"lines": ()},
        {"charges": -1, "total": 9799},
        {"discount": -1, "total": 10406},
        {"reference": "com espaço"},
        {"reference": ""},
        {"reference": "x" * 61},
        {"pix_code": " "},
        {"pix_key": ""},
        {"merchant_name": " "},
        {"body": " "},
    ],
)
def test_a_card_that_does_not_add_up_is_refused(changed: dict[str, Any]) -> None:
    with pytest.raises(Rejected):
        render(card(**changed), ANA, "k", now=NOW)


def test_a_paid_card_is_shown_as_paid_and_a_cancelled_one_as_cancelled() -> None:
    paid = PaymentStatus(reference="r1", status="paid", body="Recebemos seu Pix", paid_at=NOW)
    assert content(paid)["action"] == {
        "name": "review_order",
        "parameters": {
            "reference_id": "r1",
            "order": {"status": "completed"},
            "payment": {"status": "captured", "timestamp": int(NOW.timestamp())},
        },
    }
    cancelled = PaymentStatus(reference="r1", status="cancelled", body="Este Pix não vale mais")
    assert content(cancelled)["action"]["parameters"] == {"reference_id": "r1", "order": {"status": "canceled"}}


# --------------------------------------------------------------------------------------------------------------
# Splitting, and every limit at once
# --------------------------------------------------------------------------------------------------------------


def test_a_long_text_is_cut_at_a_paragraphs_end() -> None:
    first, second = "a" * 3000, "b " * 1000 + "b"
    assert split(Text(body=f"{first}\n\n{second}")) == [Text(body=first), Text(body=second)]


def test_a_long_question_goes_ahead_of_its_buttons() -> None:
    message = choice("Sim", "Não", body="p" * 4090 + "\n\nAceita?")
    assert split(message) == [Text(body="p" * 4090), message.model_copy(update={"body": "Aceita?"})]


def test_what_was_not_split_is_refused_and_never_cut() -> None:
    with pytest.raises(Rejected):
        render(Text(body="a" * 4097), ANA, "k")
    with pytest.raises(Rejected):
        render(Text(body=" \n"), ANA, "k")


@pytest.mark.parametrize("whole", ["👨‍👩‍👧‍👦", "👍🏽", "🇧🇷", "é", "❤️"])
def test_a_cut_leaves_emoji_and_accents_whole(whole: str) -> None:
    for limit in range(20, 40):
        for piece in pieces(whole * 40, limit):
            assert piece == whole * (len(piece) // len(whole))
        assert cut(whole * 40, limit).rstrip("…") == whole * (len(cut(whole * 40, limit).rstrip("…")) // len(whole))


some_letters = ["a", "ã", "7", " ", "\n", "\n\n", ". ", "👍", "🇧🇷", "👨‍👩‍👧", "e\u0301", "supercalifragilistico"]
letters = st.sampled_from(some_letters) | st.characters(exclude_categories=("Cs",))
short = st.lists(letters, max_size=40).map("".join)
longish = st.builds(lambda part, times: part * times, short, st.sampled_from([1, 1, 7, 60, 400]))
option_ids = st.text("abc -", max_size=4) | st.text("x", min_size=150, max_size=300)
options = st.builds(Option, id=option_ids, label=short, description=st.none() | short)
choices = st.builds(
    Choice, body=longish, options=st.lists(options, max_size=13).map(tuple), button=short, footer=st.none() | short | longish
)


@settings(deadline=None)
@given(st.text(min_size=1, max_size=80) | longish, st.integers(20, 200))
def test_pieces_fit_and_lose_nothing_but_white_space(text: str, limit: int) -> None:
    found = pieces(text, limit)
    assert all(0 < length(piece) <= limit and piece == piece.strip() for piece in found)
    assert "".join("".join(found).split()) == "".join(text.split())


@settings(deadline=None)
@given(choices)
def test_any_choice_stays_within_the_limits(message: Choice) -> None:
    parts = split(message)
    if not message.body.strip() and not (message.footer or "").strip() and not message.options:
        return
    for part in parts:
        rendered(part)
    said = " ".join("".join(str(render(part, ANA, "k")) for part in parts).split())
    for option in message.options:
        # Whatever the form, each answer can be read in full somewhere.
        label = " ".join(option.label.split())
        if label.isalnum():
            assert label in said


@settings(deadline=None)
@given(longish)
def test_any_words_stay_within_the_limits(body: str) -> None:
    messages: list[Outgoing] = [
        Link(body=body, label=body[:30], url="https://trato.example/d/1"),
        Document(file=PDF, caption=body),
        Image(file=PNG, caption=body),
    ]
    if body.strip():
        messages += [
            Text(body=body),
            card(body=body, footer=body, merchant_name=body, lines=(CardLine(name=body, amount=10000),)),
            PaymentStatus(reference="r", status="paid", body=body),
        ]
    for message in messages:
        for part in split(message):
            rendered(part, media_id="m", now=NOW)


@settings(deadline=None)
@given(st.lists(st.integers(0, 10**9), min_size=1, max_size=5), st.integers(0, 10**6), st.integers(0, 10**6))
def test_any_amounts_either_add_up_or_are_refused(amounts: list[int], charges: int, discount: int) -> None:
    lines = tuple(CardLine(name="Dívida", amount=amount) for amount in amounts)
    total = sum(amounts) + charges - discount
    message = card(lines=lines, charges=charges, discount=discount, total=total)
    if total > 0:
        rendered(message)
    else:
        with pytest.raises(Rejected):
            rendered(message)


def test_a_template_with_a_payment_button_carries_the_order() -> None:
    paid = PaymentCard(
        reference="r1", body="x", pix_code="000201", merchant_name="Loja", pix_key="k", pix_key_type="EVP", total=1000,
        lines=(CardLine(name="Conta", amount=1000),),
    )  # fmt: skip
    payload = render(Template(name="pagamento_preparado", words="x", card=paid), ANA, "m_1", now=NOW)
    (button,) = payload["template"]["components"]
    assert (button["type"], button["sub_type"], button["index"]) == ("button", "order_details", 0)
    order = button["parameters"][0]["action"]["order_details"]
    assert (order["reference_id"], order["total_amount"]) == ("r1", {"value": 1000, "offset": 100})


def test_a_request_for_the_telephone_is_whatsapps_own() -> None:
    (message,) = split(Text(body="Quer compartilhar?", asks_contact=True))
    payload = render(message, ANA, "m_1")
    assert payload["interactive"] == {
        "type": "contact_request", "body": {"text": "Quer compartilhar?"}, "action": {"name": "request_contact_info"},
    }  # fmt: skip
