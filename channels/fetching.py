"""Fetching a file that a person sent, from its provider and from nobody else.

An address of a file comes in with a message, so it is a stranger's word: only the provider's own hosts are asked, over TLS, never an
address inside our own network, and a redirection counts as one more stranger's word. Simulators and local tests are reached on
loopback, at the very host and port of the channel's configured API and nowhere else.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import hashlib
import ipaddress
import os
import re
import secrets
import socket
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, runtime_checkable
from urllib.parse import urljoin, urlsplit

import httpx

from channels.message import Media

MOST_REDIRECTS = 3
_CHUNK = 65_536
_HEAD = 4_096


class FetchError(Exception):
    """A file that could not be fetched; the text says why, without its address."""


class FileRefused(FetchError):
    """This file is never fetched: wrong address, too large, or not what was announced."""


class AddressRefused(FileRefused):
    """The file's address is not one of its provider's: somebody may be trying to make us ask a stranger."""


class FileGone(FetchError):
    """The address no longer leads to the file; a new one may."""


class FetchLater(FetchError):
    """Passing trouble."""


@dataclass(frozen=True)
class Source:
    """Where a file is to be had. `hosts` are the provider's names; one that begins with a dot stands for all below it, one with a
    path for that path alone."""

    url: str
    hosts: tuple[str, ...]
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    """Sent to the host of `url` alone, never to one that it redirects to."""
    local: str | None = None
    """`host:port` of a simulated provider on this machine, where no TLS is asked for."""
    sha256: str | None = None
    """What the provider says the file's digest is, in hexadecimal or base64."""


@runtime_checkable
class CarriesMedia(Protocol):
    """A channel that can say where a file is that a person sent."""

    async def locate(self, media: Media) -> Source:
        """The file's present address. Raises `FetchError`."""


@dataclass(frozen=True)
class Fetched:
    """A file that lies on our disk under a passing name."""

    path: Path
    sha256: str
    size: int
    head: bytes
    """Its first bytes, which tell its type."""


def local_origin(api_url: str) -> str | None:
    """`host:port` of an API on loopback; None for any other, so that no file is fetched from this machine."""
    parts = urlsplit(api_url)
    host = parts.hostname or ""
    if host != "localhost" and not _is_loopback(host):
        return None
    return f"{host}:{parts.port or (443 if parts.scheme == 'https' else 80)}"


def address_ok(url: str, source: Source) -> bool:
    """Whether `url` may be asked at all: the provider's host over TLS, or the local simulator."""
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").lower().rstrip("."), parts.port
    except ValueError:
        return False
    if parts.username or parts.password or not host or not re.fullmatch(r"[a-z0-9.:-]+", host):
        return False
    if parts.scheme not in ("http", "https"):
        return False
    if source.local is not None and f"{host}:{port or (443 if parts.scheme == 'https' else 80)}" == source.local:
        return True
    if parts.scheme != "https" or port not in (None, 443):
        return False
    return any(_is_named(host, parts.path, name) for name in source.hosts)


def _is_named(host: str, path: str, name: str) -> bool:
    if name.startswith("."):
        return host.endswith(name)
    own, slash, below = name.partition("/")
    return host == own and (not slash or (path.startswith(f"/{below}") and ".." not in path and "%" not in path))


async def fetch(client: httpx.AsyncClient, source: Source, folder: Path, most: int, seconds: float = 60.0) -> Fetched:
    """Fetch the file into `folder` under a passing name, at most `most` bytes. Raises `FetchError`; nothing is left behind then."""
    url, headers = source.url, dict(source.headers)
    try:
        async with asyncio.timeout(seconds):
            for _ in range(MOST_REDIRECTS + 1):
                if not address_ok(url, source):
                    raise AddressRefused("the file's address is not the provider's")
                await _refuse_inside(url, source)
                async with client.stream("GET", url, headers=headers, follow_redirects=False) as response:
                    if response.is_redirect:
                        target = urljoin(url, response.headers.get("location", ""))
                        if urlsplit(target).netloc != urlsplit(url).netloc:
                            headers = {}
                        url = target
                        continue
                    return await _keep(response, source, folder, most)
            raise FileRefused("too many redirections")
    except (httpx.InvalidURL, UnicodeError) as error:
        raise AddressRefused("the file's address cannot be read") from error
    except (httpx.HTTPError, TimeoutError, OSError) as error:
        raise FetchLater(f"the file did not come: {type(error).__name__}") from error


async def _keep(response: httpx.Response, source: Source, folder: Path, most: int) -> Fetched:
    status = response.status_code
    if status in (404, 410) or (status in (400, 401, 403) and source.headers):
        raise FileGone(f"HTTP {status}")
    if status != 200:
        raise FetchLater(f"HTTP {status}") if status in (408, 425, 429) or status >= 500 else FileGone(f"HTTP {status}")
    declared = response.headers.get("content-length", "")
    if declared.isdigit() and int(declared) > most:
        raise FileRefused(f"larger than {most} bytes")
    await asyncio.to_thread(folder.mkdir, parents=True, exist_ok=True, mode=0o700)
    draft = folder / f".{secrets.token_hex(12)}"
    digest, size, head = hashlib.sha256(), 0, b""
    kept = False
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            async for chunk in response.aiter_bytes(_CHUNK):
                size += len(chunk)
                if size > most:
                    raise FileRefused(f"larger than {most} bytes")
                digest.update(chunk)
                if len(head) < _HEAD:
                    head = (head + chunk)[:_HEAD]
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
        if size == 0:
            raise FetchLater("the file came empty")
        if source.sha256 is not None and _hexadecimal(source.sha256) not in (None, digest.hexdigest()):
            raise FetchLater("the file is not the one that was announced")
        kept = True
        return Fetched(draft, digest.hexdigest(), size, head)
    finally:
        if not kept:
            draft.unlink(missing_ok=True)


def _hexadecimal(told: str) -> str | None:
    """A SHA-256 told in hexadecimal or base64, in hexadecimal; None for what is neither."""
    if re.fullmatch(r"[0-9a-fA-F]{64}", told):
        return told.lower()
    try:
        raw = base64.b64decode(told, validate=True)
    except (binascii.Error, ValueError):
        return None
    return raw.hex() if len(raw) == 32 else None


async def _refuse_inside(url: str, source: Source) -> None:
    """Even a provider's name must not lead into our own network. What cannot be looked up here is left to the client."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    port = parts.port or (443 if parts.scheme == "https" else 80)
    if source.local == f"{host}:{port}":
        return
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError:
        return
    for *_, address in found:
        if not ipaddress.ip_address(str(address[0]).partition("%")[0]).is_global:
            raise AddressRefused("the file's address leads inside our own network")


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
