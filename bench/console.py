"""How soon a dashboard stands, what it weighs, and what fifty viewers cost.

A real Prometheus with a day of samples, a real Chromium, a console on this machine.
There is no peer to stand beside: Grafana cannot be installed here, and the two viewers
that were tried when this one was chosen are in `docs/decisions/0005-console.md`.
"""

import asyncio
import gzip
import json
import shutil
import statistics
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import httpx
from playwright import async_api as playwright

from sightline.console import pages
from sightline.stack import plot_library
from sightline.stack.acquire import binaries as acquiring
from sightline.stack.acquire import catalogue, platforms
from support import consoles, gallery

_DAY: Final = 86_400
_STEP: Final = 30
_SERIES: Final = 50
_TWELVE: Final = 12
_LOADS: Final = 7
_REFRESHES: Final = 300
_VIEWERS: Final = 50
_REFRESH_SECONDS: Final = 10.0
_WATCHED_SECONDS: Final = 30.0

_DRAWN = """() => {
  const all = [...document.querySelectorAll(".panel")];
  return all.length > 0 && all.every((panel) =>
    panel.dataset.state !== "waiting" && !panel.classList.contains("loading"));
}"""
_LAST = """() => Math.max(...[...document.querySelectorAll(".panel")]
  .map((panel) => Number(panel.dataset.drawnAt ?? 0))) - performance.timeOrigin"""


def main() -> None:
    """Prints every figure."""
    plot_library.ensure()
    binaries = asyncio.run(_acquire())
    end = int(time.time()) // 60 * 60
    text = _samples(end - _DAY, end)
    with tempfile.TemporaryDirectory(prefix="sightline-bench-") as folder:
        place = Path(folder)
        dashboards = place / "build/grafana/dashboards"
        dashboards.mkdir(parents=True)
        (dashboards / "twelve.json").write_text(_dashboard("twelve", _twelve()))
        (dashboards / "fifty.json").write_text(_dashboard("fifty", [_fifty()]))
        bounds = (end - _DAY, end)
        with consoles.stored_console(place, binaries, text, bounds) as shown:
            print(f"own JavaScript and CSS, gzip: {_weigh() / 1024:.0f} KB")
            asyncio.run(_look(shown))
            asyncio.run(_watch(shown))


async def _acquire() -> Mapping[str, Path]:
    settings = acquiring.settings_from_environ({}, {})
    names = catalogue.local_stack(platforms.observe_platform().system)
    found = await acquiring.acquire(names, settings)
    return {name: binary.path for name, binary in found.items()}


def _samples(start: int, end: int) -> str:
    day = ["# TYPE requests gauge"]
    for number in range(_SERIES):
        day += [
            f'requests{{service="s{number}"}} {(number * 7 + at // _STEP) % 101} {at}'
            for at in range(start, end + 1, _STEP)
        ]
    hour = gallery.exposition(end - 3600, end).splitlines()
    return "\n".join([*day, *hour, ""])


def _twelve() -> list[dict[str, Any]]:
    wanted = {"stat": 3, "gauge": 1, "bargauge": 1, "text": 1, "timeseries": 3}
    wanted |= {"state-timeline": 1, "table": 1}
    chosen = []
    for panel in json.loads(gallery.dashboard())["panels"]:
        if wanted.get(panel["type"], 0) and panel["title"] not in {"Broken", "Nothing"}:
            wanted[panel["type"]] -= 1
            chosen.append(panel)
    more = {**chosen[-1], "type": "barchart", "title": "Bars", "id": 99}
    more["targets"] = [gallery._target("queue_depth", instant=True)]  # noqa: SLF001
    if len([*chosen, more]) != _TWELVE:
        raise ValueError("the gallery has other panels than this was written for")
    return [*chosen, more]


def _fifty() -> dict[str, Any]:
    return {
        "id": 1,
        "type": "timeseries",
        "title": "Fifty",
        "gridPos": {"x": 0, "y": 0, "w": 24, "h": 16},
        "targets": [{"refId": "A", "expr": "requests", "legendFormat": "{{service}}"}],
        "fieldConfig": {"defaults": {}, "overrides": []},
        "options": {"legend": {"showLegend": True, "displayMode": "list"}},
    }


def _dashboard(uid: str, panels: list[dict[str, Any]]) -> str:
    return json.dumps(
        {"uid": uid, "title": uid, "timezone": "utc", "graphTooltip": 1}
        | {"time": {"from": "now-1h", "to": "now"}, "refresh": "", "panels": panels}
    )


def _weigh() -> int:
    own = [*pages.STATIC.rglob("*.js"), *pages.STATIC.rglob("*.css")]
    return sum(len(gzip.compress(path.read_bytes())) for path in own)


async def _look(shown: consoles.Gallery) -> None:
    chromium = shutil.which("chromium")
    async with playwright.async_playwright() as started:
        browser = await started.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu"]
        )
        page = await browser.new_page(viewport={"width": 1440, "height": 900})
        hour = f"from={shown.end - 3600}000&to={shown.end}000"
        await _time(page, f"{shown.url}/d/twelve?{hour}", "12 panels, one hour")
        day = f"from={shown.start}000&to={shown.end}000"
        await _time(page, f"{shown.url}/d/fifty?{day}", "50 series, 24 hours")
        await page.goto(f"{shown.url}/d/twelve?{hour}")
        await page.wait_for_function(_DRAWN)
        await _grow(page)
        await browser.close()


async def _time(page: playwright.Page, url: str, words: str) -> None:
    session = await page.context.new_cdp_session(page)
    await session.send("Performance.enable")
    lasts, scripts = [], []
    for _ in range(_LOADS + 1):
        await page.goto(url)
        await page.wait_for_function(_DRAWN)
        lasts.append(await page.evaluate(_LAST))
        scripts.append((await _metrics(session))["ScriptDuration"])
    # The first one is cold: the browser had nothing yet.
    last, script = statistics.median(lasts[1:]), statistics.median(scripts[1:])
    print(f"{words}: last chart {last:.0f} ms, cold {lasts[0]:.0f} ms, ", end="")
    print(f"script {script * 1000:.0f} ms (median of {_LOADS})")


async def _metrics(session: playwright.CDPSession) -> Mapping[str, float]:
    found = await session.send("Performance.getMetrics")
    return {one["name"]: one["value"] for one in found["metrics"]}


async def _grow(page: playwright.Page) -> None:
    session = await page.context.new_cdp_session(page)
    await session.send("Performance.enable")
    sizes = []
    for number in range(_REFRESHES + 1):
        await page.evaluate("() => dispatchEvent(new PopStateEvent('popstate'))")
        await page.wait_for_function(_DRAWN)
        if number % (_REFRESHES // 3) == 0:
            await session.send("HeapProfiler.collectGarbage")
            found = await _metrics(session)
            sizes.append(f"{found['JSHeapUsedSize'] / 2**20:.1f} MiB")
            sizes[-1] += f" and {found['Nodes']:.0f} nodes"
    print(f"heap at every {_REFRESHES // 3} refreshes: {', '.join(sizes)}")


async def _watch(shown: consoles.Gallery) -> None:
    """Lets fifty viewers refresh, and says what that costs the console."""
    questions = _questions()
    async with httpx.AsyncClient(base_url=shown.url, trust_env=False) as client:
        before, begin = await _cost(client, shown), time.monotonic()
        viewers = [
            _view(client, questions, number * _REFRESH_SECONDS / _VIEWERS)
            for number in range(_VIEWERS)
        ]
        asked = sum(await asyncio.gather(*viewers))
        after, seconds = await _cost(client, shown), time.monotonic() - begin
    processor, upstream = after[0] - before[0], after[1] - before[1]
    print(
        f"{_VIEWERS} viewers of 12 panels every {_REFRESH_SECONDS:.0f} s: "
        f"{asked} questions, {upstream:.0f} of them reached Prometheus, "
        f"{processor / seconds:.0%} of a core"
    )


def _questions() -> list[tuple[str, str, bool]]:
    return [
        ("query" if one.get("instant") else "query_range", one["expr"], True)
        for panel in _twelve()
        for one in panel["targets"]
    ]


async def _view(
    client: httpx.AsyncClient, questions: list[tuple[str, str, bool]], after: float
) -> int:
    """Asks what a browser asks, until the time is over; gives how often."""
    await asyncio.sleep(after)
    ends = time.monotonic() + _WATCHED_SECONDS
    asked = 0
    while time.monotonic() < ends:
        at = int(time.time()) // 5 * 5
        for path, expr, _ in questions:
            end = at // 15 * 15
            times = {"time": at} if path == "query" else {"start": end - 3600}
            times |= {} if path == "query" else {"end": end, "step": 15}
            form = {"query": expr, **{key: str(one) for key, one in times.items()}}
            await client.post(f"/api/prometheus/api/v1/{path}", data=form)
        for _ in range(2):
            await client.get("/api/alerts")
        asked += len(questions) + 2
        await asyncio.sleep(_REFRESH_SECONDS)
    return asked


async def _cost(
    client: httpx.AsyncClient, shown: consoles.Gallery
) -> tuple[float, float]:
    own = (await client.get("/metrics")).text
    other = (await client.get(f"{shown.prometheus}/metrics")).text
    return _sum(own, "process_cpu_seconds_total"), _sum(
        other, 'prometheus_http_requests_total{code="200",handler="/api/v1/query'
    )


def _sum(text: str, name: str) -> float:
    lines = [line for line in text.splitlines() if line.startswith(name)]
    return sum(float(line.rsplit(" ", 1)[1]) for line in lines)


if __name__ == "__main__":
    main()
