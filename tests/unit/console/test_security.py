import re
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from unit.console import conftest

_FORBIDDEN = r"<script(?![^>]*src=)|\sstyle=|\son\w+=|https?://"


@pytest.mark.parametrize(
    "host", ["127.0.0.1:8484", "localhost:8484", "localhost", "[::1]:8484"]
)
def test_local_names_are_answered(console: "conftest.Console", host: str) -> None:
    assert console.get("/health", headers={"host": host}).status_code == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example:8484", "0.0.0.0:8484", "[::1", ""]
)
def test_foreign_names_are_refused(console: "conftest.Console", host: str) -> None:
    answer = console.get("/health", headers={"host": host})
    assert answer.status_code == 403
    assert answer.text == "this console answers to 127.0.0.1, ::1, localhost only\n"


def test_a_foreign_page_cannot_post(console: "conftest.Console") -> None:
    answer = console.post(
        "/api/prometheus/api/v1/query", headers={"origin": "https://evil.example"}
    )
    assert answer.status_code == 403


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/d",
        "/d/x",
        "/alerts",
        "/alerts/x",
        "/slos",
        "/slos/x",
        "/inbox",
        "/catalogue",
        "/runbooks",
        "/runbooks/x",
        "/nothing",
    ],
)
def test_pages_allow_nothing_inline_and_nothing_foreign(
    console: "conftest.Console", path: str
) -> None:
    answer = console.get(path)
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert re.findall(_FORBIDDEN, answer.text) == []


def test_an_unknown_address_is_shown_as_text(console: "conftest.Console") -> None:
    answer = console.get("/<script>alert(1)</script>")
    assert answer.status_code == 404
    assert "<script>alert" not in answer.text


def test_modules_are_kept_for_good_under_an_address_of_their_own(
    console: "conftest.Console",
) -> None:
    (address,) = re.findall(
        r'src="(/static/\w{16}/pages/now\.js)"', console.get("/").text
    )
    answer = console.get(address, {"accept-encoding": "identity"})
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["content-type"].startswith("text/javascript")
    prefix = address.removesuffix("/pages/now.js")
    imported = set(re.findall(r'from "([^"]+)"', answer.text))
    assert imported
    assert all(one.startswith(f"{prefix}/") for one in imported)
    packed = console.get(address, {"accept-encoding": "gzip"})
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.text == answer.text
    assert console.get(f"{prefix}/../pages.py").status_code == 404
    assert console.get(f"{prefix}/nothing.js").status_code == 404
