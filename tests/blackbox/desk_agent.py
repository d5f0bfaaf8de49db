"""A human agent at the desk, by its pages and forms alone."""

from __future__ import annotations

import html
import re
import time

import httpx

from tests.blackbox.product import Product

EMAIL, PASSWORD = "atendente@caixapreta.example", "Senha-muito-longa-42"


class DeskAgent:
    """Signs in with a login made by `trato agent add`."""

    def __init__(self, product: Product, email: str = EMAIL, password: str = PASSWORD) -> None:
        self._client = httpx.Client(base_url=product.url, follow_redirects=True, timeout=20.0, headers={"origin": product.url})
        answer = self._client.post("/desk/login", data={"email": email, "password": password})
        assert answer.status_code == 200 and "/desk/login" not in str(answer.url), f"login: {answer.status_code} {answer.url}"

    def find(self, words: str, timeout: float = 15.0) -> str:
        """The path of the talk whose transcript has `words`."""
        until = time.monotonic() + timeout
        while time.monotonic() < until:
            for path in dict.fromkeys(re.findall(r'href="(/desk/c/[^"/?]+)"', self._client.get("/desk").text)):
                if words in html.unescape(self._client.get(path).text):
                    return str(path)
            time.sleep(0.3)
        raise AssertionError(f"no talk with {words!r} in the queue")

    def page(self, path: str) -> str:
        return str(html.unescape(self._client.get(path).text))

    def do(self, path: str, deed: str, **fields: str) -> httpx.Response:
        """Sends one of the talk's forms with its hidden fields."""
        page = self._client.get(path).text
        hidden = {}
        for name in ("csrf", "nonce"):
            found = re.search(rf'name="{name}"[^>]*value="([^"]*)"', page)
            if found:
                hidden[name] = html.unescape(found[1])
        answer = self._client.post(f"{path}/{deed}", data=hidden | fields)
        assert answer.status_code == 200, f"{deed}: {answer.status_code} {answer.text[:500]}"
        return answer
