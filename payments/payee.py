"""Whose account a payment goes to, and what the law wants said of the creditor (CDC art. 42-A: name, document, address)."""

from __future__ import annotations

from dataclasses import dataclass

from payments.till import Till


@dataclass(frozen=True)
class Payee:
    """`name` and `document` are what the payer's bank will show; `creditor_*` whom the debt is owed to."""

    name: str
    document: str
    pix_key: str
    provider: str
    boleto_provider: str
    creditor_address: str


def is_described(till: Till, cnpj: str, portfolio: str) -> bool:
    """Whether a policy says who this creditor is and where its money goes."""
    policies = till.talk.ground.policies
    return cnpj in policies.for_portfolio(portfolio).creditors or policies.creditor(cnpj) is not None


def payee_of(till: Till, cnpj: str, portfolio: str) -> Payee:
    """The payee for a creditor's debts. A creditor that no policy describes is paid through the collector's own account."""
    policies = till.talk.ground.policies
    policy = policies.for_portfolio(portfolio)
    terms = policy.creditors.get(cnpj) or policies.creditor(cnpj)
    if terms is None:
        provider = till.providers.get("api_pix")
        collector = policy.collector
        # Its money goes to the collector; its address is not known, and the collector's is not printed for it.
        return Payee(collector.name, collector.cnpj, provider.key if provider else "", "api_pix", "simulated", "")
    provider = till.providers.get(terms.pix_provider)
    key = terms.pix_key or (provider.key if provider else "")
    return Payee(terms.payee_name, cnpj, key, terms.pix_provider, terms.boleto_provider, terms.address)
