"""The rules that Prometheus has loaded, beside the rule files that were built."""

import dataclasses
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, TypeVar

from sightline.clients import prometheus
from sightline.loaded import built_rules
from sightline.promql import ast, parsing, walking

__all__ = ["find_differences"]

_AnyRule = TypeVar("_AnyRule", built_rules.Rule, prometheus.Rule)

_TOKEN: Final = re.compile(
    r""""(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`|[\w:.]+|\S"""
)
"""A piece of PromQL. The same pieces are the same query, and far sooner compared than
two trees; other pieces may be the same query still."""


def find_differences(
    groups: Iterable[built_rules.RuleGroup], loaded: Iterable[prometheus.RuleGroup]
) -> tuple[str, ...]:
    """Gives what is missing, superfluous, different or failing, in words.

    A rule that was not evaluated yet is none of these; see `first_evaluations`.

    Groups that were not built are somebody else's and are left alone.
    """
    by_name = {group.name: group for group in loaded}
    return tuple(
        problem
        for group in groups
        for problem in _compare_groups(group, by_name.get(group.name))
    )


def _compare_groups(
    group: built_rules.RuleGroup, loaded: prometheus.RuleGroup | None
) -> Iterator[str]:
    if loaded is None:
        yield f"the rule group {group.name} is not loaded"
        return
    if group.interval is not None and loaded.interval != group.interval:
        yield (
            f"the rule group {group.name} is evaluated every {loaded.interval:g} s,"
            f" built with {group.interval:g} s"
        )
    # Rules of one name may differ only in their labels: one for each service.
    expected, found = _by_name(group.rules), _by_name(loaded.rules)
    for name, rules in expected.items():
        yield from _compare_rules(name, rules, found.pop(name, []))
    for name in found:
        yield f"{name} is loaded in {group.name}, but not built"


def _by_name(rules: Iterable[_AnyRule]) -> dict[str, list[_AnyRule]]:
    found: dict[str, list[_AnyRule]] = {}
    for rule in rules:
        found.setdefault(rule.name, []).append(rule)
    return found


def _compare_rules(
    name: str, expected: Sequence[built_rules.Rule], found: Sequence[prometheus.Rule]
) -> Iterator[str]:
    if len(found) != len(expected):
        missing = "is not loaded" if not found else f"is loaded {len(found)} times"
        wanted = "" if len(expected) == 1 else f", built {len(expected)} times"
        yield f"{name} {missing}{wanted}"
        return
    for rule, loaded in zip(expected, found, strict=True):
        parts = list(_differing_parts(rule, loaded))
        if parts:
            yield f"{name} differs in {', '.join(parts)}"
        elif loaded.health == "err":
            yield f"{name} fails: {loaded.last_error}"


def _differing_parts(rule: built_rules.Rule, loaded: prometheus.Rule) -> Iterator[str]:
    if not _is_same_query(rule.expr, loaded.query):
        yield "its expression"
    if dict(rule.labels) != dict(loaded.labels):
        yield "its labels"
    match loaded:
        case prometheus.RecordingRule():
            if rule.alert:
                yield "its kind"
        case prometheus.AlertingRule():
            if loaded.duration != rule.for_:
                yield f"for ({loaded.duration:g} s, built {rule.for_:g} s)"
            if loaded.keep_firing_for != rule.keep_firing_for:
                yield "keep_firing_for"
            if dict(rule.annotations) != dict(loaded.annotations):
                yield "its annotations"


def _is_same_query(expr: str, printed: str) -> bool:
    """Whether two texts are the same PromQL; Prometheus prints it in its own form."""
    if _TOKEN.findall(expr) == _TOKEN.findall(printed):
        return True
    try:
        return _bare(expr) == _bare(printed)
    except parsing.RefusedExpression:
        return expr.split() == printed.split()


def _bare(expr: str) -> ast.Expression:
    """Gives the tree with matchers in order, which Prometheus sorts in its own way."""
    return walking.transform(parsing.parse(expr), _sort)


def _sort(node: ast.Expression) -> ast.Expression:
    if not isinstance(node, ast.VectorSelector):
        return node
    ordered = sorted(node.matchers, key=lambda one: (one.label, one.pattern))
    return dataclasses.replace(node, matchers=tuple(ordered))
