"""Two configurations of Alertmanager: routes, receivers and inhibit rules compared."""

from collections.abc import Iterator, Mapping

from sightline.deploy import resources
from sightline.deploy.differences import named, trees

__all__ = ["compare"]

_Entry = Mapping[str, resources.Document]


def compare(
    before: resources.Document, after: resources.Document
) -> Iterator[str] | None:
    """Yields a line for each route, receiver and inhibit rule that differs.

    `None` when one of the two is no configuration; then they are compared as trees.
    """
    if not isinstance(before, Mapping) or not isinstance(after, Mapping):
        return None
    return _compare(before, after)


def _compare(before: _Entry, after: _Entry) -> Iterator[str]:
    yield from _compare_named(_routes(before), _routes(after), "route")
    yield from _compare_named(_receivers(before), _receivers(after), "receiver")
    yield from _compare_named(_inhibitions(before), _inhibitions(after), "inhibit rule")
    shown = {"route", "receivers", "inhibit_rules"}
    yield from trees.compare(_without(before, shown), _without(after, shown))


def _compare_named(
    old: Mapping[str, _Entry], new: Mapping[str, _Entry], what: str
) -> Iterator[str]:
    words: named.Words[_Entry] = named.Words(
        removed=lambda name, _: f"{what} {name}: removed",
        added=lambda name, entry: f"{what} {name}: added{_lead(entry)}",
        changed=lambda name, one, other: trees.compare(one, other, f"{what} {name}"),
        reordered=f"{what}s: in another order",
    )
    return named.compare(old, new, words)


def _lead(entry: _Entry) -> str:
    """Gives where a new route leads, or how a new receiver tells."""
    if "receiver" in entry:
        return f", to {entry['receiver']}"
    told = [key.removesuffix("_configs") for key in entry if key.endswith("_configs")]
    return f", by {', '.join(told)}" if told else ""


def _routes(config: _Entry) -> dict[str, _Entry]:
    """Gives every route by the matchers that lead to it, the root first."""
    found: dict[str, _Entry] = {}
    root = config.get("route")
    if isinstance(root, Mapping):
        _gather(root, "(root)", found)
    return found


def _gather(route: _Entry, name: str, found: dict[str, _Entry]) -> None:
    key, number = name, 2
    while key in found:
        key, number = f"{name}[{number}]", number + 1
    found[key] = _without(route, {"routes", "matchers", "match", "match_re"})
    for child in _entries(route, "routes"):
        matchers = _matchers(child)
        inner = matchers if name == "(root)" else f"{name} > {matchers}"
        _gather(child, inner, found)


def _matchers(entry: _Entry, prefix: str = "") -> str:
    listed = entry.get(f"{prefix}matchers")
    found = sorted(map(str, listed)) if isinstance(listed, list) else []
    for key, sign in ((f"{prefix}match", "="), (f"{prefix}match_re", "=~")):
        pairs = entry.get(key)
        if isinstance(pairs, Mapping):
            found += [f'{label}{sign}"{text}"' for label, text in pairs.items()]
    return ", ".join(found) or "(everything)"


def _receivers(config: _Entry) -> dict[str, _Entry]:
    return {
        str(one.get("name", "(nameless)")): _without(one, {"name"})
        for one in _entries(config, "receivers")
    }


def _inhibitions(config: _Entry) -> dict[str, _Entry]:
    found: dict[str, _Entry] = {}
    for one in _entries(config, "inhibit_rules"):
        ways = (_matchers(one, "source_"), _matchers(one, "target_"))
        found[str(one.get("name") or " mutes ".join(ways))] = one
    return found


def _entries(entry: _Entry, key: str) -> list[_Entry]:
    listed = entry.get(key)
    found = listed if isinstance(listed, list) else []
    return [one for one in found if isinstance(one, Mapping)]


def _without(entry: _Entry, keys: set[str]) -> _Entry:
    return {key: inner for key, inner in entry.items() if key not in keys}
