"""The groups of two rule files, compared as people speak of them: alert by alert."""

from collections.abc import Iterator, Mapping
from typing import Final

from sightline.deploy import resources
from sightline.deploy.differences import trees

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
    return None if old is None or new is None else _compare_groups(old, new)


def summarise(document: resources.Document) -> Iterator[str]:
    """Yields a line for each group of a new file: what it brings."""
    for name, group in (_groups(document) or {}).items():
        alerts = [str(rule["alert"]) for rule in _rules(group) if "alert" in rule]
        records = sum("record" in rule for rule in _rules(group))
        told = [f"alerts {', '.join(dict.fromkeys(alerts))}"] if alerts else []
        told += [_records(records)] if records else []
        yield f"group {name}: {'; '.join(told) or 'no rules'}"


def _compare_groups(
    old: Mapping[str, _Rule], new: Mapping[str, _Rule]
) -> Iterator[str]:
    for name in (*old, *(name for name in new if name not in old)):
        if name not in new:
            yield f"group {name}: removed, with {_count(old[name])}"
        elif name not in old:
            yield f"group {name}: added, with {_count(new[name])}"
        else:
            yield from _compare_group(name, old[name], new[name])


def _compare_group(name: str, before: _Rule, after: _Rule) -> Iterator[str]:
    def settings(group: _Rule) -> _Rule:
        return {key: inner for key, inner in group.items() if key != "rules"}

    for line in trees.compare(settings(before), settings(after)):
        yield f"group {name}: {line}"
    old, new = _by_name(before), _by_name(after)
    for key in (*old, *(key for key in new if key not in old)):
        if key not in new:
            yield f"{key}: removed"
        elif key not in old:
            yield f"{key}: added, {_tell(new[key])}"
        else:
            yield from trees.compare(old[key], new[key], key)
    shared = [key for key in old if key in new]
    if shared != [key for key in new if key in old]:
        yield f"group {name}: rules in another order"


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
