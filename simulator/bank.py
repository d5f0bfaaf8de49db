"""Pays as the payer's own bank does: reads the code or the line, finds the charge, refuses what no bank would pay."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from simulator import boleto_code
from simulator.boleto_bank import BoletoBank
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
    boleto: Json | None = None

    @property
    def added(self) -> str | None:
        """What the bank adds because a boleto's due date is over."""
        cents = (self.cents or 0) - self.boleto["cents"] if self.boleto else 0
        return f"{cents // 100}.{cents % 100:02d}" if cents else None

    @property
    def paid_before(self) -> bool:
        """Whether money came by it already."""
        return bool(self.cob and self.cob["pix"]) or bool(self.boleto and self.boleto["received"])


class Refusal(Exception):
    """The bank does not pay; `reason` is a stable word, the message is for the person."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


class Bank:
    """The payer's bank, which reaches the receiver's PSP or bank by the code alone."""

    def __init__(self, psp: Psp, boletos: BoletoBank) -> None:
        self._psp = psp
        self._boletos = boletos

    def look_up(self, code: object) -> Payable:
        """Decodes a Pix code or a digitable line and finds what it pays; raises Refusal."""
        if not isinstance(code, str) or not code.strip():
            raise Refusal("no_code", "Cole o código que você quer pagar.")
        if boleto_code.looks_like_a_slip(code):
            return self._boleto(code)
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

    def _boleto(self, code: str) -> Payable:
        try:
            bars = boleto_code.read(code)
        except boleto_code.LineRefused as refused:
            raise Refusal(refused.reason, str(refused)) from None
        charge = self._boletos.by_bars(bars)
        if charge is None:
            raise Refusal("unknown", "Este boleto não está registrado.")
        state = self._boletos.state_of(charge)
        if state == "EM_PROCESSAMENTO":
            raise Refusal("not_registered", "Este boleto ainda está sendo registrado. Tente daqui a pouco.")
        if state == "CANCELADO":
            raise Refusal("cancelled", "Este boleto foi cancelado por quem recebe.")
        last = boleto_code.last_day(date.fromisoformat(charge["due"]), charge["days"])
        if self._boletos.today() > last:
            raise Refusal("expired", "O prazo para pagar este boleto terminou. Peça um novo.")
        payee = charge["payee"]
        cents = self._boletos.cost(charge)
        name, document = payee.get("nome", "Banco Simulado"), payee.get("cpfCnpj", "")
        return Payable(name, document, "", cents, "", None, last.isoformat(), None, charge)

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
        if payable.boleto is not None:
            sent = {"end_to_end_id": self._boletos.receive(payable.boleto, cents), "amount": f"{cents // 100}.{cents % 100:02d}"}
            return {"status": "paid", "reason": None, "message": "Boleto pago.", **sent}
        pix = self._psp.receive(cents=cents, key=payable.key, txid=payable.txid, note=note, cob=payable.cob)
        sent = {"end_to_end_id": pix["endToEndId"], "amount": pix["valor"]}
        return {"status": "paid", "reason": None, "message": "Pix enviado.", **sent}
