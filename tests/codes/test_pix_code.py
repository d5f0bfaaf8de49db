"""Pix BR Codes: published vectors, every rule of the fields, and what the last check before sending catches."""

from __future__ import annotations

import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codes.pix import (
    MAX_AMOUNT,
    Difference,
    PixCode,
    PixCodeError,
    check,
    city_name,
    crc16,
    decode,
    encode_dynamic,
    encode_static,
    payee_name,
    same_name,
)

EVP = "123e4567-e12b-12d1-a456-426655440000"
MANUAL = (
    "00020126580014br.gov.bcb.pix0136123e4567-e12b-12d1-a456-4266554400005204000053039865802BR"
    "5913Fulano de Tal6008BRASILIA62070503***63041D3D"
)
DYNAMIC_WITH_AMOUNT = (
    "00020101021226850014br.gov.bcb.pix2563exemplodeurl.com.br/pix/v2/11111111-1111-1111-1111-111111111111"
    "52040000530398654040.015802BR5925TESTE DE TESTE DO TESTEIE6014RIO DE JANEIRO62070503***6304CD52"
)
UPPER_CASE_GUI = (
    "00020126580014BR.GOV.BCB.PIX013611111111-1111-1111-1111-11111111111152040000530398654040.01"
    "5802BR5925TESTE DO TESTE DO TESTEIE6009SAO PAULO6226052211111111111111111111116304642D"
)
AMOUNT_WITHOUT_DECIMALS = (
    "00020126490014BR.GOV.BCB.PIX0111111111111110212Vacina covid52040000530398654031005802BR5904CARL"
    "6010SAN.FIERRO62100506b4b4c46304040C"
)
EMAIL_AND_NOTE = (
    "00020126650014br.gov.bcb.pix0119nubank@thalesog.com0220Gerado por Pix-Utils52040000530398654041.00"
    "5802BR5914Thales Ogliari6015SAO MIGUEL DO O62070503***6304059A"
)
DYNAMIC_AND_RECURRING = (
    "00020101021226940014br.gov.bcb.pix2572qr-h.sandbox.pix.bcb.gov.br/rest/api/v2/7b2d64c4eb744a2d92a4dd5f8cfc4dfa"
    "5204000053039865802BR5913FULANO DE TAL6008BRASILIA62070503***80950014br.gov.bcb.pix2573"
    "qr-h.sandbox.pix.bcb.gov.br/rest/api/rec/3d29b94249c54b3f8c533d729f59b5e56304DBE0"
)
RECURRING_ONLY = (
    "00020126180014br.gov.bcb.pix5204000053039865802BR5913Fulano de Tal6008BRASILIA62070503***80950014br.gov.bcb.pix"
    "2573qr-h.sandbox.pix.bcb.gov.br/rest/api/rec/5ee5232ead29422396b44f5eb67180d663041AD9"
)
CPF_KEY = (
    "00020126330014br.gov.bcb.pix01115299822472552040000530398654071234.565802BR5917CREDOR TESTE LTDA"
    "6009SAO PAULO62160512ACORDO000123630474C6"
)
DYNAMIC = (
    "00020101021226810014br.gov.bcb.pix2559pix.example.com/qr/v2/cobv/2353c790eefb11eaadc10242ac120002"
    "5204000053039865802BR5917CREDOR TESTE LTDA6009SAO PAULO62070503***63047ED8"
)
VALID = [
    MANUAL, DYNAMIC_WITH_AMOUNT, UPPER_CASE_GUI, AMOUNT_WITHOUT_DECIMALS, EMAIL_AND_NOTE,
    DYNAMIC_AND_RECURRING, RECURRING_ONLY, CPF_KEY, DYNAMIC,
]  # fmt: skip


def sealed(body: str) -> str:
    """`body` with the CRC that makes it arithmetically right, so that only the rule under test is broken."""
    text = body + "6304"
    return f"{text}{crc16(text.encode()):04X}"


def changed(old: str, new: str, code: str = CPF_KEY) -> str:
    assert old in code
    return sealed(code[:-8].replace(old, new, 1))


def refused_with(code: str) -> str:
    with pytest.raises(PixCodeError) as caught:
        decode(code)
    return caught.value.code


def test_the_crc_has_the_published_check_value() -> None:
    assert crc16(b"123456789") == 0x29B1


def test_the_central_banks_example_is_read() -> None:
    assert decode(MANUAL) == PixCode(name="Fulano de Tal", city="BRASILIA", key=EVP)
    assert decode(MANUAL).kind == "static"


def test_published_codes_are_read() -> None:
    assert decode(DYNAMIC_WITH_AMOUNT) == PixCode(
        name="TESTE DE TESTE DO TESTEIE", city="RIO DE JANEIRO", amount=1, single_use=True,
        location="exemplodeurl.com.br/pix/v2/11111111-1111-1111-1111-111111111111",
    )  # fmt: skip
    assert decode(UPPER_CASE_GUI).txid == "1" * 22
    assert decode(AMOUNT_WITHOUT_DECIMALS) == PixCode(
        name="CARL", city="SAN.FIERRO", key="11111111111", amount=10000, txid="b4b4c4", info="Vacina covid"
    )
    assert decode(EMAIL_AND_NOTE).key == "nubank@thalesog.com"
    assert decode(CPF_KEY) == PixCode(
        name="CREDOR TESTE LTDA", city="SAO PAULO", key="52998224725", amount=123456, txid="ACORDO000123"
    )
    assert decode(DYNAMIC).location == "pix.example.com/qr/v2/cobv/2353c790eefb11eaadc10242ac120002"


def test_pix_automatico_is_read_with_and_without_a_payment() -> None:
    both, alone = decode(DYNAMIC_AND_RECURRING), decode(RECURRING_ONLY)
    assert both.kind == "dynamic" and both.recurrence is not None
    assert alone.kind == "recurring"
    assert alone.recurrence == "qr-h.sandbox.pix.bcb.gov.br/rest/api/rec/5ee5232ead29422396b44f5eb67180d6"


def test_published_codes_are_written_to_the_last_character() -> None:
    assert encode_static(key=EVP, name="Fulano de Tal", city="BRASILIA") == MANUAL
    assert (
        encode_static(
            key="52998224725", name="Credor Teste Ltda".upper(), city="São Paulo".upper(), amount=123456, txid="ACORDO000123"
        )
        == CPF_KEY
    )
    assert (
        encode_static(
            key="nubank@thalesog.com", info="Gerado por Pix-Utils", amount=100, name="Thales Ogliari", city="SAO MIGUEL DO O"
        )
        == EMAIL_AND_NOTE
    )
    assert (
        encode_dynamic(
            location="pix.example.com/qr/v2/cobv/2353c790eefb11eaadc10242ac120002", name="CREDOR TESTE LTDA", city="SAO PAULO"
        )
        == DYNAMIC
    )
    assert encode_dynamic(
        location="exemplodeurl.com.br/pix/v2/11111111-1111-1111-1111-111111111111", amount=1,
        name="TESTE DE TESTE DO TESTEIE", city="RIO DE JANEIRO",
    ) == DYNAMIC_WITH_AMOUNT  # fmt: skip
    assert encode_dynamic(
        location="qr-h.sandbox.pix.bcb.gov.br/rest/api/v2/7b2d64c4eb744a2d92a4dd5f8cfc4dfa", name="FULANO DE TAL",
        city="BRASILIA", recurrence="qr-h.sandbox.pix.bcb.gov.br/rest/api/rec/3d29b94249c54b3f8c533d729f59b5e5",
    ) == DYNAMIC_AND_RECURRING  # fmt: skip


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        (CPF_KEY.replace("1234.56", "1234.57"), "crc_mismatch"),
        ("00020126360014BR.GOV.BCB.PIX0114+5511943214321520400005303986540566.665802BR5907EMPRESA6008BRASILIA"
         "62080503***6304170E", "bad_length"),
        ("00020126330014br.gov.bcb.pix011152998224725520400005303986540510,005802BR5917CREDOR TESTE LTDA"
         "6009SAO PAULO62070503***630466B0", "bad_amount"),
        ("00020126330014br.gov.bcb.pix011152998224725520400005303986540510.005802BR5926AAAAAAAAAAAAAAAAAAAAAAAAAA"
         "6009SAO PAULO62070503***630402B0", "name_too_long"),
        ("00020126330014br.gov.bcb.spi011152998224725520400005303986540510.005802BR5917CREDOR TESTE LTDA"
         "6009SAO PAULO62070503***6304EBC1", "unknown_gui"),
        ("00020101021226550014br.gov.bcb.pix2533https://pix.example.com/qr/v2/abc5204000053039865802BR"
         "5917CREDOR TESTE LTDA6009SAO PAULO62070503***6304A1FD", "url_has_scheme"),
        ("000AXYZ2BFE", "bad_length"),
        ("000AXYZEFB2", "crc_mismatch"),
        ("421337BF8A", "bad_length"),
    ],
)  # fmt: skip
def test_published_bad_codes_are_refused_with_their_reason(code: str, reason: str) -> None:
    assert refused_with(code) == reason


def test_the_published_bad_length_is_read_once_mended() -> None:
    mended = (
        "00020126360014BR.GOV.BCB.PIX0114+5511943214321520400005303986540566.665802BR5907EMPRESA6008BRASILIA62070503***630404ED"
    )
    assert decode(mended).amount == 6666


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("", "bad_length"),
        ("x" * 513, "code_too_long"),
        (CPF_KEY[:-4] + "74c6", "crc_mismatch"),
        (CPF_KEY + "\n", "bad_character"),
        (" " + CPF_KEY, "crc_mismatch"),
        (changed("000201", "000202"), "bad_format_indicator"),
        (changed("000201", "", CPF_KEY), "bad_format_indicator"),
        (changed("010212", "010213", DYNAMIC), "bad_point_of_initiation"),
        (changed("52040000", "5204ABCD"), "bad_category"),
        (changed("52040000", ""), "missing_field"),
        (changed("5303986", "5303840"), "bad_currency"),
        (changed("5802BR", "5802US"), "bad_country"),
        (changed("5917CREDOR TESTE LTDA", "5900"), "name_empty"),
        (changed("6009SAO PAULO", "6016SAO PAULO DO SUL"), "city_too_long"),
        (changed("6009SAO PAULO", "6000"), "city_empty"),
        (changed("6009SAO PAULO", ""), "missing_field"),
        (changed("6009SAO PAULO", "6009SAO PAULO6009SAO PAULO"), "duplicate_field"),
        (changed("0512ACORDO000123", "0512ACORDO-00123"), "bad_txid"),
        (changed("62160512ACORDO000123", "62300526" + "A" * 26), "bad_txid"),
        (changed("54071234.56", "54071.23456"), "bad_amount"),
        (changed("54071234.56", "5407-234.56"), "bad_amount"),
        (changed("54071234.56", "5400"), "bad_amount"),
        (changed("54071234.56", "541412345678901.56"), "bad_amount"),
        (changed("011152998224725", "011152998224A25"), "bad_key"),
        (changed("0014br.gov.bcb.pix0111", "0014br.gov.bcb.pix0112"), "bad_length"),
        (changed("26330014br.gov.bcb.pix011152998224725", "26180014br.gov.bcb.pix"), "no_key_or_location"),
        (changed("26330014br.gov.bcb.pix011152998224725", ""), "missing_field"),
        (changed("26330014br.gov.bcb.pix011152998224725", "26330014br.gov.bcb.pix011152998224725" * 2), "duplicate_field"),
        (changed("26330014br.gov.bcb.pix011152998224725",
                 "26330014br.gov.bcb.pix01115299822472527330014br.gov.bcb.pix011152998224725"), "duplicate_field"),
        (changed("26330014br.gov.bcb.pix011152998224725",
                 "26460014br.gov.bcb.pix0111529982247252509a.com/abc"), "key_and_location"),
        (changed("2559pix.example.com/qr/v2/cobv/2353c790eefb11eaadc10242ac120002",
                 "2559pix example.com/qr/v2/cobv/2353c790eefb11eaadc10242ac120002", DYNAMIC), "bad_url"),
    ],
)  # fmt: skip
def test_every_rule_of_the_fields_is_kept_even_when_the_crc_is_right(code: str, reason: str) -> None:
    assert refused_with(code) == reason


def test_a_code_without_its_crc_field_is_refused() -> None:
    text = CPF_KEY[:-8]
    assert refused_with(f"{text}{crc16(text.encode()):04X}") == "bad_tag"
    inside = CPF_KEY[:-8] + "6304ABCD" + "6100"
    assert refused_with(f"{inside}8104{crc16((inside + '8104').encode()):04X}") == "crc_not_last"


@pytest.mark.parametrize(("text", "centavos"), [("100", 10000), ("10", 1000), ("10.", 1000), ("10.5", 1050), ("0.37", 37)])
def test_amounts_that_banks_really_write_are_understood(text: str, centavos: int) -> None:
    assert decode(changed("54071234.56", f"54{len(text):02d}{text}")).amount == centavos


def test_accents_are_read_by_characters_but_never_written() -> None:
    accented = changed("6008BRASILIA", "6008BRASÍLIA", MANUAL)
    assert decode(accented).city == "BRASÍLIA"
    written = encode_static(key=EVP, name="Móveis São João Ltda", city="Brasília")
    assert written.isascii() and decode(written).name == "Moveis Sao Joao Ltda"


def test_names_are_cut_only_when_asked() -> None:
    long = "Companhia Brasileira de Telefonia e Açúcar"
    assert payee_name(long) == "Companhia Brasileira de T"
    assert payee_name("A" * 24 + " B") == "A" * 24
    assert city_name("São José do Rio Preto") == "Sao Jose do Rio"
    with pytest.raises(PixCodeError, match="name_too_long"):
        encode_static(key=EVP, name=long, city="BRASILIA")


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"amount": 0}, "bad_amount"),
        ({"amount": -1}, "bad_amount"),
        ({"amount": MAX_AMOUNT + 1}, "bad_amount"),
        ({"key": "123"}, "bad_key"),
        ({"key": "A@B.com"}, "bad_key"),
        ({"key": "a@" + "b" * 80}, "key_too_long"),
        ({"info": "n" * 38}, "info_too_long"),
        ({"name": "   "}, "name_empty"),
        ({"city": "São José do Rio Preto"}, "city_too_long"),
        ({"txid": "a-b"}, "bad_txid"),
        ({"txid": "a" * 26}, "bad_txid"),
        ({"postal_code": "123"}, "bad_postal_code"),
    ],
)
def test_a_static_code_that_breaks_a_rule_is_not_written(values: dict[str, object], reason: str) -> None:
    with pytest.raises(PixCodeError) as caught:
        encode_static(**({"key": EVP, "name": "Loja", "city": "Recife"} | values))  # type: ignore[arg-type]
    assert caught.value.code == reason


def test_a_note_may_fill_what_the_key_leaves() -> None:
    assert decode(encode_static(key=EVP, name="Loja", city="Recife", info="n" * 37)).info == "n" * 37


@pytest.mark.parametrize(
    ("location", "reason"),
    [("https://a.com/b", "url_has_scheme"), ("a.com/" + "b" * 72, "url_too_long"), ("a.com", "bad_url"), ("", "bad_url")],
)
def test_a_dynamic_code_to_a_wrong_location_is_not_written(location: str, reason: str) -> None:
    with pytest.raises(PixCodeError) as caught:
        encode_dynamic(location=location, name="Loja", city="Recife")
    assert caught.value.code == reason


names = st.text(string.ascii_letters + " ", min_size=1, max_size=25).filter(lambda t: bool(payee_name(t)))
cities = st.text(string.ascii_uppercase, min_size=1, max_size=15)
txids = st.none() | st.text(string.ascii_letters + string.digits, min_size=1, max_size=25)
amounts = st.none() | st.integers(1, MAX_AMOUNT)
keys = st.uuids().map(str) | st.from_regex(r"[0-9]{11}", fullmatch=True) | st.from_regex(r"[0-9A-Z]{12}[0-9]{2}", fullmatch=True)
static_codes = st.builds(lambda **values: encode_static(**values), key=keys, name=names, city=cities, amount=amounts, txid=txids)


@settings(max_examples=200)
@given(key=keys, name=names, city=cities, amount=amounts, txid=txids, single_use=st.booleans())
def test_what_is_written_is_read_back(
    key: str, name: str, city: str, amount: int | None, txid: str | None, single_use: bool
) -> None:
    code = encode_static(key=key, name=name, city=city, amount=amount, txid=txid, single_use=single_use)
    assert decode(code) == PixCode(
        name=" ".join(name.split()), city=city, key=key, amount=amount, txid=txid, single_use=single_use
    )
    assert check(code, amount=amount, payee_name=name, key=key, txid=txid) == []


@settings(max_examples=200)
@given(code=static_codes, data=st.data())
def test_a_code_with_one_changed_byte_is_refused(code: str, data: st.DataObject) -> None:
    position = data.draw(st.integers(0, len(code) - 1))
    other = data.draw(st.integers(0, 127).map(chr).filter(lambda c: c != code[position]))
    with pytest.raises(PixCodeError):
        decode(code[:position] + other + code[position + 1 :])


@pytest.mark.parametrize("code", VALID)
def test_every_single_changed_byte_of_a_published_code_is_refused(code: str) -> None:
    for position, character in enumerate(code):
        for other in "0 9AZaz.~\x00":
            if other != character:
                with pytest.raises(PixCodeError):
                    decode(code[:position] + other + code[position + 1 :])


@settings(max_examples=200)
@given(st.text(max_size=120))
def test_any_text_is_read_or_refused_but_never_crashes(text: str) -> None:
    for candidate in (text, "000201" + text, sealed("000201" + text.replace("\ud800", ""))) if text.isprintable() else (text,):
        try:
            decode(candidate)
        except PixCodeError as error:
            assert error.code


def test_the_last_check_passes_what_is_right() -> None:
    assert (
        check(
            DYNAMIC,
            amount=4840,
            payee_name="Credor Teste Ltda",
            location="https://pix.example.com/qr/v2/cobv/2353c790eefb11eaadc10242ac120002",
            txid="A" * 30,
        )
        == []
    )
    assert check(DYNAMIC_WITH_AMOUNT, amount=1) == []  # fmt: skip


def test_the_last_check_names_each_difference() -> None:
    found = check(CPF_KEY, amount=123457, payee_name="Outro Credor", key="11144477735", txid="ACORDO000124")
    assert [difference.field for difference in found] == ["amount", "payee_name", "key", "txid"]
    assert found[0] == Difference("amount", "123457", "123456")
    assert [d.field for d in check(DYNAMIC, amount=1, location="pix.example.com/qr/v2/outra")] == ["location"]
    assert [d.field for d in check(DYNAMIC_WITH_AMOUNT, amount=2)] == ["amount"]
    assert [d.field for d in check(DYNAMIC_WITH_AMOUNT, amount=None)] == ["amount"]
    assert [d.field for d in check(MANUAL, amount=100)] == ["amount"]
    assert [d.field for d in check(CPF_KEY, amount=123456, location="a.com/b")] == ["location"]


def test_the_last_check_stops_a_code_that_cannot_be_read_and_one_that_asks_for_more() -> None:
    assert [d.field for d in check(CPF_KEY[:-1] + "7", amount=123456)] == ["code"]
    assert [d.field for d in check(DYNAMIC_AND_RECURRING, amount=None)] == ["recurrence"]


@pytest.mark.parametrize(
    ("full", "written", "same"),
    [
        ("Lojas Tamboril S.A.", "LOJAS TAMBORIL SA", True),
        ("Lojas Tamboril S.A.", "Lojas Tamboril", True),
        ("Acerto Leve Cobranças Ltda.", "Acerto Leve Cobrancas Ltd", True),
        ("Ponte Clara Atendimento Ltda.", "PONTE CLARA ATENDIMENTO", True),
        ("Ventania Telecomunicações S.A.", "VENTANIA TELECOMUNICACOES", True),
        ("Lojas Tamboril S.A.", "LOJAS", False),
        ("Lojas Tamboril S.A.", "LOJAS TAMBOR", False),
        ("Lojas Tamboril S.A.", "JOSE DA SILVA", False),
        ("Lojas Tamboril S.A.", "SA", False),
        ("Lojas Tamboril S.A.", "...", False),
    ],
)
def test_a_payee_is_known_as_banks_write_it(full: str, written: str, same: bool) -> None:
    assert same_name(full, written) is same
