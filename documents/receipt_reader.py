"""What a receipt of payment in PDF says: amount, day, payee, end-to-end id, a boleto's line. Read by a process of its own.

A PDF from a stranger may be made to hang or to burst its reader, so it is read apart, with little time and memory, and never more than
its first pages. What it says is only what it says: a receipt is easily made, and nothing is settled by one.
"""

from __future__ import annotations

import asyncio
import io
import json
import re
import resource
import sys
import unicodedata
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

LARGEST = 5_000_000
"""Bytes; receipts have a few hundred thousand at most."""

_SECONDS = 8
_MEMORY = 600_000_000
_PAGES = 3
_LONGEST = 20_000
_ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Receipt:
    """What could be read. `amount` in centavos; `payee_document` as it stands (banks mask it); `line` the 47 or 48 digits.

    `scheduled`: it tells of a payment that is yet to be made.
    """

    amount: int | None = None
    paid_on: date | None = None
    payee: str | None = None
    payee_document: str | None = None
    end_to_end_id: str | None = None
    line: str | None = None
    authentication: str | None = None
    scheduled: bool = False

    @property
    def empty(self) -> bool:
        """Whether nothing in it looks like a payment."""
        return self.amount is None and self.end_to_end_id is None and self.line is None


async def read_receipt(file: Path, *, today: date) -> Receipt | None:
    """Read a PDF that somebody sent; None when it cannot be read (too large, hostile, no text: a scan)."""
    text = await _text_apart(file)
    return read_text(text, today=today) if text and text.strip() else None


async def _text_apart(file: Path) -> str | None:
    """The text of the PDF, got by a process that may not do much."""
    reader = await asyncio.create_subprocess_exec(
        sys.executable,
        "-I",
        "-c",
        f"import sys; sys.path.insert(0, {str(_ROOT)!r}); from documents.receipt_reader import main; main()",
        str(file),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        stdin=asyncio.subprocess.DEVNULL,
        env={},
    )
    try:
        out, _ = await asyncio.wait_for(reader.communicate(), _SECONDS)
    except TimeoutError:
        reader.kill()
        await reader.wait()
        return None
    if reader.returncode != 0:
        return None
    try:
        return str(json.loads(out)["text"])
    except (ValueError, KeyError, TypeError):
        return None


def main() -> None:
    """The process apart: the file's text as JSON on standard output."""
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    with Path(sys.argv[1]).open("rb") as file:
        pdf = file.read(LARGEST + 1)
    json.dump({"text": text_of(pdf) if len(pdf) <= LARGEST else ""}, sys.stdout)


def text_of(pdf: bytes) -> str:
    """The words of the first pages. Raises whatever a broken file makes its reader raise."""
    from pypdf import PdfReader  # heavy, and wanted in the process apart alone

    pages = PdfReader(io.BytesIO(pdf)).pages
    return "\n".join(pages[place].extract_text() or "" for place in range(min(len(pages), _PAGES)))[:_LONGEST]


# ------------------------------------------------------------------------------------------------------ reading

_END_TO_END = re.compile(r"(?<![A-Za-z0-9])E\d{8}(?:20\d{2})(?:0[1-9]|1[0-2])\d{2}\d{4}[A-Za-z0-9]{11}(?![A-Za-z0-9])")
_LINE = re.compile(r"(?<!\d)\d(?:[ .\-]{0,2}\d){46,47}(?!\d)")
_MONEY = re.compile(r"(?:R\$|BRL)\s*(\d{1,3}(?:\.\d{3})*|\d+),(\d{2})(?!\d)")
_BARE_MONEY = re.compile(r"(?<![\d.,])(\d{1,3}(?:\.\d{3})*|\d+),(\d{2})(?!\d)")
_VALUE_LABELS = (
    re.compile(
        r"\b(?:valor (?:pago|do pagamento|da transferencia|da transacao|do pix|cobrado|total|final)|total pago)\b[^\d\n]{0,25}\n?[^\d\n]{0,12}"
    ),
    re.compile(r"\bvalor\b[^\d\n]{0,25}\n?[^\d\n]{0,12}"),
)
_DAY = re.compile(r"(?<!\d)(\d{2})[/.\-](\d{2})[/.\-](20\d{2})(?!\d)")
_DAY_IN_WORDS = re.compile(
    r"(?<!\d)(\d{1,2})(?: de | |/)(jan|fev|mar|abr|mai|jun|jul|ago|set|out|nov|dez)[a-z]*\.?(?: de | |/|, )(20\d{2})(?!\d)"
)
_MONTHS = ("jan", "fev", "mar", "abr", "mai", "jun", "jul", "ago", "set", "out", "nov", "dez")
_PAID_LABEL = re.compile(
    r"\b(?:data (?:e hora|do pagamento|da transacao|da transferencia|da operacao|de pagamento)?|pago em|realizad[oa] em|pagamento em|feito em)\b"
)
_DUE_LABEL = re.compile(r"\b(?:vencimento|emiss\w+|agendad\w+ para)\b[^\n]{0,30}$")
_PAYEE_LABEL = re.compile(
    r"^[ \t]*(?:para|destino|destinatario|recebedor|favorecido|beneficiario(?: final)?|quem recebeu|quem recebe|dados do recebedor|dados do destinatario"
    r"|dados de quem recebeu|conta de destino|cedente|empresa|nome do (?:recebedor|favorecido|beneficiario|destinatario)|dados do beneficiario)\b[ \t]*:?[ \t]*",
    re.MULTILINE,
)
_PAYER_LABEL = re.compile(
    r"^[ \t]*(?:de|origem|pagador|quem pagou|dados do pagador|dados de quem pagou|conta de origem|nome do pagador|remetente|debitado de)\b[ \t]*:?",
    re.MULTILINE,
)
_DOCUMENT = re.compile(
    r"(?<![\d*])(?:[\d*•x]{2}\.?[\d*•x]{3}\.?[\d*•x]{3}/?\d{4}-?[\d*•x]{2}|[\d*•x]{3}\.[\d*•x]{3}\.[\d*•x]{3}-[\d*•x]{2})(?![\d*])"
)
_AUTHENTICATION = re.compile(
    r"\bautenticacao(?: (?:bancaria|mecanica|eletronica|do banco))?\b[ \t]*:?\s*([A-Za-z0-9][A-Za-z0-9.\-]{7,63})", re.IGNORECASE
)
_SCHEDULED = re.compile(r"\b(?:agendad[oa]|agendamento)\b")
_NAME_LABEL = re.compile(r"^(?:nome|razao social|nome fantasia)\b\s*:?\s*", re.IGNORECASE)
_NO_NAME = re.compile(r"^(?:cpf|cnpj|cpf/cnpj|banco|instituicao|agencia|conta|chave|tipo|valor|documento|dados)\b", re.IGNORECASE)


def read_text(text: str, *, today: date) -> Receipt:
    """What the words of a receipt say."""
    said = _plain(text)
    end_to_end = _END_TO_END.search(text)
    line = _LINE.search(text)
    authentication = _AUTHENTICATION.search(said)
    payee, document = _payee(text, said)
    return Receipt(
        amount=_amount(said),
        paid_on=_paid_on(said, today),
        payee=payee,
        payee_document=document,
        end_to_end_id=end_to_end.group() if end_to_end else None,
        line=re.sub(r"\D", "", line.group()) if line else None,
        authentication=authentication[1] if authentication and any(c.isdigit() for c in authentication[1]) else None,
        scheduled=bool(_SCHEDULED.search(said)),
    )


def _plain(text: str) -> str:
    """Lower case without accents, letter by letter, so that places are the same in both."""
    return "".join(_letter(char) for char in text)


def _letter(char: str) -> str:
    bare = unicodedata.normalize("NFKD", char.lower())[:1]
    return bare or " "


def _amount(said: str) -> int | None:
    """The amount beside its label, else the only one there is."""
    for label in (found for wanted in _VALUE_LABELS for found in wanted.finditer(said)):
        rest = said[label.start() : label.end() + 40]
        found = _MONEY.search(rest.upper()) or _BARE_MONEY.search(rest, label.end() - label.start())
        if found:
            return _centavos(found)
    amounts = {_centavos(found) for found in _MONEY.finditer(said.upper())}
    return amounts.pop() if len(amounts) == 1 else None


def _centavos(found: re.Match[str]) -> int:
    return int(found[1].replace(".", "")) * 100 + int(found[2])


def _paid_on(said: str, today: date) -> date | None:
    """The day of the payment: beside its label, else the first that is no due date; never a day that is yet to come."""
    days: list[tuple[int, date]] = []
    for found in _DAY.finditer(said):
        days.append((found.start(), _date(int(found[3]), int(found[2]), int(found[1]))))  # type: ignore[arg-type]
    for found in _DAY_IN_WORDS.finditer(said):
        days.append((found.start(), _date(int(found[3]), _MONTHS.index(found[2]) + 1, int(found[1]))))  # type: ignore[arg-type]
    real = [
        (place, day)
        for place, day in sorted((place, day) for place, day in days if day is not None)
        if day <= today and not _DUE_LABEL.search(said[max(0, place - 60) : place])
    ]
    for label in _PAID_LABEL.finditer(said):
        beside = [day for place, day in real if 0 <= place - label.end() <= 40]
        if beside:
            return beside[0]
    return real[0][1] if real else None


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _payee(text: str, said: str) -> tuple[str | None, str | None]:
    """Who received it, and their document, from the part of the receipt that speaks of them."""
    label = _PAYEE_LABEL.search(said)
    if label is None:
        return None, None
    ends = [found.start() for found in _PAYER_LABEL.finditer(said) if found.start() > label.end()]
    part = text[label.end() : min(ends, default=label.end() + 400)][:400]
    name = None
    for piece in part.split("\n")[:6]:
        piece = _NAME_LABEL.sub("", piece.strip())
        if len(piece) >= 3 and any(c.isalpha() for c in piece) and not _NO_NAME.search(_plain(piece)):
            name = " ".join(piece.split())[:80]
            break
    document = _DOCUMENT.search(part)
    return name, document.group() if document else None


def as_json(receipt: Receipt) -> str:
    """The fields for the store; dates as text."""
    return json.dumps(
        {**asdict(receipt), "paid_on": receipt.paid_on.isoformat() if receipt.paid_on else None}, ensure_ascii=False
    )
