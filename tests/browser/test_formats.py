"""Numbers are written as Grafana writes them, and the lists of abilities are true."""

import json
from pathlib import Path

import pytest
from playwright import async_api as playwright

from sightline.console import pages
from support import consoles

pytestmark = [
    pytest.mark.browser,
    pytest.mark.integration,
    pytest.mark.asyncio(loop_scope="session"),
]

GOLDEN = Path(__file__).parents[1] / "golden/console/formats.json"

_WRITE_ALL = """
async ({ numbers, texts }) => {
  const { formatNumber } = await import("/static/viewer/format.js");
  const wrong = [];
  for (const [unit, byDecimals] of Object.entries(texts)) {
    for (const [decimals, expected] of Object.entries(byDecimals)) {
      const digits = decimals === "auto" ? undefined : Number(decimals);
      numbers.forEach((number, index) => {
        const found = formatNumber(number, unit, digits, "UTC");
        if (found !== expected[index]) {
          wrong.push(`${number} ${unit} ${decimals}: ${found}, not ${expected[index]}`);
        }
      });
    }
  }
  return wrong;
}
"""


async def test_numbers_are_written_as_grafana_writes_them(
    page: playwright.Page, shown: consoles.Gallery
) -> None:
    cases = json.loads(GOLDEN.read_text())
    await page.goto(f"{shown.url}/alerts")
    assert await page.evaluate(_WRITE_ALL, cases) == []
    count = sum(
        len(texts) for unit in cases["texts"].values() for texts in unit.values()
    )
    assert count >= 2000


async def test_the_list_of_what_is_supported_is_what_the_modules_have(
    page: playwright.Page, shown: consoles.Gallery
) -> None:
    await page.goto(f"{shown.url}/alerts")
    found = await page.evaluate(
        "async () => (await import('/static/viewer/supported.js')).SUPPORTED"
    )
    written = json.loads((pages.STATIC / "viewer/supported.json").read_text())
    del written["options"], written["fields"]
    assert {name: sorted(names) for name, names in found.items()} == {
        name: sorted(names) for name, names in written.items()
    }


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ('up{service=~"$service"}', 'up{service=~"(a\\\\.b|c\\"d)"}'),
        ("rate(x[$__rate_interval])", "rate(x[60s])"),
        ("x[$__interval]", "x[15s]"),
        ("x[${__range}]", "x[3600s]"),
        ('x{a="$one"}', 'x{a="q\\"uote"}'),
        ('x{a=~"$every"}', 'x{a=~".*"}'),
        ("$unknown", "$unknown"),
    ],
)
async def test_variables_are_escaped_for_their_place(
    page: playwright.Page, shown: consoles.Gallery, expression: str, expected: str
) -> None:
    await page.goto(f"{shown.url}/alerts")
    found = await page.evaluate(
        """async (expression) => {
          const { interpolate } = await import("/static/viewer/interpolate.js");
          const { planQueries } = await import("/static/viewer/query.js");
          const plan = planQueries({ from: 0, to: 3600 }, 1000, { targets: [] }, 15);
          const variables = new Map([
            ["service", { chosen: ["a.b", 'c"d'], multi: true, options: [] }],
            ["one", { chosen: ['q"uote'], options: [] }],
            ["every", { chosen: ["$__all"], includeAll: true, allValue: ".*" }],
          ]);
          return interpolate(expression, plan, variables);
        }""",
        expression,
    )
    assert found == expected
