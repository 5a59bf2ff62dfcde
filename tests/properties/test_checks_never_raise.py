"""Whatever stands in a file, checking it ends soon, and with findings."""

import datetime as dt
import json
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sightline.checks import policies, registry, running, subjects
from sightline.formats import documents, estates, reporting

_DEFECTS = Path(__file__).parents[1] / "cases" / "check" / "defects" / "broken"
_TEXTS = {
    path.name: path.read_text()
    for path in sorted(_DEFECTS.iterdir())
    if path.name not in {"metrics.prom", policies.FILE}
}
_SNIPPETS = [
    "", "\n", "  ", "- ", ": ", "{", "}", "[", "]", '"', "'", "|", ">", "&a ", "*a",
    "<<: ", "{{", "}}", "$labels.x", "---\n", "!!str ", "\t", "\r\n", "\ufeff", "💥",
    "[5m]", "[5m:", " > ", " / ", "((((", "by (", "null", "-1", "1e999", "expr: ",
    "groups: ", "routes: ", "kind: List\napiVersion: v1\nitems: ",
    "# sightline: ignore",
]  # fmt: skip
_RELAXED = settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow]
)
_LIMIT_SECONDS = 20
_TODAY = dt.date(2030, 1, 1)


def _check(files: dict[str, str]) -> running.Report:
    subject = subjects.examine(estates.read_texts(files.items()), policies.PLAIN)
    return running.run(registry.CHECKS, subject, _TODAY)


@st.composite
def _mutated(draw: st.DrawFn) -> dict[str, str]:
    """Draws the files of a set of defects, one of them torn in some places."""
    files = dict(_TEXTS)
    name = draw(st.sampled_from(sorted(files)))
    text = files[name]
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.integers(0, 12)))
        text = text[:start] + draw(st.sampled_from(_SNIPPETS)) + text[end:]
    files[name] = text
    return files


@given(_mutated())
@_RELAXED
def test_torn_files_give_findings(files: dict[str, str]) -> None:
    for finding in _check(files).found:
        assert finding.span.line >= 1
        assert finding.span.column >= 1


@given(st.binary(max_size=400), st.sampled_from(["a.yml", "a.json", "a.tmpl"]))
@_RELAXED
def test_any_bytes_give_findings(content: bytes, name: str) -> None:
    text = documents.decode(content, name, reporting.Reporter("file"), hint="")
    if text is not None:
        _check({name: text})


def _rule(expr: str) -> str:
    rule = json.dumps({"alert": "A", "expr": expr, "annotations": {"a": expr}})
    return f'groups: [{{"name": "g", "rules": [{rule}]}}]'


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.yml", "[" * 100_000),
        ("a.yml", "- " * 100_000),
        ("a.yml", "a: " + "{a: " * 5_000 + "}" * 5_000),
        ("a.yml", "".join(f"{' ' * depth}a:\n" for depth in range(3_000))),
        ("a.json", '{"a":' * 100_000),
        ("a.json", '{"panels": [' + "[" * 5_000),
        (
            "a.yml",
            "a: &a [x, x]\n" + "".join(f"b{n}: [*a, *a]\n" for n in range(9_000)),
        ),
        ("a.yml", "groups: [" + "a," * 100_000 + "]"),
        ("a.yml", _rule("(" * 20_000)),
        ("a.yml", _rule("-" * 20_000 + "x")),
        ("a.yml", _rule(" + ".join(["x"] * 5_000))),
        ("a.yml", _rule("sum(" * 2_000 + "x" + ")" * 2_000)),
        ("a.yml", _rule("{{" * 50_000)),
        ("a.yml", _rule('{{ "' * 20_000)),
        (
            "a.yml",
            f"route: {{receiver: a, matchers: ['{' ' * 90_000}']}}\nreceivers: []",
        ),
        ("a.yml", "route: {receiver: a, matchers: ['a=~\"(x+x+)+y\"']}\nreceivers: []"),
        ("a.yml", f"route: {'{routes: [' * 30}{']}' * 30}\nreceivers: []"),
        ("a.yml", "receivers: [{name: a, b_configs: [{c: '" + "$" * 90_000 + "'}]}]"),
    ],
    ids=range(18),
)
def test_hostile_files_end_within_the_limit(name: str, text: str) -> None:
    begin = time.monotonic()
    _check({name: text})
    assert time.monotonic() - begin < _LIMIT_SECONDS


def test_a_file_of_fifty_megabytes_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "rules.yml"
    with path.open("wb") as stream:
        stream.truncate(50_000_000)
    (found,) = estates.read([tmp_path], tmp_path).found
    most = f"{documents.MAX_BYTES:,}"
    assert (found.check, str(found.span)) == ("file/size", "rules.yml:1:1")
    assert found.message == f"expected at most {most} bytes, found a larger file"
