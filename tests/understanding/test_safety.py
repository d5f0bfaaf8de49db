"""What must not be missed is found, and what denies it is not taken for it."""

from __future__ import annotations

import pytest

from understanding.safety import Signal, overruling, read_safety, weighed


def sure(text: str) -> set[tuple[str, str]]:
    return {(one.label, one.kind) for one in read_safety(text) if one.certainty == "sure"}


@pytest.mark.parametrize(
    ("text", "label", "kind"),
    [
        ("num so o joao nao, para d mandar msg", "parar_mensagens", ""),
        ("SAIR", "parar_mensagens", ""),
        ("me tira dessa lista", "parar_mensagens", ""),
        ("não entrem mais em contato", "parar_mensagens", ""),
        ("numero errado, aqui n tem ninguem com esse nome", "nao_sou_a_pessoa", "wrong_number"),
        ("sou a esposa dele", "nao_sou_a_pessoa", "relative"),
        ("minha mãe faleceu em março", "nao_sou_a_pessoa", "deceased"),
        ("tenho 14 anos moço", "nao_sou_a_pessoa", "minor"),
        ("sou advogado do senhor Antônio", "nao_sou_a_pessoa", "representative"),
        ("não aguento mais viver", "vulnerabilidade", "self_harm"),
        ("to pensando em me matar por causa disso", "vulnerabilidade", "self_harm"),
        ("estou com câncer fazendo quimio", "vulnerabilidade", "illness"),
        ("perdi minha mãe semana passada", "vulnerabilidade", "bereavement"),
        ("a enchente levou tudo", "vulnerabilidade", "disaster"),
        ("meu marido me bate", "vulnerabilidade", "violence"),
        ("nao reconheco essa divida", "contestar_divida", "never_mine"),
        ("fizeram um cartão no meu nome sem eu saber", "contestar_divida", "fraud"),
        ("o valor está errado", "contestar_divida", "wrong_amount"),
        ("essa dívida já prescreveu", "contestar_divida", "prescribed"),
        ("isso é golpe?", "suspeita_golpe", ""),
        ("como sei que esse boleto é verdadeiro", "suspeita_golpe", ""),
        ("quero falar com um atendente", "falar_com_humano", ""),
        ("tem alguem de verdade ai?", "falar_com_humano", ""),
        ("vou no procon", "ameaca_juridica", ""),
        ("vou processar vocês", "ameaca_juridica", ""),
        ("moro na rua faz dois anos", "vulnerabilidade", "hunger"),
        ("tô na rua com meus filhos", "vulnerabilidade", "hunger"),
        ("passando fome na avenida com meus filhos", "vulnerabilidade", "hunger"),
        ("alagou o bairro da gente", "vulnerabilidade", "disaster"),
        ("sem forças até pra respirar", "vulnerabilidade", "self_harm"),
        ("pensando em nunca mais voltar pra casa", "vulnerabilidade", "self_harm"),
        ("me obrigaram a fazer cartão pro meu patrão", "contestar_divida", "fraud"),
        ("ele tirou o empréstimo me ameaçando", "contestar_divida", "fraud"),
        ("prefiro gastar com advogado", "ameaca_juridica", ""),
        ("desde quando loja cobra por zap", "suspeita_golpe", ""),
        ("a loja agora cobra por whatsapp?", "suspeita_golpe", ""),
        ("tô surda de um ouvido", "vulnerabilidade", "illness"),
        ("tô internada no hospital", "vulnerabilidade", "illness"),
    ],
)
def test_what_must_not_be_missed_is_found(text: str, label: str, kind: str) -> None:
    assert (label, kind) in sure(text)


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("não quero parar de receber", "parar_mensagens"),
        ("pode continuar mandando mensagem", "parar_mensagens"),
        ("não precisa de atendente", "falar_com_humano"),
        ("nao quero falar com atendente nao", "falar_com_humano"),
        ("não vou processar ninguém", "ameaca_juridica"),
        ("vocês vão me processar se eu não pagar?", "ameaca_juridica"),
        ("nao to dizendo q nao devo, so quero saber o valor", "contestar_divida"),
        ("morri de rir kkk", "vulnerabilidade"),
        ("mudei, agora moro na Rua das Acácias, 40", "vulnerabilidade"),
        ("moro na rua 15 de novembro", "vulnerabilidade"),
        ("moro na rua do hospital", "vulnerabilidade"),
        ("minha loja fica na avenida Maria da Penha", "vulnerabilidade"),
        ("trabalho no hospital das clínicas, só pego o celular à noite", "vulnerabilidade"),
        ("meu celular morreu ontem", "nao_sou_a_pessoa"),
        ("moro na frente da delegacia", "ameaca_juridica"),
        ("moro na rua da Justiça, 50", "ameaca_juridica"),
        ("parou de funcionar o link", "parar_mensagens"),
        ("chega amanhã o meu dinheiro", "parar_mensagens"),
        ("quem não quer mais mensagem é meu irmão, eu quero", "parar_mensagens"),
        ("para de mandar pra esse número e manda pro outro", "parar_mensagens"),
        ("quero matar essa conta logo", "vulnerabilidade"),
        ("sem vontade de abrir esse boleto", "vulnerabilidade"),
        ("penso em voltar pra casa amanhã", "vulnerabilidade"),
        ("sou técnica, tô de plantão na UTI até amanhã", "vulnerabilidade"),
        ("você é surdo?", "vulnerabilidade"),
        ("tô cego de raiva", "vulnerabilidade"),
        ("obrigada por fazer o cartão", "contestar_divida"),
        ("a loja atende por whatsapp?", "suspeita_golpe"),
        ("se alguém me ligar eu não atendo", "falar_com_humano"),
        ("sou eu mesmo", "nao_sou_a_pessoa"),
        ("não sou caloteiro", "nao_sou_a_pessoa"),
        ("bom dia, me manda o boleto", "parar_mensagens"),
    ],
)
def test_what_denies_it_is_not_taken_for_it(text: str, label: str) -> None:
    assert label not in {found for found, _ in sure(text)}


def test_a_life_comes_before_everything_else() -> None:
    signals = read_safety("para de mandar mensagem, quero falar com atendente, não quero mais viver")
    assert (signals[0].label, signals[0].kind) == ("vulnerabilidade", "self_harm")
    assert overruling(signals, {"parar_mensagens": 0.99, "vulnerabilidade": 0.0}) == "vulnerabilidade"


def test_a_rule_that_the_classifier_contradicts_is_a_maybe() -> None:
    rule = (Signal("suspeita_golpe", "", "golpe", "sure"),)
    assert weighed(rule, {"suspeita_golpe": 0.001})[0].certainty == "maybe"
    assert weighed(rule, {"suspeita_golpe": 0.2})[0].certainty == "sure"
    assert weighed((), {"suspeita_golpe": 0.6})[0].certainty == "sure"
    assert weighed((), {"suspeita_golpe": 0.05}) == ()


def test_a_sure_rule_overrules_only_where_the_classifier_leaves_room() -> None:
    rule = (Signal("suspeita_golpe", "", "golpe", "sure"),)
    assert overruling(rule, {"consultar_divida": 0.5, "suspeita_golpe": 0.2}) == "suspeita_golpe"
    assert overruling(rule, {"consultar_divida": 0.9, "suspeita_golpe": 0.01}) is None
    assert overruling(rule, {"parar_mensagens": 0.5, "suspeita_golpe": 0.2}) is None


@pytest.mark.parametrize("text", ["", " ", "🙂", "?", "a" * 5000, "não " * 500])
def test_anything_can_be_read(text: str) -> None:
    assert isinstance(read_safety(text), tuple)
