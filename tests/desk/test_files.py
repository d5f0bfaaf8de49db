"""Files that people sent, at the desk: shown or heard where that is safe, else only saved; every look is written down."""

from __future__ import annotations

import pytest

from desk.files import disposition, how_shown, on_shelf
from tests.desk.office import Browser, waiting
from tests.desk.stage import CPF, Stage

PNG = b"\x89PNG\r\n\x1a\n" + b"x" * 40


async def test_a_photo_is_shown_in_the_talk_and_the_look_is_written_down(stage: Stage, ana: Browser) -> None:
    one = await waiting(stage, debtor_id=await stage.debtor("Marina Lopes", CPF))
    photo = await stage.file(one, "image", "image/png", PNG, filename="comprovante.png")
    page = (await ana.get(f"/c/{one}/talk")).text
    assert f'<img src="/desk/c/{one}/media/{photo}"' in page
    got = await ana.get(f"/c/{one}/media/{photo}")
    assert (got.status_code, got.headers["content-type"], got.content) == (200, "image/png", PNG)
    assert got.headers["x-content-type-options"] == "nosniff"
    policy = got.headers["content-security-policy"]
    assert "default-src 'none'" in policy and "sandbox" in policy and "allow-scripts" not in policy
    row = await stage.one("select actor, subject, detail from audit where what = 'file.seen'")
    assert row.actor.startswith("agent:") and (row.subject, row.detail) == (f"media:{photo}", {"conversation": one})


async def test_a_pdf_is_saved_and_never_opened_in_the_desk(stage: Stage, ana: Browser) -> None:
    one = await waiting(stage)
    pdf = await stage.file(one, "document", "application/pdf", b"%PDF-1.7 x", filename="../recibo\r\nx.html")
    assert "Baixar" in (await ana.get(f"/c/{one}/talk")).text
    got = await ana.get(f"/c/{one}/media/{pdf}")
    assert got.headers["content-type"] == "application/pdf"
    assert got.headers["content-disposition"].startswith("attachment;") and ".html" not in got.headers["content-disposition"]


async def test_a_voice_note_has_a_player_and_is_one_look_however_it_is_fetched(stage: Stage, ana: Browser) -> None:
    one = await waiting(stage)
    voice = await stage.file(one, "voice", "audio/ogg", b"OggS" + b"x" * 4000)
    page = (await ana.get(f"/c/{one}/talk")).text
    assert "<audio" in page and 'preload="none"' in page
    whole = await ana.get(f"/c/{one}/media/{voice}", range="bytes=0-")
    rest = await ana.get(f"/c/{one}/media/{voice}", range="bytes=2000-")
    assert (whole.status_code, rest.status_code, len(rest.content)) == (206, 206, 2004)
    assert (await stage.one("select count(*) n from audit where what = 'file.seen'")).n == 1


@pytest.mark.parametrize("state", ["quarantined", "purged", "lost", "waiting"])
async def test_what_is_not_kept_is_not_served_and_the_talk_says_why(stage: Stage, ana: Browser, state: str) -> None:
    one = await waiting(stage)
    file = await stage.file(one, "document", "application/zip", b"PK", state="quarantined")
    await stage.rows(
        "update media set state = :state, path = null where id = :id", state=state, id=file
    ) if state != "quarantined" else 0
    assert (await ana.get(f"/c/{one}/media/{file}")).status_code == 404
    page = (await ana.get(f"/c/{one}/talk")).text
    assert f"/media/{file}" not in page and 'class="trouble"' in page


async def test_a_file_is_of_its_own_talk_and_tenant_and_number(stage: Stage, ana: Browser) -> None:
    one, other = await waiting(stage), await stage.conversation("+5511900000001")
    file = await stage.file(one, "image", "image/png", PNG)
    for path in (f"/c/{other}/media/{file}", f"/c/{one}/media/{file + 1}", f"/c/{one}/media/0", f"/c/{one}/media/{'9' * 40}"):
        assert (await ana.get(path)).status_code == 404, path
    await stage.rows("update media set path = '../../../etc/passwd' where id = :id", id=file)
    assert (await ana.get(f"/c/{one}/media/{file}")).status_code == 404
    assert (await stage.one("select count(*) n from audit where what = 'file.seen'")).n == 0


def test_only_what_browsers_show_by_themselves_is_shown() -> None:
    assert [how_shown("image", "image/svg+xml"), how_shown("document", "text/html"), how_shown("image", "text/plain")] == [
        None
    ] * 3
    assert [how_shown("image", "image/heic"), how_shown("document", "text/plain"), how_shown("voice", "audio/amr")] == [
        "download"
    ] * 3
    assert how_shown("voice", "video/mp4") == "audio" and how_shown("video", "video/mp4") == "video"


def test_a_file_is_saved_under_a_harmless_name() -> None:
    assert disposition(7, "image/png", 'a"; x=.exe', inline=True) == "inline; filename=\"a x.png\"; filename*=UTF-8''a%20x.png"
    assert 'filename="arquivo-7.pdf"' in disposition(7, "application/pdf", None, inline=False)


def test_nothing_beside_the_shelf_is_served(stage: Stage) -> None:
    assert on_shelf(stage.talk.shelf.folder, "../../etc/passwd") is None


async def test_leaving_forgets_what_the_browser_kept(ana: Browser) -> None:
    assert (await ana.post("/logout")).headers["clear-site-data"] == '"cache"'
