"""Every panel of the six dashboards shows what Prometheus answers, at two ranges."""

import json
import math
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from playwright import async_api as playwright

from sightline.app import build
from sightline.model import monitoring
from sightline.stack import plot_library
from support import consoles, shipped, stand_ins, viewing

pytestmark = [
    pytest.mark.browser,
    pytest.mark.integration,
    pytest.mark.asyncio(loop_scope="session"),
]

DASHBOARDS = ("engineering", "executive", "security", "database", "cdn", "slo")
RANGES_SECONDS = (900, 3600)
STORED_SECONDS = 3600 + 900
STEP_SECONDS = 30
VALUE_PANELS = {"stat", "gauge", "bargauge"}

_SETTLED = """(from) => {
  const all = [...document.querySelectorAll(".panel")];
  return all.length > 0 && all.every((panel) =>
    panel.offsetParent === null || panel.dataset.state === "unsupported"
    || panel.classList.contains("panel-text")
    || (panel.frame.asked?.from === from && panel.dataset.state !== "waiting"
      && !panel.classList.contains("loading")));
}"""
_READ = """() => Object.fromEntries([...document.querySelectorAll(".panel")]
  .filter((panel) => panel.offsetParent !== null)
  .map((panel) => [panel.id.slice(6), {
    state: panel.dataset.state,
    said: panel.querySelector(".message")?.innerText ?? "",
    width: panel.querySelector(".panel-body").clientWidth,
    numbers: [...panel.querySelectorAll("[data-value]")]
      .map((one) => one.dataset.value),
    series: (panel.frame.drawn()?.series ?? []).map((one) =>
      [Object.entries(one.labels), one.refId,
        one.times.map((time, at) => [time, one.values[at]])]),
  }]))"""
_MOVE = """([from, to]) => {
  const url = new URL(location.href);
  url.searchParams.set("from", from * 1000);
  url.searchParams.set("to", to * 1000);
  history.pushState(null, "", url);
  dispatchEvent(new PopStateEvent("popstate"));
}"""


@pytest.fixture(scope="module")
def estate(
    tmp_path_factory: pytest.TempPathFactory,
    binaries: Mapping[str, Path],
    skillancer: monitoring.Monitoring,
) -> Iterator[consoles.Gallery]:
    """A console on the shipped build, and samples for every panel of it."""
    plot_library.ensure()
    folder = tmp_path_factory.mktemp("estate")
    boards = shipped.compile_dashboards(skillancer)
    end = int(time.time()) // 300 * 300
    start = end - STORED_SECONDS
    text = stand_ins.exposition(boards.values(), start, end, STEP_SECONDS)
    environment = skillancer.environments["production"]
    build.write(build.build(skillancer, environment), folder / "build")
    with consoles.stored_console(folder, binaries, text, (start, end)) as shown:
        yield shown


@pytest.fixture(scope="module")
def reference(
    estate: consoles.Gallery, skillancer: monitoring.Monitoring
) -> Iterator[viewing.Reference]:
    boards = shipped.compile_dashboards(skillancer)
    variables = [v for board in boards.values() for v in board["templating"]["list"]]
    everything = {one["name"]: one.get("allValue") or ".*" for one in variables}
    asked = viewing.Reference(estate.prometheus, everything)
    yield asked
    asked.close()


@pytest.mark.parametrize("uid", DASHBOARDS)
async def test_every_panel_equals_the_reference(
    page: playwright.Page,
    estate: consoles.Gallery,
    reference: viewing.Reference,
    uid: str,
) -> None:
    board = json.loads((estate.build / f"grafana/dashboards/{uid}.json").read_text())
    panels = {str(one["id"]): one for one in shipped.panels(board)}
    begin, end = estate.end - RANGES_SECONDS[0], estate.end
    await page.goto(f"{estate.url}/d/{uid}?from={begin}000&to={end}000&refresh=")
    await page.wait_for_selector(".panel")
    await page.evaluate(
        "() => document.querySelectorAll('.row-toggle[aria-expanded=false]')"
        ".forEach((one) => one.click())"
    )
    compared, drawn = 0, 0
    for seconds in RANGES_SECONDS:
        begin = end - seconds
        await page.evaluate(_MOVE, [begin, end])
        await page.wait_for_function(_SETTLED, arg=begin)
        shown = await page.evaluate(_READ)
        for number, found in shown.items():
            panel = panels[number]
            if not panel.get("targets"):
                continue
            _compare(panel, found, reference, (begin, end))
            compared += 1
            drawn += found["state"] == "drawn"
    queried = sum(1 for panel in panels.values() if panel.get("targets"))
    assert compared == len(RANGES_SECONDS) * queried
    # The stand-ins reach nearly everything; what looks a week back has no data.
    assert drawn >= 0.8 * compared


def _compare(
    panel: Mapping[str, Any],
    found: Mapping[str, Any],
    reference: viewing.Reference,
    bounds: tuple[int, int],
) -> None:
    title = panel["title"]
    plan = viewing.plan_of(panel, *bounds, max(100, found["width"]), 15)
    expected = reference.series_of(panel, plan)
    if not expected:
        assert found["state"] == "empty", (title, found["said"])
        return
    assert found["state"] == "drawn", (title, found["said"])
    assert _sort(_read(row) for row in found["series"]) == _sort(expected), title
    if panel["type"] in VALUE_PANELS:
        calcs = panel["options"]["reduceOptions"]["calcs"]
        numbers = [viewing.reduce(row, calcs[0]) for row in expected]
        _same_numbers(found["numbers"], numbers, title)
    elif panel["type"] == "table":
        known = {
            number for row in expected for _, number in row[2] if number is not None
        }
        cells = {float(text) for text in found["numbers"]}
        assert cells <= known, title
        assert cells, title


def _same_numbers(shown: list[str], expected: list[float | None], title: str) -> None:
    numbers = sorted(number for number in expected if number is not None)
    read = sorted(float(text) for text in shown if text not in {"null", "undefined"})
    assert len(read) == len(numbers), title
    for one, other in zip(read, numbers, strict=True):
        assert math.isclose(one, other, rel_tol=1e-12), title


def _read(row: list[Any]) -> viewing.Row:
    labels, letter, samples = row
    pairs = frozenset((key, text) for key, text in labels)
    return pairs, letter, tuple((float(at), number) for at, number in samples)


def _sort(rows: Any) -> list[viewing.Row]:  # noqa: ANN401 - any rows
    return sorted(rows, key=lambda row: (row[1], sorted(row[0])))
