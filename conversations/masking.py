"""Documents hidden in text that is shown or kept in clear: ***.982.247-**."""

from __future__ import annotations

import re

_CPF = re.compile(r"(?<![0-9A-Za-z])\d{3}[.\s]?\d{3}[.\s]?\d{3}[-.\s/]?\d{2}(?![0-9A-Za-z])")
_CNPJ = re.compile(r"(?<![0-9A-Za-z])[0-9A-Za-z]{2}\.?[0-9A-Za-z]{3}\.?[0-9A-Za-z]{3}/?[0-9A-Za-z]{4}-?\d{2}(?![0-9A-Za-z])")


def mask(text: str) -> str:
    """The text with every CPF and CNPJ-like number masked but for its middle digits. Payment codes are left alone."""
    if text.startswith("000201"):
        return text

    def cpf(found: re.Match[str]) -> str:
        digits = re.sub(r"\D", "", found.group())
        return f"***.{digits[3:6]}.{digits[6:9]}-**"

    def cnpj(found: re.Match[str]) -> str:
        whole = re.sub(r"[^0-9A-Za-z]", "", found.group())
        if len(whole) != 14 or sum(c.isdigit() for c in whole) < 8:
            return found.group()
        return f"**.{whole[2:5]}.{whole[5:8]}/****-**"

    return _CPF.sub(cpf, _CNPJ.sub(cnpj, text))
