"""PDFs that people receive.

One file a paper: `boleto`, `receipt`, `settlement`, `calculation`, `agreement`, `statement`. Each has frozen values and
`render(values, texts) -> bytes`, pure: equal values give equal bytes. `texts` are the words of `data/documents/`.
"""
