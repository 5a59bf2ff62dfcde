"""Files are checked with their policy; what is borne is left out, and ends."""

import datetime as dt
from pathlib import Path

import pytest

from sightline import errors
from sightline.app.checking import baselines, files, reports, requests

_TODAY = dt.date(2030, 1, 1)
_RULES = """\
groups:
  - name: g
    rules:
      - alert: Never
        expr: up > 1
      - record: job:fast:rate5m
        expr: sum by (job) (rate(latency_bucket{le="1"}[5m]))
"""


def _write(folder: Path, **texts: str) -> Path:
    for name, text in texts.items():
        (folder / name.replace("__", ".")).write_text(text)
    return folder


def _check(folder: Path, *, is_fixing: bool = False) -> list[str]:
    report = files.check([folder], folder, _TODAY, is_fixing=is_fixing)
    return [f"{one.span} {one.check}" for one in report.found]


def test_a_comment_bears_what_is_below_it_until_its_day(tmp_path: Path) -> None:
    comment = "      # sightline: ignore constant-condition until {}: known\n"
    head, tail = _RULES.split("      - alert", 1)
    for day, expected in (
        ("2030-01-01", ["rules.yml:8:49 le-spelling"]),
        (
            "2029-12-31",
            [
                "rules.yml:4:7 suppression",
                "rules.yml:6:15 constant-condition",
                "rules.yml:8:49 le-spelling",
            ],
        ),
    ):
        text = head + comment.format(day) + "      - alert" + tail
        assert _check(_write(tmp_path, rules__yml=text)) == expected


@pytest.mark.parametrize(
    ("comment", "message"),
    [
        ("ignore constant-condition", "expected checks, a day and a reason in"),
        ("ignore x until 2030-13-01: why", "expected checks, a day and a reason in"),
        ("ignore x until 2031-01-01: why", "expected a finding here, found none"),
    ],
)
def test_a_comment_that_bears_nothing_is_a_finding(
    tmp_path: Path, comment: str, message: str
) -> None:
    text = f"groups: []  # sightline: {comment}\n"
    report = files.check([_write(tmp_path, a__yml=text)], tmp_path, _TODAY)
    (finding,) = report.found
    assert (finding.check, str(finding.span)) == ("suppression", "a.yml:1:13")
    assert finding.message.startswith(message)


def test_a_policy_bears_findings_with_a_reason(tmp_path: Path) -> None:
    policy = (
        "ignore:\n  - {check: 'constant-*', file: '*.yml', until: 2030-06-01, "
        "reason: known}\ndisable: [le-spelling]\n"
    )
    folder = _write(tmp_path, **{"rules__yml": _RULES, "sightline-check__yaml": policy})
    assert _check(folder) == []


def test_a_policy_with_mistakes_is_refused_with_their_places(tmp_path: Path) -> None:
    policy = "retention: long\nretentoin: 15d\n"
    folder = _write(tmp_path, **{"a__yml": _RULES, "sightline-check__yaml": policy})
    with pytest.raises(errors.InputError) as refused:
        _check(folder)
    assert str(refused.value).splitlines() == [
        (
            "sightline-check.yaml:1:12: error: expected a duration such as '5m' as "
            "'retention', found 'long' [policy/type]"
        ),
        (
            "sightline-check.yaml:2:1: error: expected a key of a policy of checks, "
            "found 'retentoin' [policy/unknown]"
        ),
        "    did you mean 'retention'?",
    ]


def test_a_policy_that_enables_no_such_check_is_refused(tmp_path: Path) -> None:
    policy = "enable: [silent-outrage]\ndisable: ['*', nothing-such]\n"
    folder = _write(tmp_path, **{"a__yml": _RULES, "sightline-check__yaml": policy})
    with pytest.raises(errors.InputError) as refused:
        _check(folder)
    found = str(refused.value).splitlines()
    assert found[:3] == [
        (
            "sightline-check.yaml:1:10: error: expected the name of a check, found "
            "'silent-outrage' [policy/unknown]"
        ),
        "    did you mean 'silent-outage'?",
        (
            "sightline-check.yaml:2:16: error: expected the name of a check, found "
            "'nothing-such' [policy/unknown]"
        ),
    ]


def test_fixing_changes_the_file_and_reports_what_is_left(tmp_path: Path) -> None:
    folder = _write(tmp_path, rules__yml=_RULES.replace("\n", "\r\n"))
    assert _check(folder, is_fixing=True) == ["rules.yml:5:15 constant-condition"]
    mended = (folder / "rules.yml").read_bytes().decode()
    both = r'le=~"1|1\\.0"'
    assert mended == _RULES.replace('le="1"', both).replace("\n", "\r\n")


def test_a_baseline_bears_what_was_there_and_no_more(tmp_path: Path) -> None:
    folder = _write(tmp_path, rules__yml=_RULES)
    report = files.check([folder], folder, _TODAY)
    known = tmp_path / "known.json"
    baselines.write(report.found, known)
    again = _RULES + "      - {alert: Worse, expr: up > 1}\n"
    moved = "# one line more\n" + again
    later = files.check([_write(tmp_path, rules__yml=moved)], folder, _TODAY)
    new = reports.without(later, baselines.read(known))
    assert [str(one.span) for one in new.found] == ["rules.yml:9:30"]
    assert new.borne == 2


def _request(paths: tuple[Path, ...], **asked: object) -> requests.Request:
    plain: dict[str, object] = {
        "is_fixing": False,
        "policy": None,
        "baseline": None,
        "is_new_baseline": False,
        "environment": None,
    }
    return requests.Request(paths=paths, **{**plain, **asked})  # type: ignore[arg-type]  # any field may change


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"is_new_baseline": True}, "--write-baseline needs --baseline FILE"),
        ({"is_fixing": True}, "--fix and --policy are about files"),
    ],
)
def test_a_request_that_makes_no_sense_is_refused(
    tmp_path: Path, asked: dict[str, object], message: str
) -> None:
    with pytest.raises(errors.InputError, match=message):
        requests.answer(_request((), **asked), tmp_path, {}, _TODAY)


def test_a_path_that_is_not_there_is_bad_input(tmp_path: Path) -> None:
    with pytest.raises(errors.InputError, match="found none"):
        files.check([tmp_path / "gone.yml"], tmp_path, _TODAY)


def test_a_policy_names_the_runbooks_that_exist(tmp_path: Path) -> None:
    rule = _RULES.replace(
        "        expr: up > 1\n",
        "        expr: up == 0\n        annotations: {runbook_url: https://r/gone}\n",
    ).replace('le="1"', 'le="0.5"')
    pages = tmp_path / "pages"
    pages.mkdir()
    (pages / "down.md").write_text("# Down\n")
    policy = "runbooks: [pages/*.md]\n"
    folder = _write(tmp_path, **{"rules__yml": rule, "sightline-check__yaml": policy})
    assert _check(folder) == ["rules.yml:6:36 missing-runbook"]


@pytest.mark.parametrize("pattern", ["gone/*.md", "''", "/*"])
def test_a_policy_that_names_no_file_is_refused(tmp_path: Path, pattern: str) -> None:
    policy = f"runbooks: [{pattern}]\n"
    folder = _write(tmp_path, **{"rules__yml": _RULES, "sightline-check__yaml": policy})
    with pytest.raises(errors.InputError, match="expected files beside the policy"):
        _check(folder)
