"""The data sources that a dashboard asks: named outright, or chosen by a variable."""

from collections.abc import Iterator
from typing import Final

__all__ = ["find_asked"]

_OF_GRAFANA: Final = frozenset({"-- Grafana --", "grafana"})
"""Grafana's own data source, of annotations made by hand."""


def find_asked(document: object) -> Iterator[str]:
    """Gives the uids that a dashboard asks when it is opened, nothing else chosen."""
    chosen = dict(_choices(document))
    for uid in _find_uids(document):
        yield chosen.get(uid, uid)


def _choices(document: object) -> Iterator[tuple[str, str]]:
    """Gives how variables of data sources are written, and what each chooses."""
    match document:
        case {"templating": {"list": [*variables]}}:
            pass
        case _:
            return
    for variable in variables:
        match variable:
            case {
                "type": "datasource",
                "name": str(name),
                "current": {"value": str(uid)},
            }:
                yield f"${{{name}}}", uid
                yield f"${name}", uid
            case _:
                pass


def _find_uids(found: object) -> Iterator[str]:
    """Gives the uids that anything in a document refers to."""
    match found:
        case {"datasource": {"uid": str(uid)}} if uid not in _OF_GRAFANA:
            yield uid
        case _:
            pass
    match found:
        case dict():
            for inner in found.values():
                yield from _find_uids(inner)
        case list():
            for inner in found:
                yield from _find_uids(inner)
        case _:
            pass
