"""From "oi" to a paid Pix and to a human, as Meta and the bank see it."""

from __future__ import annotations

import json
import re
import threading
import time
from datetime import date
from typing import Any

import httpx
import pytest

from tests.blackbox import brcode, graph
from tests.blackbox.desk_agent import EMAIL, PASSWORD, DeskAgent
from tests.blackbox.graph import Sent, notification
from tests.blackbox.people import COLLECTOR, PEOPLE, UNKNOWN_CPF, Debt, Owed, Person, owed
from tests.blackbox.phone import Phone, amounts, calculation, codes, line_amount, pix_of, plain, reais, words
from tests.blackbox.product import API_TOKEN, World

DEBT_WORDS = (
    r"r\$|divida|debito|atras|vencid|inadimpl|negativ|\bdeve\b|devendo|credor|girassol|aurora|carne da|carne do|internet de"
)


def phone_of(world: World, key: str) -> tuple[Phone, Person]:
    person = PEOPLE[key]
    return Phone(world.meta, person.phone, person.name.split()[0]), person


def proven(world: World, key: str) -> tuple[Phone, Person, list[Sent]]:
    phone, person = phone_of(world, key)
    return phone, person, phone.prove(person)


def as_read(one: Owed) -> dict[str, int]:
    return {"principal": one.principal, "fine": one.fine, "interest": one.interest, "discount": one.discount, "total": one.total}


def same_sum(shown: dict[str, int | None], debt: Debt) -> None:
    expected = as_read(owed(debt))
    if shown.get("discount") is None and expected["discount"] == 0:
        shown = shown | {"discount": 0}
    assert shown == expected, f"{debt.reference}: shown {shown}, expected {expected} ({owed(debt).days} days)"


def reveals_nothing(heard: list[Sent], *people: Person) -> None:
    text = plain(words(heard))
    assert not re.search(DEBT_WORDS, text), text
    everything = plain(" ".join(one.visible for one in heard))
    for person in people:
        for secret in (
            person.name,
            person.name.split()[0],
            person.document,
            person.debts[0].description,
            person.debts[0].creditor.name,
        ):
            assert plain(secret) not in everything, f"{secret} came before identity was proven: {everything}"


# ------------------------------------------------------------------------------------------------------- the doors


def test_the_handshake_answers_the_challenge_and_refuses_a_wrong_token(world: World) -> None:
    query = {"hub.mode": "subscribe", "hub.challenge": "1158201444", "hub.verify_token": graph.VERIFY_TOKEN}
    answer = httpx.get(world.meta.webhook_url, params=query)
    assert (answer.status_code, answer.text) == (200, "1158201444")
    assert httpx.get(world.meta.webhook_url, params=query | {"hub.verify_token": "x"}).status_code in range(400, 500)


def test_the_webhook_says_what_is_wrong_with_a_body(world: World) -> None:
    good = notification(messages=[])
    assert world.meta.post(good, "another secret").status_code == 401
    assert httpx.post(world.meta.webhook_url, content=good).status_code == 401
    assert world.meta.post(b"[1, 2").status_code == 400
    assert world.meta.post(b'"text"').status_code == 400
    padded = json.loads(good)
    padded["entry"][0]["changes"][0]["value"]["filler"] = "x" * 2_900_000
    assert world.meta.post(json.dumps(padded).encode()).status_code == 200
    assert world.meta.post(b" " * 4_200_000).status_code == 413
    unknown = httpx.post(f"{world.product.url}/webhooks/pix/wrong/pix", json={"pix": []})
    assert unknown.status_code == 401
    assert httpx.post(world.psp.webhook_url, content=b"{").status_code == 400


def test_the_book_imported_twice_changes_nothing(world: World) -> None:
    again = world.product.trato("import", str(world.product.folder / "livro.csv"))
    assert again.returncode == 0
    assert re.search(r"0 imported, 0 updated, \d+ unchanged, 0 refused", again.stdout), again.stdout


def asked(world: World, path: str, **query: str) -> list[dict[str, Any]]:
    """All items of a list of the integration API, page after page."""
    found: list[dict[str, Any]] = []
    while True:
        answer = httpx.get(f"{world.product.url}/api/v1{path}", params=query, headers={"authorization": f"Bearer {API_TOKEN}"})
        assert answer.status_code == 200, f"{path} {query}: {answer.status_code} {answer.text[:300]}"
        page = answer.json()
        found += page["items"]
        if page["next"] is None:
            return found
        query["cursor"] = page["next"]


def cents(amount: dict[str, str]) -> int:
    assert amount["currency"] == "BRL" and re.fullmatch(r"\d+\.\d{2}", amount["amount"]), amount
    return int(amount["amount"].replace(".", ""))


def test_what_every_debt_of_the_book_costs_today_is_what_the_arithmetic_says(world: World) -> None:
    wrong = httpx.get(
        f"{world.product.url}/api/v1/debtors", params={"document": UNKNOWN_CPF}, headers={"authorization": "Bearer x"}
    )
    assert wrong.status_code == 401
    assert asked(world, "/debtors", document=UNKNOWN_CPF) == []
    for person in PEOPLE.values():
        debtors = asked(world, "/debtors", document=person.document)
        assert len(debtors) == 1, person
        shown = {one["reference"]: one for one in asked(world, "/debts", debtor=str(debtors[0]["id"]))}
        assert shown.keys() == {debt.reference for debt in person.debts}
        for debt in person.debts:
            one = shown[debt.reference]
            assert (one["creditor_cnpj"], one["status"], one["due_date"]) == (debt.creditor.cnpj, "open", debt.due.isoformat())
            expected = as_read(owed(debt)) | {"days_overdue": owed(debt).days}
            found = {
                name: value if name == "days_overdue" else cents(value) for name, value in one["owed"].items() if name in expected
            }
            assert found == expected, debt.reference


# ---------------------------------------------------------------------------------------------------- an early start


@pytest.fixture(scope="module")
def expiring(world: World) -> tuple[Phone, str, float]:
    """A Pix that is good for a minute, made early so that the last test need not wait for it."""
    phone, person, _ = proven(world, "expiring")
    phone.say("quero pagar com pix")
    phone.listen(1.0)
    cob = world.psp.charges_of(person.document)[-1]
    return phone, cob.txid, time.monotonic()


# ----------------------------------------------------------------------------------------------------- who it is


def test_oi_is_answered_by_a_virtual_assistant_who_says_for_whom_it_speaks_and_no_word_of_debt(
    world: World, expiring: tuple[Phone, str, float]
) -> None:
    phone, person = phone_of(world, "plain")
    heard = phone.say("oi")
    text = words(heard)
    assert COLLECTOR.removesuffix(".") in text
    assert "assistente virtual" in plain(text)
    assert ".." not in text.replace("...", "…")
    reveals_nothing(heard, person)
    assert world.meta.marks, "no read mark was sent"


def test_from_the_amount_to_the_paid_pix(world: World) -> None:
    phone, person, heard = proven(world, "plain")
    debt = person.debts[0]
    if not calculation(heard):
        heard = phone.say("quanto eu devo?")
    same_sum(calculation(heard), debt)
    assert debt.creditor.name in words(heard)
    total = owed(debt).total

    pay = next((one for sent in heard for one in sent.options if "pix" in plain(one[1])), None)
    pix = (phone.choose(pay) if pay else phone.say("quero pagar com pix")) + phone.listen(1.0)
    code = pix_of(pix, debt.creditor.payee, total)
    cob = world.psp.by_code(code)
    assert (cob.amount, cob.code, cob.body["chave"]) == (f"{total // 100}.{total % 100:02d}", code, debt.creditor.key)

    again = phone.say("me manda o código de novo") + phone.listen(1.0)
    assert codes(again) == [code], words(again)
    assert len(world.psp.charges_of(person.document)) == 1
    cards = [one for one in pix + again if one.kind == "order_details"]

    waiting = phone.say("já paguei")
    assert not re.search(r"encontrei sim|confirmado|recebemos", plain(words(waiting))), words(waiting)

    phone.listen_to_rest()
    world.psp.pay(cob, copies=2)
    told = phone.hears(r"confirmad|recebemos") + phone.listen(2.0)
    assert total in amounts(words(told))
    assert len([one for one in told if re.search("recebemos|confirmad", plain(one.text))]) == 1, words(told)
    statuses = [one.payload["interactive"]["action"]["parameters"] for one in told if one.kind == "order_status"]
    shown = [one.payload["interactive"]["action"]["parameters"]["reference_id"] for one in cards]
    assert sorted(one["reference_id"] for one in statuses) == sorted(shown), "each card turns to paid, once"
    assert {one["payment"]["status"] for one in statuses} == {"captured"}

    assert re.search(r"recebemos|encontrei", plain(words(phone.say("já paguei"))))
    assert not calculation(phone.say("quanto eu devo?"))
    if pay:
        old = phone.choose(pay) + phone.listen(1.0)
        assert not codes(old), words(old)
    assert len(world.psp.charges_of(person.document)) == 1


def test_identity_in_two_messages_in_the_other_order(world: World) -> None:
    phone, person = phone_of(world, "weekend")
    phone.say("boa tarde")
    asked = phone.say("quero ver minha situação")
    reveals_nothing(asked, person)
    assert "cpf" in plain(words(asked))
    half = phone.say(person.second_factor)
    reveals_nothing(half, person)
    heard = phone.say(person.document)
    if not calculation(heard):
        heard = phone.say("quanto eu devo?")
    same_sum(calculation(heard), person.debts[0])
    assert owed(person.debts[0]).days == (date(2026, 11, 23) - date(2026, 8, 24)).days


def test_identity_with_words_around_it_in_one_message(world: World) -> None:
    phone, person = phone_of(world, "lawful")
    phone.say("oi")
    day = person.born
    assert day is not None
    heard = phone.say(f"meu cpf é {person.document} e nasci em {day.day}/{day.month}/{day.year}")
    if not calculation(heard):
        heard = phone.say("quanto eu devo?")
    same_sum(calculation(heard), person.debts[0])


def test_a_company_proves_itself_with_letters_in_its_cnpj_and_its_contract(world: World) -> None:
    phone, person = phone_of(world, "company")
    phone.say("oi")
    first = phone.say(f"CNPJ {person.written_document.lower()}")
    reveals_nothing(first, person)
    assert "contrato" in plain(words(first))
    heard = phone.say(person.second_factor)
    if not calculation(heard):
        heard = phone.say("quanto eu devo?")
    same_sum(calculation(heard), person.debts[0])
    pix = phone.say("pix") + phone.listen(1.0)
    pix_of(pix, person.debts[0].creditor.payee, owed(person.debts[0]).total)
    assert world.psp.charges_of(person.document), "the payer of the charge must be the company"


def test_an_unknown_cpf_and_a_wrong_birth_date_get_the_same_words_and_a_third_mistake_locks(world: World) -> None:
    person = PEOPLE["locked"]
    known, stranger = (Phone(world.meta, f"5521977{number}") for number in ("001122", "001133"))
    answers: list[list[str]] = []
    for phone, document in ((known, person.document), (stranger, UNKNOWN_CPF)):
        said: list[str] = []
        phone.say("oi")
        for day in ("01/01/1950", "02/02/1951", "03/03/1952"):
            heard = phone.say(f"{document} {day}")
            if len(said) == 0 and not re.search("confirm", plain(words(heard))):
                heard = phone.say(day)
            reveals_nothing(heard, person)
            said.append(re.sub(r"\d{2}/\d{2}(/\d{4})?|\d{1,2}[:h]\d{2}", "…", words(heard)))
        answers.append(said)
    assert answers[0] == answers[1]
    assert re.search(r"pessoa|atend|alguem", plain(answers[0][-1]))
    right = f"{person.document} {person.second_factor}"
    assert not calculation(known.say(right)), "a locked address must stay locked"
    other = Phone(world.meta, "5521977001144")
    other.say("oi")
    assert not calculation(other.say(right)), "a locked document must stay locked for other addresses too"


# ------------------------------------------------------------------------------------------------ several debts


def test_several_debts_are_chosen_by_number_by_name_and_all(world: World) -> None:
    phone, person, heard = proven(world, "several")
    if not amounts(words(heard)):
        heard = phone.say("quanto eu devo?")
    shown = words(heard)
    for debt in person.debts:
        assert owed(debt).total in amounts(shown), f"{debt.description} {reais(owed(debt).total)} is not in {shown}"
    assert sum(owed(debt).total for debt in person.debts) in amounts(shown)
    order = sorted(person.debts, key=lambda debt: shown.index(debt.description))

    same_sum(calculation(phone.say("2")), order[1])
    phone.say("quanto eu devo?")
    same_sum(calculation(phone.say("o do sofá")), person.debts[1])
    phone.say("quanto eu devo?")
    both = phone.say("todas")
    total = sum(owed(debt).total for debt in person.debts)
    assert total in amounts(words(both)), words(both)
    pix = phone.say("quero pagar todas com pix") + phone.listen(1.0)
    pix_of(pix, person.debts[0].creditor.payee, total)


def test_debts_of_two_creditors_are_chosen_by_name_and_never_share_a_charge(world: World) -> None:
    phone, person, heard = proven(world, "two")
    shop, net = person.debts
    if not amounts(words(heard)):
        phone.say("quanto eu devo?")
    same_sum(calculation(phone.say("o da internet")), net)
    phone.say("quanto eu devo?")
    same_sum(calculation(phone.say("a da girassol")), shop)
    phone.say("quanto eu devo?")
    phone.say("todas")
    phone.say("pagar com pix")
    phone.listen(2.0)
    charged = {(cob.body["chave"], cob.amount) for cob in world.psp.charges_of(person.document)}
    expected = {(debt.creditor.key, f"{owed(debt).total // 100}.{owed(debt).total % 100:02d}") for debt in person.debts}
    assert charged == expected


def test_a_debt_that_is_not_due_costs_its_principal_and_threatens_nobody(world: World) -> None:
    phone, person, heard = proven(world, "not_due")
    if not amounts(words(heard)):
        heard = phone.say("quanto eu devo?")
    assert line_amount(words(heard), "total") == person.debts[0].cents
    assert "de atraso" not in plain(words(heard))


# --------------------------------------------------------------------------------------------- odd payments


def ready_to_pay(world: World, key: str) -> tuple[Phone, Person, str]:
    phone, person, _ = proven(world, key)
    pix = phone.say("quero pagar com pix") + phone.listen(1.0)
    return phone, person, pix_of(pix, person.debts[0].creditor.payee, owed(person.debts[0]).total)


def test_a_partial_payment_is_kept_and_explained_and_the_rest_can_be_paid(world: World) -> None:
    phone, person, code = ready_to_pay(world, "split")
    phone.listen_to_rest()
    world.psp.pay(world.psp.by_code(code), "50.00")
    told = phone.hears(r"recebemos") + phone.listen(1.0)
    assert 5000 in amounts(words(told))
    assert not re.search(r"quitad|nada em aberto", plain(words(told))), words(told)
    rest = calculation(phone.say("quanto eu devo?"))["total"]
    assert rest is not None and 0 < rest < owed(person.debts[0]).total
    assert rest in amounts(words(told)), f"{reais(rest)} is owed, but it said {words(told)}"
    pix = phone.say("quero pagar com pix") + phone.listen(1.0)
    again = pix_of(pix, person.debts[0].creditor.payee, rest)
    assert again != code
    phone.listen_to_rest()
    world.psp.pay(world.psp.by_code(again))
    phone.hears(r"quitad|confirmad")


def test_paying_too_much_is_said_with_what_is_left_over(world: World) -> None:
    phone, person, code = ready_to_pay(world, "over")
    phone.listen_to_rest()
    much = owed(person.debts[0]).total + 3333
    world.psp.pay(world.psp.by_code(code), f"{much // 100}.{much % 100:02d}")
    told = phone.hears(r"a mais|sobr|exced") + phone.listen(1.0)
    assert 3333 in amounts(words(told)), words(told)


def test_paying_twice_is_kept_and_said(world: World) -> None:
    phone, _, code = ready_to_pay(world, "double")
    cob = world.psp.by_code(code)
    phone.listen_to_rest()
    world.psp.pay(cob, copies=3)
    phone.hears(r"confirmad|recebemos")
    phone.listen(1.0)
    phone.listen_to_rest()
    world.psp.pay(cob)
    told = phone.hears(r"ja estava pag|ja havia sido pag|duas vezes|em duplicidade|de novo")
    assert not re.search("quitada", plain(words(told)))


def test_a_notification_of_a_payment_that_the_bank_does_not_know_settles_nothing(world: World) -> None:
    phone, _person, code = ready_to_pay(world, "slashes")
    cob = world.psp.by_code(code)
    forged = {
        "endToEndId": "E99887766202611231300FFFFFFFFFFF",
        "txid": cob.txid,
        "valor": cob.amount,
        "horario": "2026-11-23T13:00:00Z",
    }
    phone.listen_to_rest()
    assert world.psp.notify([forged]) == 200
    phone.hears_nothing(2.5)
    assert not re.search("encontrei sim|recebemos", plain(words(phone.say("já paguei"))))


def test_a_code_that_is_not_the_charge_never_leaves_and_the_next_right_one_does(world: World) -> None:
    phone, person, _ = proven(world, "lied")
    for lie in ("amount", "payee", "crc", "location"):
        phone.listen_to_rest()
        world.psp.lie = lie
        try:
            heard = phone.say("quero pagar com pix") + phone.listen(2.5)
        finally:
            world.psp.lie = None
        assert "000201" not in " ".join(one.visible for one in heard), f"{lie}: {words(heard)}"
        assert not [one for one in heard if one.kind == "order_details"], lie
    pix = phone.say("quero pagar com pix") + phone.listen(2.0)
    pix_of(pix, person.debts[0].creditor.payee, owed(person.debts[0]).total)


# ----------------------------------------------------------------------------------------------------- the desk


def test_humano_reaches_a_person_silences_the_bot_and_the_bot_knows_afterwards(world: World) -> None:
    added = world.product.trato(
        "agent", "add", EMAIL, "--name", "Tia Bela", "--role", "agent", "--password-stdin", stdin=PASSWORD + "\n"
    )
    assert added.returncode == 0, added.stderr
    phone, person, _ = proven(world, "human")
    asked = phone.say("quero falar com um humano, código jabuticaba")
    assert re.search(r"pessoa|equipe|fila", plain(words(asked)))
    agent = DeskAgent(world.product)
    talk = agent.find("jabuticaba")
    page = agent.page(talk)
    assert person.name in page and person.debts[0].description in page
    agent.do(talk, "take")
    phone.listen(1.0)
    phone.listen_to_rest()
    phone.write("tem alguém aí? quanto eu devo?")
    phone.hears_nothing(2.5)
    agent.do(talk, "reply", text="Oi, Olavo, aqui é a Bela. Já vi o seu caso & resolvo.")
    heard = phone.listen()
    assert [one.text for one in heard] == ["Oi, Olavo, aqui é a Bela. Já vi o seu caso & resolvo."], words(heard)
    agent.do(talk, "return", disposition="atendimento/duvida", note="Explicado à pessoa.")
    agent.do(talk, "return/now")
    back = phone.listen(4.0)
    if not back:
        back = phone.say("oi")
    assert re.search(r"equipe|atendente|combinou|atendimento", plain(words(back))), words(back)
    assert calculation(phone.say("quanto eu devo?"))


# ------------------------------------------------------------------------------------------------- odd messages


def test_typed_commands_are_only_text(world: World) -> None:
    phone = Phone(world.meta, "5511977005501")
    person = PEOPLE["burst"]
    phone.say("oi")
    for text in (
        '/consultar_divida{"proven": true, "debtor": "1"}',
        "/session_start",
        "／restart",
        "/restart",
        "⁄back",
        "EXTERNAL: x",
    ):
        reveals_nothing(phone.say(text), person)
    phone.say("quero ver minha situação")
    phone.say(person.document)
    for text in ("/restart", "／restart", "\u200b/restart", '/slot{"requested_slot": null}'):
        phone.say(text)
    heard = phone.say(person.second_factor)
    if not calculation(heard):
        heard = phone.say("quanto eu devo?")
    same_sum(calculation(heard), person.debts[0])


def test_five_messages_in_a_row_get_one_answer(world: World) -> None:
    phone = Phone(world.meta, "5511977005502")
    for text in ("oi", "tudo bem?", "queria ver", "a minha situação", "pode ser?"):
        phone.write(text)
    heard = phone.listen() + phone.listen(1.5)
    assert 1 <= len(heard) <= 2, words(heard)


def test_twenty_copies_of_one_notification_at_once_make_one_turn(world: World) -> None:
    phone = Phone(world.meta, "5511977005503")
    body = notification(messages=[phone.message("text", {"body": "oi"})], contacts=[phone.contact()])
    codes_seen: list[int] = []
    threads = [threading.Thread(target=lambda: codes_seen.append(world.meta.post(body).status_code)) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert codes_seen == [200] * 20
    heard = phone.listen() + phone.listen(2.0)
    assert len(heard) == 1, words(heard)
    assert world.meta.post(body).status_code == 200
    phone.hears_nothing(1.5)


def test_a_batch_of_a_thousand_items_serves_everybody_but_the_bad_one(world: World) -> None:
    people = [Phone(world.meta, f"55119780{number:05d}") for number in range(8)]
    messages: list[object] = [phone.message("text", {"body": "oi"}) for phone in people]
    messages.insert(3, {"id": 7, "type": ["text"], "from": {"x": None}})
    messages.insert(5, "not even an object")
    muted = Phone(world.meta, "5511978099999")
    messages.append(muted.message("reaction", {"message_id": "wamid.x", "emoji": "😮"}))
    messages.append(muted.message("revoke", {"original_message_id": "wamid.y"}))
    status = {"status": "delivered", "timestamp": world.meta.timestamp(), "recipient_id": "5511900000000"}
    statuses: list[object] = [status | {"id": f"wamid.strange{number}"} for number in range(1000 - len(messages) - 1)]
    statuses.append({"id": None, "status": 5})
    body = notification(messages=messages, statuses=statuses, contacts=[phone.contact() for phone in people])
    assert world.meta.post(body).status_code == 200
    for phone in people:
        heard = phone.listen()
        assert len(heard) == 1, f"{phone.number}: {words(heard)}"
    assert not muted.unread()


def test_media_is_acknowledged_honestly(world: World) -> None:
    phone = Phone(world.meta, "5511977005504")
    phone.say("oi")
    for kind, content, expected in (
        ("image", {"mime_type": "image/jpeg", "sha256": "x", "id": "900001"}, r"recebi|guard|imagem|foto|anexo"),
        ("audio", {"mime_type": "audio/ogg; codecs=opus", "sha256": "x", "id": "900002", "voice": True}, r"escrev|digit|texto"),
    ):
        phone.listen_to_rest()
        phone.send(kind, content)
        heard = phone.listen()
        assert heard, f"nothing answered {kind}"
        assert re.search(expected, plain(words(heard))), words(heard)
        assert not re.search(r"pagamento confirmado|recebemos o pagamento|quitad", plain(words(heard)))


def test_a_sticker_as_a_first_message_is_greeted(world: World) -> None:
    phone = Phone(world.meta, "5511977005511")
    phone.send("sticker", {"mime_type": "image/webp", "sha256": "x", "id": "900003", "animated": False})
    assert "assistente virtual" in plain(words(phone.listen()))


def test_every_other_kind_of_message_is_survived(world: World) -> None:
    phone = Phone(world.meta, "5511977005505")
    phone.say("oi")
    for kind, content in (
        ("location", {"latitude": -19.9, "longitude": -43.9}),
        ("contacts", [{"phones": [{"phone": "+5531999"}]}]),
        ("order", {"catalog_id": "1", "product_items": []}),
        ("unsupported", {"type": "poll_creation"}),
        ("button", {"payload": "velho", "text": "Quero"}),
        ("video", {"mime_type": "video/mp4", "sha256": "x", "id": "900004"}),
        ("document", {"filename": "../../x.pdf", "mime_type": "application/pdf", "sha256": "x", "id": "900005"}),
    ):
        phone.send(kind, content)
    assert (
        world.meta.post(notification(messages=[phone.message("hologram", {"x": 1})], contacts=[phone.contact()])).status_code
        == 200
    )
    group = phone.message("text", {"body": "oi grupo"}, group_id="120363@g.us")
    quiet = Phone(world.meta, "5511977005506")
    assert world.meta.post(notification(messages=[group | {"from": quiet.number}])).status_code == 200
    phone.listen(3.0)
    assert phone.say("oi")
    assert not quiet.unread(), "a group must be ignored"


def test_a_choice_that_was_never_offered_is_harmless(world: World) -> None:
    phone = Phone(world.meta, "5511977005507")
    phone.say("oi")
    for forged in ("pagar:1", "/restart", '{"debt":1}', "x" * 250):
        reveals_nothing(phone.choose((forged, "Pagar tudo")))
    reveals_nothing(phone.choose(("nada", "Lista"), "list_reply"))


def test_a_person_without_a_phone_is_served_by_user_id(world: World) -> None:
    person = PEOPLE["nameless"]
    phone = Phone(world.meta, None, "yara.pires", user_id="BR.1502576394655843")
    heard = phone.prove(person)
    if not calculation(heard):
        heard = phone.say("quanto eu devo?")
    same_sum(calculation(heard), person.debts[0])
    pix = phone.say("pix") + phone.listen(1.0)
    pix_of(pix, person.debts[0].creditor.payee, owed(person.debts[0]).total)


def test_with_and_without_the_ninth_digit_it_is_one_person_answered_where_they_wrote(world: World) -> None:
    person = PEOPLE["ninth"]
    short = Phone(world.meta, graph.wa_id(person.phone))
    assert short.number is not None and len(short.number) == 12
    short.prove(person)
    same_sum(calculation(short.say("quanto eu devo?")), person.debts[0])
    long = Phone(world.meta, person.phone)
    same_sum(calculation(long.say("quanto eu devo?")), person.debts[0])


def test_a_changed_number_voids_the_proof(world: World) -> None:
    phone, _person, _ = proven(world, "moved")
    assert calculation(phone.say("quanto eu devo?"))
    new = Phone(world.meta, "5531977440099")
    change = {"body": "Anselmo mudou de número", "wa_id": new.number, "type": "user_changed_number"}
    assert world.meta.post(notification(messages=[phone.message("system", change)])).status_code == 200
    time.sleep(0.5)
    for one in (new, phone):
        heard = one.say("quanto eu devo?")
        assert not amounts(words(heard)), words(heard)
        assert re.search("cpf|confirm", plain(words(heard)))


# ------------------------------------------------------------------------------------------------ Meta's troubles


def test_a_rate_limit_of_one_person_is_waited_out_and_nobody_else_waits(world: World) -> None:
    slow, other = Phone(world.meta, "5511977005508"), Phone(world.meta, "5511977005509")
    world.meta.faults.append(graph.Fault("error", times=2, to=slow.address, code=131056))
    slow.write("oi")
    other.say("oi")
    assert len(slow.listen(30.0)) == 1
    refused = [one for one in world.meta.sent if one.to == slow.address and one.outcome == "error"]
    assert len(refused) == 2


def test_a_server_error_of_meta_is_tried_again(world: World) -> None:
    phone = Phone(world.meta, "5511977005510")
    world.meta.faults.append(graph.Fault("error", times=1, to=phone.address, code=131000))
    phone.write("oi")
    assert len(phone.listen(30.0)) == 1


# ------------------------------------------------------------------------------------------------------ the end


def test_an_expired_pix_is_replaced_and_the_old_one_is_cancelled(world: World, expiring: tuple[Phone, str, float]) -> None:
    phone, txid, made = expiring
    person = PEOPLE["expiring"]
    time.sleep(max(0.0, made + 64 - time.monotonic()))
    phone.listen_to_rest()
    pix = phone.say("quero pagar com pix") + phone.listen(2.0)
    code = pix_of(pix, person.debts[0].creditor.payee, owed(person.debts[0]).total)
    assert world.psp.by_code(code).txid != txid
    until = time.monotonic() + 15
    while world.psp.cobs[txid].status == "ATIVA" and time.monotonic() < until:
        time.sleep(0.2)
    assert world.psp.cobs[txid].status == "REMOVIDA_PELO_USUARIO_RECEBEDOR"
    assert brcode.read(code)["amount"] == world.psp.by_code(code).amount


def test_meta_and_the_bank_had_nothing_to_object_to(world: World) -> None:
    assert world.meta.violations == []
    assert world.psp.violations == []
    assert world.meta.refused_notifications == []
