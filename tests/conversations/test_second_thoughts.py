"""Edits, revokes, words passed on, answers to an old message, and a human who writes from the provider's own app."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from channels.message import Media
from conversations import questions
from conversations.identity import Given
from conversations.wording import Utterance, Wording
from tests.conversations.doubles import ANA, CPF, RESPONSES, World, make_world

DEBTS = Utterance("utter_debts", {"debts": [{"description": "Luz", "arguments": {"debt": 1}}, {"description": "Água"}]})
SAID = {
    "utter_answer_mensagem_vazia": [{"text": "Pode escrever?"}],
    "utter_media_voice": [{"text": "Não consigo ouvir."}],
    "utter_opted_out": [{"text": "Parei."}],
}


@pytest.fixture
async def world(engine: AsyncEngine) -> World:
    made = make_world(engine)
    made.talk = replace(made.talk, wording=Wording({**RESPONSES, **SAID}, {}))
    return made


async def changed(world: World, kind: str, original: str, words: str | None = None) -> None:
    detail = {"original_message_id": original, "message": {}, "kind": "text"}
    await world.receive(world.written(words, kind=kind, detail=detail))


# --------------------------------------------------------------------------------------------------- edits and revokes


async def test_an_edit_of_what_is_not_answered_yet_is_what_is_asked(world: World) -> None:
    first = world.written("quero pagar 50")
    await world.receive(first)
    await changed(world, "edit", first.external_id, "quero pagar tudo")
    await world.work()
    assert [asked.text for asked in world.mind.asked] == ["quero pagar tudo"]
    lines = await world.rows("select text, detail from transcript where author = 'debtor' order by id")
    assert [line.text for line in lines] == ["quero pagar 50", "quero pagar tudo"] and lines[0].detail["edited"]


async def test_an_edit_of_what_was_answered_is_recorded_and_asks_nothing(world: World) -> None:
    first = world.written("aceito")
    await world.receive(first)
    await world.work()
    await changed(world, "edit", first.external_id, "não aceito")
    await world.work()
    assert [asked.text for asked in world.mind.asked] == ["aceito"]
    assert (await world.one("select count(*) n from inbox where kind = 'edit' and state = 'recorded'")).n == 1


async def test_what_is_taken_back_before_its_answer_has_none_and_stays_on_record(world: World) -> None:
    first = world.written("mandei errado")
    await world.receive(first)
    await changed(world, "revoke", first.external_id)
    await world.work()
    assert world.mind.asked == [] and world.channel.arrived == []
    line = await world.one("select text, detail from transcript where text <> ''")
    assert line.text == "mandei errado" and line.detail["deleted"]


async def test_nobody_changes_what_somebody_else_wrote(world: World) -> None:
    first = world.written("oi")
    await world.receive(first)
    stranger = ANA.model_copy(update={"raw": "5511900000000"})
    await world.receive(
        world.written("quero tudo", stranger, kind="edit", detail={"original_message_id": first.external_id, "message": {}})
    )
    await world.work()
    assert [asked.text for asked in world.mind.asked] == ["oi"]


# ------------------------------------------------------------------------------------------------------- words passed on


async def test_words_that_are_passed_on_prove_nobodys_identity(world: World) -> None:
    await world.debtor()
    await world.receive(world.written(f"meu CPF é {CPF} e nasci em 12/04/1987", forwarded=True))
    await world.work()
    (asked,) = world.mind.asked
    assert asked.intent is None and CPF not in str(asked.text)
    sealed = await world.rows("select secrets_sealed from turns where secrets_sealed is not null")
    assert all(Given.load(world.ground.vault.open(row.secrets_sealed, "turn")).empty for row in sealed)


@pytest.mark.parametrize("words", ["sim", "1", "Luz", "👍"])
async def test_words_that_are_passed_on_answer_nothing_in_anybodys_name(world: World, words: str) -> None:
    world.mind.answer = (DEBTS,)
    await world.write("oi")
    await world.work()
    await world.receive(world.written(words, forwarded=True))
    await world.work()
    assert world.mind.asked[-1].intent in (None, "mensagem_vazia")
    assert (await world.one("select count(*) n from choices where used_at is not null")).n == 0


# --------------------------------------------------------------------------------------- a reply to an earlier message


async def offered_twice(world: World) -> str:
    """Two questions with answers; the provider's id of the first."""
    world.mind.answer = (DEBTS,)
    here = await world.write("oi")
    await world.work()
    other = Utterance("utter_debts", {"debts": [{"description": "Gás"}, {"description": "Telefone"}]})
    first = await world.one("select provider_id from outbox where message->>'kind' = 'choice'")
    world.clock.advance(seconds=5)
    await world.say(here, other, source="turn:later")
    await world.work()
    return str(first.provider_id)


async def answered(world: World, words: str, reply_to: str | None) -> tuple[str | None, str | None]:
    await world.receive(world.written(words, reply_to=reply_to))
    await world.work()
    used = await world.rows("select label from choices where used_at is not null")
    return world.mind.asked[-1].intent, used[0].label if used else None


async def test_an_answer_that_quotes_an_earlier_question_answers_that_one(world: World) -> None:
    quoted = await offered_twice(world)
    assert await answered(world, "2", quoted) == ("escolher_opcao", "Água")


async def test_an_answer_that_quotes_nothing_answers_the_last_question(world: World) -> None:
    await offered_twice(world)
    assert await answered(world, "2", None) == ("escolher_opcao", "Telefone")


async def test_an_answer_that_quotes_what_we_never_said_is_an_answer_to_the_last_question(world: World) -> None:
    await offered_twice(world)
    assert await answered(world, "2", "wamid.unknown") == ("escolher_opcao", "Telefone")


async def test_an_answer_to_offers_that_are_over_is_told_so_and_counted_anew(world: World) -> None:
    quoted = await offered_twice(world)
    world.clock.advance(hours=25)
    await world.receive(world.written("oi"))
    await world.work()
    assert (await answered(world, "2", quoted))[0] == "escolha_antiga"


@pytest.mark.parametrize(("quoted", "meant"), [("before", "escolha_antiga"), ("asked", "responder")])
async def test_a_yes_to_what_was_said_before_is_no_yes_to_what_is_asked_now(world: World, quoted: str, meant: str) -> None:
    debtor, here = await world.debtor(), await world.write("oi")
    await world.work()
    await world.prove(here, debtor)
    await world.write("quero parcelar")
    await world.work()
    turns = await world.rows("select t.id, o.provider_id from turns t join outbox o on o.turn_id = t.id order by t.number")
    async with world.engine.begin() as conn:
        asked = replace(questions.asked("accept_offer", ("yes_no",)), turn=turns[1].id)
        await questions.put(conn, here, asked, world.clock.now())
    reply_to = turns[0 if quoted == "before" else 1].provider_id
    await world.receive(world.written("aceito", reply_to=reply_to))
    await world.work()
    assert world.mind.asked[-1].intent == meant


# ------------------------------------------------------------------------------------------- said once and not each time


async def test_that_nothing_can_be_heard_is_said_once_in_a_while(world: World) -> None:
    world.mind.answer = (Utterance("utter_media_voice"),)
    for wait in (0, 60, 60, 180):
        world.clock.advance(seconds=wait)
        await world.receive(world.written(None, kind="media", media=Media(kind="voice", provider_id="1")))
        await world.rows("update media set state = 'kept', path = 'x', sha256 = repeat('a', 64), size = 1, mime = 'audio/ogg'")
        await world.work()
    assert world.channel.words == ["Sou o assistente virtual.\n\nNão consigo ouvir.", "Não consigo ouvir."]
    assert (await world.one("select count(*) n from media")).n == 4, "each is kept for the team"


async def test_whoever_sends_nothing_but_blanks_is_asked_for_words_once(world: World) -> None:
    world.mind.answer = (Utterance("utter_answer_mensagem_vazia"),)
    for words in ("", " ", "\u200b"):
        await world.write(words)
        await world.work()
    assert len(world.channel.words) == 1


# ---------------------------------------------------------------------------------- a human in the provider's own app


async def echo(world: World, words: str = "Oi, aqui é a Rita da loja.") -> None:
    await world.receive(world.written(words, from_us=True, detail={"echo": True}))
    await world.work()


async def test_where_a_human_answers_in_the_app_the_bot_is_silent(world: World) -> None:
    here = await world.write("oi")
    await world.say(here, Utterance("utter_hello"), source="turn:queued")
    await echo(world)
    await world.write("obrigado, Rita")
    await world.work()
    assert world.channel.arrived == [], "neither what was about to be said nor an answer, nor a place in a queue"
    note = await world.one("select text from transcript where detail->>'kind' = 'app'")
    assert note.text == "Oi, aqui é a Rita da loja."
    assert (await world.conversation(here)).owner == "queue"


async def test_whoever_a_human_wrote_to_first_from_the_app_is_not_answered_by_the_bot(world: World) -> None:
    await echo(world)
    await world.write("oi, Rita")
    await world.work()
    assert world.channel.arrived == []


async def test_a_day_after_the_last_word_from_the_app_the_bot_answers_again(world: World) -> None:
    here = await world.write("oi")
    await echo(world)
    world.clock.advance(hours=20)
    await echo(world, "Ainda estou vendo")
    world.clock.advance(hours=23)
    await world.write("e aí?")
    await world.work()
    assert world.channel.arrived == []
    world.clock.advance(hours=2)
    await world.write("oi")
    await world.work()
    assert world.channel.words and (await world.conversation(here)).owner == "bot"


async def test_whoever_wants_the_assistant_back_has_it(world: World) -> None:
    here = await world.write("oi")
    await echo(world)
    await world.write("voltar ao assistente")
    await world.work()
    assert world.channel.words == ["Voltei."] and (await world.conversation(here)).owner == "bot"


@pytest.mark.parametrize("more", [{"detail": {}}, {"detail": {"echo": True}, "group": "120363@g.us"}])
async def test_our_own_number_and_groups_pause_nothing(world: World, more: dict[str, Any]) -> None:
    here = await world.write("oi")
    await world.receive(world.written("teste", from_us=True, **more))
    await world.work()
    assert (await world.conversation(here)).owner == "bot" and world.channel.words


async def test_an_order_of_a_catalogue_is_looked_at_by_a_human_while_the_bot_goes_on(world: World) -> None:
    here = await world.write("oi")
    await world.receive(world.written(None, kind="order", detail={"catalog_id": "1"}))
    await world.work()
    row = await world.one("select reason, asked, status from handoffs where conversation_id = :id", id=here)
    assert (row.reason, row.asked, row.status) == ("pedido_do_catalogo", False, "waiting")
    assert world.mind.asked[-1].intent == "enviou_outra_coisa"


async def test_an_older_message_that_comes_later_stands_in_its_place_and_is_answered_once(world: World) -> None:
    late = world.clock.now() - timedelta(hours=3)
    await world.receive(world.written("depois"), world.written("antes", sent_at=late))
    lines = await world.rows("select text from transcript where author = 'debtor' order by at, id")
    assert [line.text for line in lines] == ["antes", "depois"]
    await world.work()
    assert len(world.mind.asked) == 1
