"""Pays as the payer's own bank does: reads the code, finds the charge, refuses what no bank would pay."""

import re
from dataclasses import dataclass
from decimal import Decimal

from simulator.brcode import BrCode, BrCodeRefused, centavos, read
from simulator.config import PixAccount
from simulator.psp import Psp
from simulator.state import Json


@dataclass(frozen=True)
class Payable:
    """What the bank shows before a person confirms; `cents` is None when the person chooses the amount."""

    payee: str
    document: str
    city: str
    cents: int | None
    key: str
    txid: str | None
    expires_at: str | None
    cob: Json | None


class Refusal(Exception):
    """The bank does not pay; `reason` is a stable word, the message is for the person."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


class Bank:
    """The payer's bank, which reaches the receiver's PSP by the code alone."""

    def __init__(self, psp: Psp) -> None:
        self._psp = psp

    def look_up(self, code: object) -> Payable:
        """Decodes a Pix code or a digitable line and finds what it pays; raises Refusal."""
        if not isinstance(code, str) or not code.strip():
            raise Refusal("no_code", "Cole o código que você quer pagar.")
        if re.fullmatch(r"[\d.\s\-]+", code.strip()) and len(re.sub(r"\D", "", code)) in (44, 47, 48):
            raise Refusal("boleto_not_supported", "Este banco de mentira ainda não paga boletos.")
        try:
            pix = read(code)
        except BrCodeRefused as refused:
            raise Refusal(refused.reason, str(refused)) from None
        return self._dynamic(pix, pix.location) if pix.location is not None else self._static(pix)

    def _dynamic(self, pix: BrCode, location: str) -> Payable:
        cob = self._psp.find(location)
        if cob is None:
            raise Refusal("unknown", "Esta cobrança não existe.")
        if cob["status"].startswith("REMOVIDA"):
            raise Refusal("removed", "Esta cobrança foi cancelada por quem recebe.")
        if self._psp.expired(cob):
            raise Refusal("expired", "Esta cobrança venceu. Peça um código novo.")
        account = self._account(cob["chave"])
        cents = int(cob["valor"]["original"].replace(".", ""))
        ends = self._psp.expires_at(cob).isoformat()
        return Payable(account.name, account.document, account.city, cents, account.key, cob["txid"], ends, cob)

    def _static(self, pix: BrCode) -> Payable:
        account = self._account(pix.key)
        return Payable(account.name, account.document, account.city, pix.amount, account.key, pix.txid, None, None)

    def _account(self, key: str | None) -> PixAccount:
        account = self._psp.account(key)
        if account is None:
            raise Refusal("unknown_key", "A chave Pix de quem recebe não existe.")
        return account

    def pay(self, code: object, amount: object = None, note: str = "") -> Json:
        """Pays a code; an explicit amount pays less or more than it asks for, and paying again is a second Pix."""
        try:
            payable = self.look_up(code)
            cents = payable.cents
            if amount is not None:
                exact = isinstance(amount, (str, int, Decimal)) and not isinstance(amount, bool)
                cents = centavos(str(amount)) if exact else None
                if not cents:
                    raise Refusal("bad_amount", "O valor não está certo. Escreva como 123.45.")
            if cents is None:
                raise Refusal("amount_required", "Este código não traz o valor: diga quanto você quer pagar.")
        except Refusal as refusal:
            return {"status": "refused", "reason": refusal.reason, "message": str(refusal), "end_to_end_id": None}
        pix = self._psp.receive(cents=cents, key=payable.key, txid=payable.txid, note=note, cob=payable.cob)
        sent = {"end_to_end_id": pix["endToEndId"], "amount": pix["valor"]}
        return {"status": "paid", "reason": None, "message": "Pix enviado.", **sent}
