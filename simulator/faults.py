"""Switches for what goes wrong at real providers; each lasts for some calls or until it is put out."""

FAULTS: dict[str, str] = {
    "meta.rate_limit": "Meta: limite de envio (130429)",
    "meta.pair_rate": "Meta: limite por pessoa (131056)",
    "meta.error_500": "Meta: erro interno (500)",
    "meta.token_expired": "Meta: token vencido (190)",
    "meta.answer_lost": "Meta: aceita e a resposta se perde",
    "meta.answer_late": "Meta: aceita e a resposta demora",
    "meta.media_error": "Meta: envio de arquivo falha (131053)",
    "meta.undeliverable": "Meta: entrega falha depois (131026)",
    "meta.webhook_duplicate": "Meta: avisos em dobro",
    "meta.webhook_late": "Meta: avisos atrasados",
    "meta.webhook_lost": "Meta: avisos de status se perdem",
    "meta.status_disorder": "Meta: status fora de ordem",
    "rbm.rate_limit": "RCS: limite de envio (429)",
    "rbm.error_500": "RCS: fora do ar (503)",
    "rbm.token_expired": "RCS: acesso negado (401)",
    "rbm.not_reachable": "RCS: telefone sem RCS (404)",
    "rbm.answer_lost": "RCS: aceita e a resposta se perde",
    "rbm.answer_late": "RCS: aceita e a resposta demora",
    "rbm.undelivered": "RCS: mensagem fica parada na rede",
    "rbm.webhook_duplicate": "RCS: avisos em dobro",
    "rbm.webhook_late": "RCS: avisos atrasados",
    "rbm.webhook_lost": "RCS: avisos de status se perdem",
    "twilio.rate_limit": "Twilio: limite de chamadas (429)",
    "twilio.error_500": "Twilio: erro interno (500)",
    "twilio.token_expired": "Twilio: acesso negado (401)",
    "twilio.content_error": "Twilio: modelo de mensagem falha (500)",
    "twilio.answer_lost": "Twilio: aceita e a resposta se perde",
    "twilio.answer_late": "Twilio: aceita e a resposta demora",
    "twilio.undeliverable": "Twilio: entrega falha depois (63024)",
    "twilio.sms_fallback": "Twilio: RCS sai como SMS",
    "twilio.webhook_duplicate": "Twilio: avisos em dobro",
    "twilio.webhook_late": "Twilio: avisos atrasados",
    "twilio.webhook_lost": "Twilio: avisos de status se perdem",
    "twilio.status_disorder": "Twilio: status fora de ordem",
    "psp.rate_limit": "Banco: limite de chamadas (429)",
    "psp.error_500": "Banco: erro interno (500)",
    "psp.unavailable": "Banco: fora do ar (503)",
    "psp.answer_lost": "Banco: aceita e a resposta se perde",
    "psp.answer_late": "Banco: aceita e a resposta demora",
    "psp.webhook_duplicate": "Banco: avisos em dobro",
    "psp.webhook_late": "Banco: avisos atrasados",
    "psp.webhook_lost": "Banco: avisos se perdem",
    "boleto.rate_limit": "Boleto: limite de chamadas (429)",
    "boleto.error_500": "Boleto: erro interno (500)",
    "boleto.unavailable": "Boleto: fora do ar (503)",
    "boleto.answer_lost": "Boleto: aceita e a resposta se perde",
    "boleto.answer_late": "Boleto: aceita e a resposta demora",
    "boleto.wrong_codes": "Boleto: registra com um código de outro valor",
    "boleto.webhook_duplicate": "Boleto: avisos em dobro",
    "boleto.webhook_late": "Boleto: avisos atrasados",
    "boleto.webhook_lost": "Boleto: avisos se perdem",
}


class Faults:
    """Which switches are on, and for how many more calls (None: until put out)."""

    def __init__(self) -> None:
        self.active: dict[str, int | None] = {}

    def set(self, name: str, calls: int | None) -> None:
        """Switches `name` on for `calls` uses, until further notice with None, off with 0. Unknown names raise KeyError."""
        if name not in FAULTS:
            raise KeyError(name)
        if calls is not None and calls <= 0:
            self.active.pop(name, None)
        else:
            self.active[name] = calls

    def clear(self) -> None:
        """All switches off."""
        self.active.clear()

    def strikes(self, name: str) -> bool:
        """True if the fault happens now; one of its uses is spent."""
        if name not in self.active:
            return False
        left = self.active[name]
        if left is not None:
            if left <= 1:
                del self.active[name]
            else:
                self.active[name] = left - 1
        return True

    def listing(self) -> list[dict[str, object]]:
        """Every switch with its words, whether it is on, and its remaining uses."""
        return [{"name": n, "label": label, "on": n in self.active, "calls": self.active.get(n)} for n, label in FAULTS.items()]
