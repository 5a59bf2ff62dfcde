"""The groups of two rule files, compared as people speak of them: alert by alert."""

from collections.abc import Iterator, Mapping
from typing import Final

from sightline.deploy import resources
from sightline.deploy.differences import named, trees

__all__ = ["compare", "summarise"]

_Rule = Mapping[str, resources.Document]
_NAMES: Final = ("alert", "record")


def compare(
    before: resources.Document, after: resources.Document
) -> Iterator[str] | None:
    """Yields a line for each group, rule and field that differs.

    `None` when one of the two is no rule file; then they are compared as trees.
    """
    old, new = _groups(before), _groups(after)
    return None if old is None or new is None else named.compare(old, new, _GROUPS)


def summarise(document: resources.Document) -> Iterator[str]:
    """Yields a line for each group of a new file: what it brings."""
    for name, group in (_groups(document) or {}).items():
        alerts = [str(rule["alert"]) for rule in _rules(group) if "alert" in rule]
        records = sum("record" in rule for rule in _rules(group))
        told = [f"alerts {', '.join(dict.fromkeys(alerts))}"] if alerts else []
        told += [_records(records)] if records else []
        yield f"group {name}: {'; '.join(told) or 'no rules'}"


def _compare_group(name: str, before: _Rule, after: _Rule) -> Iterator[str]:
    def settings(group: _Rule) -> _Rule:
        return {key: inner for key, inner in group.items() if key != "rules"}

    for line in trees.compare(settings(before), settings(after)):
        yield f"group {name}: {line}"
    words: named.Words[_Rule] = named.Words(
        removed=lambda key, _: f"{key}: removed",
        added=lambda key, rule: f"{key}: added, {_tell(rule)}",
        changed=lambda key, old, new: trees.compare(old, new, key),
        reordered=f"group {name}: rules in another order",
    )
    yield from named.compare(_by_name(before), _by_name(after), words)


def _by_name(group: _Rule) -> dict[str, _Rule]:
    """Gives the rules by what they are called; those of one name by number too.

    Rules of one name differ in their labels: one for each service, say.
    """
    found: dict[str, _Rule] = {}
    for rule in _rules(group):
        name = _name(rule)
        labels = rule.get("labels")
        service = labels.get("service") if isinstance(labels, Mapping) else None
        key = f"{name}[{service}]" if name in found and service else name
        number = 2
        while key in found:
            key = f"{name}[{number}]"
            number += 1
        found[key] = rule
    return found


def _name(rule: _Rule) -> str:
    kind = next((key for key in _NAMES if key in rule), None)
    return f"{kind} {rule[kind]}" if kind else "rule"


def _tell(rule: _Rule) -> str:
    lasting = rule.get("for")
    return trees.show(rule.get("expr")) + (f" for {lasting}" if lasting else "")


def _groups(document: resources.Document) -> dict[str, _Rule] | None:
    if not isinstance(document, Mapping):
        return None
    listed = document.get("groups", [] if not document else None)
    if not isinstance(listed, list) or not all(
        isinstance(group, Mapping) and isinstance(group.get("name"), str)
        for group in listed
    ):
        return None
    return {str(group["name"]): group for group in listed}


def _rules(group: _Rule) -> list[_Rule]:
    listed = group.get("rules")
    found = listed if isinstance(listed, list) else []
    return [rule for rule in found if isinstance(rule, Mapping)]


def _records(number: int) -> str:
    return "1 recording rule" if number == 1 else f"{number} recording rules"


def _count(group: _Rule) -> str:
    number = len(_rules(group))
    return "1 rule" if number == 1 else f"{number} rules"


_GROUPS: Final[named.Words[_Rule]] = named.Words(
    removed=lambda name, group: f"group {name}: removed, with {_count(group)}",
    added=lambda name, group: f"group {name}: added, with {_count(group)}",
    changed=_compare_group,
)
