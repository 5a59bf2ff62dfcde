"""axe-core, which finds barriers in a page: fetched once, verified, never shipped."""

import base64
import hashlib
import io
import os
import tarfile
from pathlib import Path
from typing import Any, Final

from playwright import async_api as playwright

from sightline.clients import npm

__all__ = ["find_barriers", "load"]

_VERSION: Final = "4.14.1"
_INTEGRITY: Final = (
    "FHfa+lmNjQZfJz1q8wKqIDwC6DExcHt/pkjNQb09a3NPjCKg2rhu5qb2S4r76ASyFNNtuFooJpZe37Og"
    "udVGtQ=="
)
"""https://registry.npmjs.org/axe-core/4.14.1, `dist.integrity`"""

_BAD: Final = {"serious", "critical"}


def load() -> str:
    """Gives the source of axe-core.

    Raises:
        FetchFailed: when it cannot be had.
    """
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    kept = cache / "sightline" / f"axe-core-{_VERSION}.js"
    if kept.is_file():
        return kept.read_text(encoding="utf-8")
    archive = npm.fetch_archive("axe-core", _VERSION)
    assert hashlib.sha512(archive).digest() == base64.b64decode(_INTEGRITY)
    with tarfile.open(fileobj=io.BytesIO(archive), mode="r:gz") as package:
        member = package.extractfile("package/axe.min.js")
        assert member is not None
        source = member.read()
    kept.parent.mkdir(parents=True, exist_ok=True)
    fresh = kept.with_suffix(f".{os.getpid()}")
    fresh.write_bytes(source)
    fresh.replace(kept)
    return source.decode()


async def find_barriers(page: playwright.Page, source: str) -> list[str]:
    """Gives the serious and critical barriers of a page, in words."""
    if not await page.evaluate("() => 'axe' in window"):
        await page.evaluate(source)
    found: list[dict[str, Any]] = await page.evaluate(
        "async () => (await axe.run({ resultTypes: ['violations'] })).violations"
    )
    return [
        f"{one['id']}: {node['target']} {node['failureSummary']}"
        for one in found
        if one["impact"] in _BAD
        for node in one["nodes"]
    ]
