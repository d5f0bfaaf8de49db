"""Files of strangers: only the provider's own hosts are asked, never our own network, never more than was agreed."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import httpx
import pytest

from channels.fetching import (
    AddressRefused,
    Fetched,
    FetchLater,
    FileGone,
    FileRefused,
    Source,
    address_ok,
    fetch,
    local_origin,
)
from channels.file_types import type_of

HOSTS = ("api.twilio.com", ".twiliocdn.com")
LOCAL = Source("http://127.0.0.1:8001/f", HOSTS, {"Authorization": "Basic x"}, local="127.0.0.1:8001")
PDF = b"%PDF-1.7\n" + b"x" * 2000


class Provider:
    """Answers as told and keeps what it was asked."""

    def __init__(self, answer: Callable[[httpx.Request], httpx.Response]) -> None:
        self.asked: list[httpx.Request] = []
        self._answer = answer

    def client(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(transport=httpx.MockTransport(self._handle))

    def _handle(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        return self._answer(request)


async def fetched(provider: Provider, source: Source, folder: Path, most: int = 10_000) -> Fetched:
    async with provider.client() as client:
        return await fetch(client, source, folder, most)


@pytest.mark.parametrize(
    "url",
    [
        "http://api.twilio.com/f",
        "https://api.twilio.com:8443/f",
        "https://api.twilio.com.evil.example/f",
        "https://evilapi.twilio.com.br/f",
        "https://twiliocdn.com/f",
        "https://user:secret@api.twilio.com/f",
        "https://api.twilio.com@127.0.0.1/f",
        "https://127.0.0.1/f",
        "https://[::1]/f",
        "https://169.254.169.254/latest/meta-data",
        "http://localhost:8001/f",
        "http://127.0.0.1:8002/f",
        "http://127.1:8001/f",
        "file:///etc/passwd",
        "ftp://api.twilio.com/f",
        "gopher://127.0.0.1:8001/",
        "https://api.twilio.com\\@evil.example/f",
        "https://ａpi.twilio.com/f",
        "https:///f",
        "",
        "https://[",
    ],
)
def test_no_other_address_is_asked(url: str) -> None:
    assert not address_ok(url, LOCAL)


def test_the_providers_hosts_and_its_simulator_are_asked() -> None:
    for url in ("https://api.twilio.com/f", "https://API.twilio.com./f", "https://mms.twiliocdn.com:443/f", LOCAL.url):
        assert address_ok(url, LOCAL), url


def test_only_an_api_on_this_machine_is_local() -> None:
    assert local_origin("http://127.0.0.1:8001/simulator/twilio") == "127.0.0.1:8001"
    assert local_origin("http://localhost") == "localhost:80"
    assert local_origin("https://api.twilio.com") is None
    assert local_origin("http://10.0.0.7:8000") is None


async def test_a_file_is_kept_whole_with_its_digest(tmp_path: Path) -> None:
    provider = Provider(lambda _: httpx.Response(200, content=PDF))
    got = await fetched(provider, LOCAL, tmp_path)
    assert got.path.read_bytes() == PDF
    assert (got.sha256, got.size) == (hashlib.sha256(PDF).hexdigest(), len(PDF))
    assert got.path.stat().st_mode & 0o777 == 0o600
    assert provider.asked[0].headers["authorization"] == "Basic x"


async def test_a_redirection_to_the_providers_store_is_followed_without_our_credentials(tmp_path: Path) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.host == "127.0.0.1":
            return httpx.Response(307, headers={"location": "https://mms.twiliocdn.com/x"})
        return httpx.Response(200, content=PDF)

    provider = Provider(answer)
    await fetched(provider, LOCAL, tmp_path)
    assert [request.url.host for request in provider.asked] == ["127.0.0.1", "mms.twiliocdn.com"]
    assert "authorization" not in provider.asked[1].headers


@pytest.mark.parametrize(
    "target", ["http://127.0.0.1:9/x", "https://evil.example/x", "//169.254.169.254/x", "file:///etc/passwd"]
)
async def test_a_redirection_elsewhere_is_refused_unasked(tmp_path: Path, target: str) -> None:
    provider = Provider(lambda _: httpx.Response(302, headers={"location": target}))
    with pytest.raises(AddressRefused):
        await fetched(provider, LOCAL, tmp_path)
    assert len(provider.asked) == 1


async def test_redirections_without_end_are_refused(tmp_path: Path) -> None:
    with pytest.raises(FileRefused):
        await fetched(Provider(lambda _: httpx.Response(302, headers={"location": "/f"})), LOCAL, tmp_path)


async def test_what_is_too_large_is_refused_whether_it_says_so_or_not(tmp_path: Path) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(50):
            yield b"x" * 1000

    with pytest.raises(FileRefused):
        await fetched(Provider(lambda _: httpx.Response(200, content=PDF)), LOCAL, tmp_path, most=100)
    with pytest.raises(FileRefused):
        await fetched(Provider(lambda _: httpx.Response(200, content=endless())), LOCAL, tmp_path, most=5_000)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("status", "error"),
    [(404, FileGone), (410, FileGone), (401, FileGone), (429, FetchLater), (500, FetchLater), (503, FetchLater)],
)
async def test_what_an_answer_means(tmp_path: Path, status: int, error: type[Exception]) -> None:
    with pytest.raises(error):
        await fetched(Provider(lambda _: httpx.Response(status)), LOCAL, tmp_path)
    assert list(tmp_path.iterdir()) == []


async def test_a_file_that_is_not_the_announced_one_is_tried_again(tmp_path: Path) -> None:
    digest = hashlib.sha256(PDF).digest()
    for told in (digest.hex(), digest.hex().upper(), base64.b64encode(digest).decode(), "no digest at all"):
        source = Source(LOCAL.url, HOSTS, local=LOCAL.local, sha256=told)
        await fetched(Provider(lambda _: httpx.Response(200, content=PDF)), source, tmp_path)
    other = Source(LOCAL.url, HOSTS, local=LOCAL.local, sha256=hashlib.sha256(b"other").hexdigest())
    with pytest.raises(FetchLater):
        await fetched(Provider(lambda _: httpx.Response(200, content=PDF)), other, tmp_path)


async def test_a_lost_connection_is_tried_again(tmp_path: Path) -> None:
    def away(request: httpx.Request) -> httpx.Response:
        raise httpx.ReadTimeout("slow", request=request)

    with pytest.raises(FetchLater):
        await fetched(Provider(away), LOCAL, tmp_path)


@pytest.mark.parametrize(
    ("head", "mime"),
    [
        (b"\xff\xd8\xff\xe0..JFIF", "image/jpeg"),
        (b"\x89PNG\r\n\x1a\n....", "image/png"),
        (b"RIFF....WEBPVP8 ", "image/webp"),
        (b"OggS....OpusHead", "audio/ogg"),
        (b"\x00\x00\x00\x20ftypM4A ....", "audio/mp4"),
        (b"\x00\x00\x00\x20ftypisom....", "video/mp4"),
        (b"\x00\x00\x00\x20ftypheic....", "image/heic"),
        (b"%PDF-1.4", "application/pdf"),
        (b"\xef\xbb\xbf\r\n%PDF-1.4", "application/pdf"),
        (b"PK\x03\x04%PDF-", "application/zip"),
        (b"MZ\x90\x00", "application/vnd.microsoft.portable-executable"),
        (b"<html><script>%PDF-", "application/octet-stream"),
        ("comprovante: já paguei".encode(), "text/plain"),
        (b"", "application/octet-stream"),
        (b"\x00\x01\x02\x03", "application/octet-stream"),
    ],
)
def test_a_file_is_what_its_bytes_say(head: bytes, mime: str) -> None:
    assert type_of(head) == mime
