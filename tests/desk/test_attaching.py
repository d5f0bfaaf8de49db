"""Files that an agent sends: checked, bare of what a camera wrote, sent once."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from functools import cache
from pathlib import Path

import httpx
import pypdfium2
import pytest
import pytest_asyncio
from fastapi import FastAPI
from PIL import Image

from desk.app import DeskContext, router
from desk.attaching import MOST, check
from desk.guard import Refused
from payments.till import Till
from tests.desk.office import ORIGIN, Browser, Office, waiting
from tests.desk.stage import Stage


@cache
def pdf() -> bytes:
    document = pypdfium2.PdfDocument.new()
    document.new_page(200, 200)
    document.new_page(200, 100)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def photo() -> bytes:
    picture = Image.new("RGB", (40, 20), "red")
    exif = Image.Exif()
    exif[0x010F] = "Camera of Ana"
    out = io.BytesIO()
    picture.save(out, "JPEG", exif=exif)
    return out.getvalue()


@pytest.fixture
def documents(tmp_path: Path) -> Path:
    return tmp_path / "documents"


@pytest_asyncio.fixture
async def office(stage: Stage, documents: Path) -> AsyncIterator[Office]:
    app = FastAPI()
    app.include_router(router(DeskContext(stage.engine, stage.talk, Till(stage.talk, {}, documents=documents))))
    office = Office(app)
    yield office
    for browser in office.browsers:
        await browser.client.aclose()


async def give(browser: Browser, one: str, content: bytes, name: str, nonce: str, caption: str = "") -> httpx.Response:
    return await browser.client.post(
        f"/desk/c/{one}/attach",
        data={"csrf": browser.csrf, "nonce": nonce, "caption": caption},
        files={"file": (name, content)},
        headers={"origin": ORIGIN, "sec-fetch-site": "same-origin"},
    )


async def test_a_pdf_goes_as_a_document_and_a_photo_as_a_photo_each_once(stage: Stage, ana: Browser, documents: Path) -> None:
    one = await waiting(stage)
    await ana.post(f"/c/{one}/take")
    nonce = await ana.nonce(one)
    for _ in range(2):
        assert (await give(ana, one, pdf(), "../contrato <1>.exe", nonce, "Segue o contrato")).status_code == 303
    assert (await give(ana, one, photo(), "foto.jpg", nonce)).status_code == 303
    first, second = await stage.rows("select id, message from outbox order by id")
    assert (first.message["kind"], first.message["caption"], first.message["file"]["filename"]) == (
        "document",
        "Segue o contrato",
        "contrato 1.pdf",
    )
    assert second.message["kind"] == "image" and b"Camera of Ana" not in (documents / second.message["file"]["path"]).read_bytes()
    page = (await ana.get(f"/c/{one}/talk")).text
    assert f'href="/desk/c/{one}/sent/{first.id}"' in page and f'src="/desk/c/{one}/sent/{second.id}"' in page
    got = await ana.get(f"/c/{one}/sent/{first.id}")
    assert (got.status_code, got.headers["content-type"], got.content) == (200, "application/pdf", pdf())
    assert (await ana.get(f"/c/{one}/sent/999")).status_code == 404


async def test_a_caption_is_guarded_and_only_the_owner_sends(stage: Stage, ana: Browser) -> None:
    one = await waiting(stage)
    nonce = await ana.nonce(one)
    assert (await give(ana, one, pdf(), "a.pdf", nonce)).status_code == 409
    await ana.post(f"/c/{one}/take")
    assert (await give(ana, one, pdf(), "a.pdf", nonce, "Última chance!")).status_code == 422
    forged = Browser(ana.client, csrf="x" * 32)
    assert (await give(forged, one, pdf(), "a.pdf", nonce)).status_code == 403
    assert await stage.rows("select 1 from outbox") == []


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"", "a.pdf", "vazio"),
        (b"MZ" + b"x" * 100, "contrato.pdf", "PDF, JPG ou PNG"),
        (b"<html><script>1</script>", "a.png", "PDF, JPG ou PNG"),
        (b"%PDF-1.7\n/OpenAction << /S /JavaScript /JS (app.alert(1)) >>", "a.pdf", "executam programas"),
        (b"%PDF-1.7 X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD", "a.pdf", "vírus"),
        (b"\x89PNG\r\n\x1a\n" + b"x" * 100, "a.png", "danificada"),
        (b"%PDF-1.7" + b"x" * MOST, "a.pdf", "16 MB"),
    ],
)
def test_what_is_not_what_it_says_stays_here(content: bytes, name: str, said: str) -> None:
    with pytest.raises(Refused) as refused:
        check(content, name)
    assert said in refused.value.sentence


async def test_the_pages_of_a_pdf_are_seen_as_pictures(stage: Stage, ana: Browser) -> None:
    one = await waiting(stage)
    media = await stage.file(one, "document", "application/pdf", pdf(), filename="recibo.pdf")
    page = (await ana.get(f"/c/{one}/talk")).text
    assert f'data-pages="/desk/c/{one}/media/{media}/pages/"' in page
    got = await ana.get(f"/c/{one}/media/{media}/pages/2")
    assert (got.status_code, got.headers["content-type"], got.headers["x-pages"]) == (200, "image/png", "2")
    assert Image.open(io.BytesIO(got.content)).size[0] == 1200
    assert (await ana.get(f"/c/{one}/media/{media}/pages/3")).status_code == 422
    broken = await stage.file(one, "document", "application/pdf", b"%PDF-1.7 x", filename="x.pdf")
    assert (await ana.get(f"/c/{one}/media/{broken}/pages/1")).status_code == 422
    assert (await ana.get(f"/c/{one}/media/{broken}/pages/0")).status_code == 404
