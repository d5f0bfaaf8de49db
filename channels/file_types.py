"""What a file is, by its own first bytes: a declared type or a file name is only somebody's word."""

from __future__ import annotations

from types import MappingProxyType

_IMAGES = {"image/jpeg", "image/png", "image/webp", "image/gif", "image/heic"}
_SOUNDS = {"audio/ogg", "audio/mpeg", "audio/mp4", "audio/aac", "audio/amr", "audio/wav"}
_FILMS = {"video/mp4", "video/3gpp", "video/webm"}

EXPECTED = MappingProxyType(
    {
        "image": _IMAGES,
        "sticker": _IMAGES,
        "voice": _SOUNDS | {"video/mp4", "video/webm", "video/3gpp"},
        "audio": _SOUNDS | {"video/mp4", "video/webm", "video/3gpp"},
        "video": _FILMS | {"audio/mp4"},
        "document": {"application/pdf", "text/plain"} | _IMAGES,
    }
)
"""The types that are opened of each kind of file; any other is kept apart, and nobody is offered to open it."""

ENDINGS = MappingProxyType(
    {
        "image/jpeg": ".jpg",
        "image/png": ".png",
        "image/webp": ".webp",
        "image/gif": ".gif",
        "image/heic": ".heic",
        "audio/ogg": ".ogg",
        "audio/mpeg": ".mp3",
        "audio/mp4": ".m4a",
        "audio/aac": ".aac",
        "audio/amr": ".amr",
        "audio/wav": ".wav",
        "video/mp4": ".mp4",
        "video/3gpp": ".3gp",
        "video/webm": ".webm",
        "application/pdf": ".pdf",
        "text/plain": ".txt",
    }
)


def type_of(head: bytes) -> str:
    """The MIME type that these first bytes (some thousands) begin; `application/octet-stream` for what is not known here."""
    for mark, mime in _MARKS:
        if head.startswith(mark):
            return mime
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    if head[:4] == b"RIFF" and head[8:12] == b"WAVE":
        return "audio/wav"
    if head[4:8] == b"ftyp":
        brand = head[8:12]
        if brand in (b"heic", b"heix", b"mif1", b"heim", b"hevc"):
            return "image/heic"
        if brand[:3] == b"3gp":
            return "video/3gpp"
        return "audio/mp4" if brand in (b"M4A ", b"M4B ") else "video/mp4"
    if len(head) > 2 and head[0] == 0xFF and head[1] & 0xF6 == 0xF0:
        return "audio/aac"
    if len(head) > 2 and head[0] == 0xFF and head[1] & 0xE0 == 0xE0:
        return "audio/mpeg"
    # A PDF may have a few bytes before its mark.
    if b"%PDF-" in head[:1024] and not head.startswith((b"PK", b"MZ", b"<", b"#!")):
        return "application/pdf"
    return "text/plain" if _is_plain(head) else "application/octet-stream"


_MARKS = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"%PDF-", "application/pdf"),
    (b"OggS", "audio/ogg"),
    (b"ID3", "audio/mpeg"),
    (b"#!AMR", "audio/amr"),
    (b"\x1aE\xdf\xa3", "video/webm"),
    (b"PK\x03\x04", "application/zip"),
    (b"Rar!", "application/vnd.rar"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"MZ", "application/vnd.microsoft.portable-executable"),
    (b"\x7fELF", "application/x-elf"),
)


def _is_plain(head: bytes) -> bool:
    if not head or b"\x00" in head or head.lstrip()[:1] == b"<" or head.startswith(b"#!"):
        return False
    try:
        head[: -3 or None].decode("utf-8") if len(head) > 3 else head.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.start > len(head) - 8
    return True
