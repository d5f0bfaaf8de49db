"""A one-page PDF with a few lines, written by hand: a fake bank needs no library for its paper."""


def paper(title: str, facts: list[tuple[str, str]]) -> bytes:
    """A PDF of one A4 page with a title and named facts. Letters beyond Latin-1 become question marks."""
    lines = [f"BT /F1 16 Tf 56 780 Td ({_escaped(title)}) Tj ET"]
    for at, (name, value) in enumerate(facts):
        height = 740 - 36 * at
        lines.append(f"BT /F1 9 Tf 56 {height} Td ({_escaped(name)}) Tj ET")
        lines.append(f"BT /F1 12 Tf 56 {height - 15} Td ({_escaped(value)}) Tj ET")
    content = "\n".join(lines).encode("latin-1", "replace")
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    body = bytearray(b"%PDF-1.4\n")
    places = []
    for number, thing in enumerate(objects, start=1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, thing)
    start = len(body)
    body += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    body += b"".join(b"%010d 00000 n \n" % place for place in places)
    body += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(body)


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
