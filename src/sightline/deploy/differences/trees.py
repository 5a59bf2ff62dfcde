"""Two nested documents, compared path by path."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final, TypeGuard

from sightline.deploy import resources
from sightline.deploy.differences import contrasts, hiding, named

__all__ = ["compare", "show"]

_NAMES: Final = ("name", "title", "alert", "record", "job_name", "refId", "uid", "id")
"""Keys by whose content a person knows an item of a list again."""
_LONGEST: Final = 120


def compare(
    before: resources.Document, after: resources.Document, path: str = ""
) -> Iterator[str]:
    """Yields a line for each place that differs: `path: 1 → 2`."""
    if resources.fingerprint(before) == resources.fingerprint(after):
        return
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        yield from _compare_mappings(before, after, path)
    elif _is_list(before) and _is_list(after):
        yield from _compare_lists(before, after, path)
    elif (
        isinstance(before, str)
        and isinstance(after, str)
        and not hiding.is_secret(path)
    ):
        old, new = map(hiding.hide_in_text, (before, after))
        yield f"{path or 'document'}: {contrasts.contrast(old, new, _LONGEST)}"
    else:
        yield f"{path or 'document'}: {show(before, path)} → {show(after, path)}"


def show(document: resources.Document, path: str = "") -> str:
    """Gives a document on a line, shortened; never what stands under a secret's key."""
    if document is None:
        return "none"
    plain = hiding.hide(document, path)
    text = plain if isinstance(plain, str) else json.dumps(plain, ensure_ascii=False)
    text = " ".join(text.split())
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def _compare_mappings(
    before: Mapping[str, resources.Document],
    after: Mapping[str, resources.Document],
    path: str,
) -> Iterator[str]:
    def place(key: str) -> str:
        return f"{path}.{key}" if path else key

    return named.compare(before, after, _words(place))


def _compare_lists(
    before: Sequence[resources.Document], after: Sequence[resources.Document], path: str
) -> Iterator[str]:
    words = _words(lambda name: f"{path}[{name}]", f"{path}: in another order")
    return named.compare(_by_name(before), _by_name(after), words)


def _words(
    place: Callable[[str], str], reordered: str = ""
) -> named.Words[resources.Document]:
    return named.Words(
        removed=lambda key, one: f"{place(key)}: removed (was {show(one, place(key))})",
        added=lambda key, one: f"{place(key)}: added {show(one, place(key))}",
        changed=lambda key, old, new: compare(old, new, place(key)),
        reordered=reordered,
    )


def _by_name(items: Sequence[resources.Document]) -> dict[str, resources.Document]:
    """Gives the items by what they are called, where each has its own name.

    Scalars are called what they are; everything else by its position.
    """
    names = [_name(item) for item in items]
    if None in names or len(set(names)) < len(names):
        return {str(position): item for position, item in enumerate(items)}
    return dict(zip(map(str, names), items, strict=True))


def _name(item: resources.Document) -> str | None:
    if isinstance(item, Mapping):
        for key in _NAMES:
            if isinstance(item.get(key), str | int):
                return str(item[key])
        return None
    return show(item) if isinstance(item, str) and len(item) < _LONGEST else None


def _is_list(
    document: resources.Document,
) -> TypeGuard[Sequence[resources.Document]]:
    return isinstance(document, Sequence) and not isinstance(document, str)
