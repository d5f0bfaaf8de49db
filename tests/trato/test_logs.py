import pytest

from trato.logs import mask

PIX = "00020126580014br.gov.bcb.pix0136123e4567-e12b-12d1-a456-4266554400005204000053039865802BR5913Fulano de Tal6008BRASILIA62070503***63041D3D"


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("o CPF 529.982.247-25 e 52998224725", "o CPF <cpf> e <digits>"),
        ("o CNPJ 12.ABC.345/01DE-35", "o CNPJ <cnpj>"),
        ("fones +5511987654321, (11) 98765-4321", "fones <digits>, <phone>"),
        (f"o código {PIX} foi", "o código <pix> foi"),
        ("linha 34191.79001 01043.510047 91020.150008 5 84410026000123", "linha <boleto>"),
        ("de joao.silva@exemplo.com.br", "de <email>"),
        ("POST /webhooks/pix/s3cr3t/pix 200", "POST /webhooks/pix/<secret>/pix 200"),
        ("Authorization: Bearer abc.def-ghi", "Authorization: Bearer <secret>"),
        ("postgresql://trato:hush@db/trato", "postgresql://trato:<secret>@db/trato"),
        ("GET /webhooks/meta?hub.verify_token=hush&x=1", "GET /webhooks/meta?hub.verify_token=<secret>&x=1"),
    ],
)
def test_what_belongs_to_a_person_is_masked(line: str, shown: str) -> None:
    assert mask(line) == shown


@pytest.mark.parametrize(
    "line",
    [
        "2026-11-22T11:13:34.123456Z INFO worker: turn done c_AbCdEf12345678 ms=18",
        "id=550e8400-e29b-41d4-a716-446655440000 attempt=2",
        "Uvicorn running on http://127.0.0.1:8000",
    ],
)
def test_what_helps_to_find_a_fault_stays(line: str) -> None:
    assert mask(line) == line


def test_a_whatsapp_message_id_keeps_only_its_end() -> None:
    assert mask("id wamid.HBgNNTUxMTk4NzY1NDMyMRUCABIYFjNFQjBDMUQx== sent") == "id wamid.…QjBDMUQx== sent"
