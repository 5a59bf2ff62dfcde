"""The cases of the checks: files in short, and what a check says of them."""

import dataclasses
import datetime as dt
import textwrap
from collections.abc import Iterator, Mapping

from sightline.checks import declarations, policies, registry, subjects
from sightline.formats import estates, reporting, texts
from sightline.model import findings
from sightline.promql import exposition

_HEAD = "groups:\n  - name: g\n    rules:\n"
TODAY = dt.date(2030, 1, 1)


def named(name: str) -> declarations.Check:
    """Gives the check of a name."""
    return next(check for check in registry.CHECKS if check.name == name)


def run(name: str, case: Mapping[str, object]) -> list[str]:
    """Gives what one check says of a case: `file:line:column: message`."""
    outcomes = named(name).run(subject(case))
    return [
        f"{one.span}: {one.message}"
        for one in outcomes
        if isinstance(one, findings.Finding)
    ]


def subject(case: Mapping[str, object]) -> subjects.Subject:
    """Gives the files of a case, with its policy and its metrics page."""
    estate = estates.read_texts(_files(case))
    assert estate.found == (), estate.found
    return subjects.examine(estate, _policy(case))


def _files(case: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    rules = case.get("rules")
    if isinstance(rules, str):
        yield "rules.yml", _HEAD + textwrap.indent(rules, " " * 6)
    files = case.get("files", {})
    assert isinstance(files, dict)
    yield from files.items()


def _policy(case: Mapping[str, object]) -> policies.Policy:
    reporter = reporting.Reporter("policy")
    source = texts.Source(policies.FILE, str(case.get("policy", "{}")))
    policy, _ = policies.read(source, reporter, [one.name for one in registry.CHECKS])
    assert reporter.findings == (), reporter.findings
    runbooks = case.get("runbooks")
    if isinstance(runbooks, list):
        policy = dataclasses.replace(policy, runbooks=frozenset(runbooks))
    page = case.get("page")
    if not isinstance(page, str):
        return policy
    metrics = exposition.read_exposition(page, origin="page metrics.prom")
    return dataclasses.replace(policy, metrics=metrics)
