"""What Alertmanager has loaded, beside the file that was built.

Alertmanager prints its configuration with defaults filled in, secrets masked, some
paths resolved and durations written anew. So everything that was built must be found
in what it prints; more is only allowed where it can be nothing but a default.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import yaml

from sightline.formats import plain_yaml
from sightline.model import units

__all__ = ["find_differences"]

_NEVER_PRINTED: Final = frozenset({"event_recorder"})
_MASKED: Final = "<secret>"
_INTEGRATION_SUFFIX: Final = "_configs"


def find_differences(wanted: Mapping[str, object], printed: str) -> tuple[str, ...]:
    """Gives the places where the printed configuration differs from the built one.

    Args:
        wanted: the document of the built `alertmanager.yml`.
        printed: as `/api/v2/status` gives it.
    """
    try:
        loaded = plain_yaml.read(printed)
    except yaml.YAMLError:
        return ("what Alertmanager prints is not YAML",)
    expected = {key: part for key, part in wanted.items() if key not in _NEVER_PRINTED}
    return tuple(_compare(expected, loaded, ""))


def _compare(wanted: object, loaded: object, place: str) -> Iterator[str]:
    match wanted, loaded:
        case Mapping(), Mapping():
            yield from _compare_mappings(wanted, loaded, place)
        case list(), list() if place.endswith("matchers"):
            # All of them must hold, in whatever order; Alertmanager sorts them.
            if sorted(map(str, wanted)) != sorted(map(str, loaded)):
                yield f"{place}: built {wanted!r}, loaded {loaded!r}"
        case list(), list() if len(wanted) == len(loaded):
            for position, (one, other) in enumerate(zip(wanted, loaded, strict=True)):
                yield from _compare(one, other, f"{place}[{_label(one, position)}]")
        case list(), list():
            yield f"{place}: {len(wanted)} built, {len(loaded)} loaded"
        case _:
            if not _is_same(wanted, loaded, place):
                yield f"{place}: built {wanted!r}, loaded {loaded!r}"


def _compare_mappings(
    wanted: Mapping[str, object], loaded: Mapping[str, object], place: str
) -> Iterator[str]:
    prefix = f"{place}." if place else ""
    for key, expected in wanted.items():
        # What is empty may be left out of what is printed.
        if key in loaded or not _is_empty(expected):
            yield from _compare(expected, loaded.get(key), prefix + key)
    for key in loaded.keys() - wanted.keys():
        # No default adds a way to notify, a condition or a branch.
        if key.endswith(_INTEGRATION_SUFFIX) or key in {"matchers", "routes"}:
            yield f"{prefix}{key}: loaded, but not built"


def _is_same(wanted: object, loaded: object, place: str) -> bool:
    if loaded in (wanted, _MASKED):
        return True
    if not isinstance(wanted, str) or not isinstance(loaded, str):
        return False
    if place.endswith("_file") or place.startswith("templates"):
        # Printed relative to Alertmanager's working directory, or absolute.
        return loaded.endswith(f"/{wanted}")
    return _is_same_duration(wanted, loaded)


def _is_same_duration(wanted: str, loaded: str) -> bool:
    try:
        return units.Duration.parse(wanted) == units.Duration.parse(loaded)
    except ValueError:
        return False


def _is_empty(part: object) -> bool:
    return part is None or (isinstance(part, Sequence | Mapping) and not part)


def _label(entry: object, position: int) -> str:
    if isinstance(entry, Mapping) and "name" in entry:
        return str(entry["name"])
    return str(position)
