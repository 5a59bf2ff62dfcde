"""Alertmanager's own words in the spelling of the operator."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from sightline.compilers import documents
from sightline.compilers.kubernetes import objects, pods

__all__ = ["camel", "mapping", "secret", "spell"]

_HUMP: Final = re.compile(r"_(\w)")
_MATCHER: Final = re.compile(r'(\w+)(=~|!~|!=|=)(".*")', re.DOTALL)
_OTHERWISE: Final = {
    "source_matchers": "sourceMatch",
    "target_matchers": "targetMatch",
    "client_url": "clientURL",
    "links": "pagerDutyLinkConfigs",
    "routing_key_file": "routingKey",
    "url_file": "urlSecret",
    "credentials_file": "credentials",
}
_UNSAID: Final = frozenset({"location"})
"""What it has no word for, and need not be said where it fits."""


def camel(document: documents.Document) -> documents.Document:
    """Gives a part of a configuration as an `AlertmanagerConfig` writes it."""
    match document:
        case Mapping():
            return mapping(document)
        case str() | documents.Rendered():
            return document
        case Sequence():
            return [camel(one) for one in document]
        case _:
            return document


def mapping(
    document: Mapping[str, documents.Document],
) -> dict[str, documents.Document]:
    """Gives a mapping of a configuration in the same way."""
    return {
        spell(key): _FORMS.get(key, camel)(one)
        for key, one in document.items()
        if key not in _UNSAID
    }


def spell(key: str) -> str:
    """Gives a key as it is spelt there."""
    return _OTHERWISE.get(key) or _HUMP.sub(lambda found: found[1].upper(), key)


def secret(name: str) -> objects.Object:
    """Gives the reference to one of Alertmanager's secrets."""
    return {"name": pods.Names.ALERTMANAGER_SECRETS, "key": name}


def _secret_of(path: documents.Document) -> documents.Document:
    return secret(str(path).rpartition("/")[2])


def _matchers(written: documents.Document) -> documents.Document:
    return [_matcher(str(one)) for one in _listed(written)]


def _matcher(written: str) -> documents.Document:
    found = _MATCHER.fullmatch(written)
    assert found is not None, written  # noqa: S101 - we write no other form
    label, sign, text = found.groups()
    return {"name": label, "matchType": sign, "value": json.loads(text)}


def _pairs(written: documents.Document) -> documents.Document:
    if not isinstance(written, Mapping):
        return written
    return [{"key": key, "value": text} for key, text in written.items()]


def _links(written: documents.Document) -> documents.Document:
    return [
        {"href": one["href"], "alt": one["text"]}
        for one in _listed(written)
        if isinstance(one, Mapping)
    ]


def _days(written: documents.Document) -> documents.Document:
    return [{"start": int(str(one)), "end": int(str(one))} for one in _listed(written)]


def _listed(document: documents.Document) -> Sequence[documents.Document]:
    return document if isinstance(document, Sequence) else ()


_FORMS: Final[Mapping[str, Callable[[documents.Document], documents.Document]]] = {
    "matchers": _matchers,
    "source_matchers": _matchers,
    "target_matchers": _matchers,
    "routing_key_file": _secret_of,
    "url_file": _secret_of,
    "credentials_file": _secret_of,
    "details": _pairs,
    "headers": _pairs,
    "links": _links,
    "days_of_month": _days,
}
