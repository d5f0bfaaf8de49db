"""What it takes to be paid: a conversation to speak in, and the providers by the name that policies give them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from conversations.talk import Talk
from documents.texts import Texts
from payments.boleto_provider import BoletoProvider
from payments.provider import PixProvider


@dataclass(frozen=True)
class Till:
    """Made once at start, handed down to whoever issues or settles. `providers`: `pix_provider` of a creditor → provider, and
    `boletos`: `boleto_provider` of a creditor → provider. PDFs are written under `documents`; without it there are none;
    `papers` are the words of those that are drawn here."""

    talk: Talk
    providers: Mapping[str, PixProvider]
    boletos: Mapping[str, BoletoProvider] = field(default_factory=dict)
    documents: Path | None = None
    papers: Texts | None = None
