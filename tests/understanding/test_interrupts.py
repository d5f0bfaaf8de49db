"""Words that are heard in any state of the talk, and words that only look like them."""

from __future__ import annotations

import pytest

from understanding.contact_wishes import contact_wish
from understanding.data_rights import data_right
from understanding.safety.distress import distress
from understanding.safety.interrupts import interrupt
from understanding.safety.relations import relation


@pytest.mark.parametrize(
    ("said", "heard"),
    [
        ("PARAR", "stop"),
        ("sair", "stop"),
        ("para de me mandar mensagem", "stop"),
        ("nao quero mais receber nada", "stop"),
        ("me tira dessa lista", "stop"),
        ("não quero parar de receber", None),
        ("não mande mensagem de madrugada", None),
        ("quero parar de pagar juros", None),
        ("isso é golpe?", "scam"),
        ("eu hein, gopi isso ai", "scam"),
        ("como vou saber que são vocês", "scam"),
        ("quanto eu devo?", None),
        ("quero morrer", "self_harm"),
        ("para de mandar mensagem, vou me matar", "self_harm"),
    ],
)
def test_an_interrupt_is_heard(said: str, heard: str | None) -> None:
    assert interrupt(said) == heard


@pytest.mark.parametrize(
    ("said", "need"),
    [
        ("nao aguento mais viver assim", "self_harm"),
        ("so queria dormi e n acorda mais", "self_harm"),
        ("a dívida passa pros filhos se eu morrer?", None),
        ("morri de rir agora", None),
        ("não aguento mais vocês", None),
        ("quero matar essa dívida", None),
        ("meu marido me bateu", "violence"),
        ("enterrei minha mãe ontem", "bereavement"),
        ("tamo passando fome", "hunger"),
        ("faço quimioterapia", "illness"),
        ("quero parcelar em 3x", None),
    ],
)
def test_a_need_is_known(said: str, need: str | None) -> None:
    assert distress(said) == need


@pytest.mark.parametrize(
    ("said", "who"),
    [
        ("ela faleceu em março", "deceased"),
        ("sou viúva dele, ele morreu", "deceased"),
        ("tenho 15 anos", "minor"),
        ("tenho 45 anos e não sou essa pessoa", "stranger"),
        ("meu filho só tem 12 anos", "minor"),
        ("sou o advogado do José", "representative"),
        ("tenho procuração dela", "representative"),
        ("aqui é a esposa dele", "relative"),
        ("quem fala é a filha, ela saiu", "relative"),
        ("não sou ele, comprei esse chip ontem", "stranger"),
        ("número errado", "stranger"),
    ],
)
def test_who_writes_is_known(said: str, who: str) -> None:
    assert relation(said) == who


@pytest.mark.parametrize(
    ("said", "hours", "often", "channel"),
    [
        ("só depois das 18h", "Mon-Sun 18:00-24:00", None, None),
        ("prefiro de tarde", "Mon-Sun 12:00-18:00", None, None),
        ("de manhã não, por favor", "Mon-Sun 12:00-24:00", None, None),
        ("fim de semana não", "Mon-Fri 00:00-24:00", None, None),
        ("dias úteis, entre 9h e 11h", "Mon-Fri 09:00-11:00", None, None),
        ("uma vez por semana tá bom", None, (1, 7), None),
        ("duas por mês já basta", None, (2, 30), None),
        ("prefiro email", None, None, "email"),
        ("prefiro whatsapp do que ligação", None, None, "whatsapp"),
    ],
)
def test_a_wish_of_contact_is_read(said: str, hours: str | None, often: tuple[int, int] | None, channel: str | None) -> None:
    wish = contact_wish(said)
    assert wish.hours == hours
    assert ((wish.most, wish.every_days) if wish.most else None) == often
    assert wish.channel == channel


@pytest.mark.parametrize(
    ("said", "right"),
    [
        ("quais dados vocês têm de mim?", "access"),
        ("me manda uma cópia dos meus dados", "copy"),
        ("apaga tudo que é meu", "erasure"),
        ("de onde tiraram meus dados", "sharing"),
        ("meu nome tá errado", "correction"),
        ("não autorizei vocês", "objection"),
        ("meus dados vazaram", "leak"),
        ("quem é o dpo", "general"),
        ("lgpd", "menu"),
    ],
)
def test_a_right_is_known(said: str, right: str) -> None:
    assert data_right(said) == right
