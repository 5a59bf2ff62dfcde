"""A real browser, and a console with a real Prometheus behind it."""

import os
import shutil
from collections.abc import AsyncIterator, Iterator, Mapping
from pathlib import Path

import pytest
import pytest_asyncio
from playwright import async_api as playwright

from sightline.stack import plot_library
from support import consoles

_SWITCHES = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[playwright.Browser]:
    """Debian's Chromium without a window; a test is not run where there is none."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        reason = "not run: chromium is not installed; script/bootstrap installs it"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    async with playwright.async_playwright() as started:
        browser = await started.chromium.launch(
            executable_path=path, args=list(_SWITCHES)
        )
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="session")
async def page(browser: playwright.Browser) -> AsyncIterator[playwright.Page]:
    """A fresh page; what it reports as an error fails the test."""
    context = await browser.new_context(
        viewport={"width": 1440, "height": 900},
        color_scheme="dark",
        timezone_id="UTC",
        locale="en-GB",
    )
    page = await context.new_page()
    mistakes: list[str] = []
    page.on("pageerror", lambda error: mistakes.append(str(error)))
    page.on(
        "console",
        lambda line: (
            mistakes.append(line.text)
            if "Content Security Policy" in line.text
            else None
        ),
    )
    yield page
    await context.close()
    assert mistakes == []


@pytest.fixture(scope="module")
def shown(
    tmp_path_factory: pytest.TempPathFactory, binaries: Mapping[str, Path]
) -> Iterator[consoles.Gallery]:
    """A console on the gallery: an hour of samples in a real Prometheus."""
    plot_library.ensure()
    folder = tmp_path_factory.mktemp("gallery")
    with consoles.gallery_console(folder, binaries) as gallery:
        yield gallery
