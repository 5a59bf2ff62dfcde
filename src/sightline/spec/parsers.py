"""How a plain YAML value becomes a typed one, or is refused.

A refusal is one sentence that says what was expected; where it stands and what was
found is added in `sightline.spec.messages`.
"""

import dataclasses
import datetime as dt
import enum
import math
import re
import zoneinfo
from collections.abc import Callable, Collection
from decimal import Decimal
from typing import Any, Final

import pydantic
import pydantic_core
from pydantic_core import core_schema

from sightline.formats import reporting
from sightline.model import slos, units

__all__ = [
    "Parsed",
    "choice",
    "matching",
    "parse_date",
    "parse_duration",
    "parse_flag",
    "parse_interval",
    "parse_label_pattern",
    "parse_mebibytes",
    "parse_millicores",
    "parse_moment",
    "parse_number",
    "parse_quantity",
    "parse_share",
    "parse_target",
    "parse_text",
    "parse_time_of_day",
    "parse_zone",
    "whole_number",
]

_LONGEST: Final = units.Duration.parse("100y")
"""No duration in a spec is longer; arithmetic on it stays within a float's reach."""

_MEBIBYTES: Final = re.compile(r"([1-9]\d{0,5})(Mi|Gi|Ti)", re.ASCII)
_MEBIBYTE_SHIFTS: Final = {"Mi": 0, "Gi": 10, "Ti": 20}
_MILLICORES: Final = re.compile(r"([1-9]\d{0,6})m", re.ASCII)
_MOST_MILLICORES: Final = 1_000_000

_PERCENTAGE: Final = re.compile(r"(\d{1,3}(?:\.\d{1,9})?)%", re.ASCII)


def _refusal(
    check: str, expected: str, hint: str = ""
) -> pydantic_core.PydanticCustomError:
    """Gives the error that `messages` turns into a finding."""
    return pydantic_core.PydanticCustomError(
        "spec", "{expected}", {"check": check, "expected": expected, "hint": hint}
    )


@dataclasses.dataclass(frozen=True, eq=False)
class Parsed:
    """A type that is made from a plain YAML value by one function.

    Attributes:
        schema: what editors are told about it.
    """

    parse: Callable[[object], object]
    schema: pydantic.JsonValue

    def __get_pydantic_core_schema__(
        self, _source: object, _handler: pydantic.GetCoreSchemaHandler
    ) -> core_schema.CoreSchema:
        return core_schema.no_info_plain_validator_function(self.parse)

    def __get_pydantic_json_schema__(
        self, _schema: core_schema.CoreSchema, _handler: pydantic.GetJsonSchemaHandler
    ) -> dict[str, Any]:  # pydantic's own signature
        assert isinstance(self.schema, dict)  # noqa: S101 - narrows for the checker
        return dict(self.schema)


def parse_text(found: object) -> str:
    """Reads text that is not empty, without the space around it."""
    if isinstance(found, str) and found.strip():
        return found.strip()
    is_scalar = isinstance(found, int | float) and not isinstance(found, bool)
    hint = f"put it in quotes: '{found}'" if is_scalar else ""
    raise _refusal("type", "text", hint)


def matching(
    check: str, expected: str, pattern: re.Pattern[str], hint: str = ""
) -> Parsed:
    """Gives the type of texts that a pattern describes."""

    def parse(found: object) -> str:
        if isinstance(found, str) and pattern.fullmatch(found):
            return found
        raise _refusal(check, expected, hint)

    return Parsed(parse, {"type": "string", "pattern": f"^(?:{pattern.pattern})$"})


def choice(
    kind: type[enum.Enum], *, among: Collection[enum.Enum] | None = None
) -> Parsed:
    """Gives the type of words that stand for the members of an enumeration."""
    members = {str(member.value): member for member in among or kind}

    def parse(found: object) -> enum.Enum:
        if isinstance(found, str) and found in members:
            return members[found]
        expected = f"one of {', '.join(members)}"
        near = reporting.suggest(str(found), members)
        raise _refusal("choice", expected, near if "did you mean" in near else "")

    return Parsed(parse, {"enum": list(members)})


def whole_number(least: int, most: int) -> Parsed:
    """Gives the type of whole numbers between two bounds, both included."""

    def parse(found: object) -> int:
        if type(found) is int and least <= found <= most:
            return found
        raise _refusal("type", f"a whole number from {least} to {most}")

    return Parsed(parse, {"type": "integer", "minimum": least, "maximum": most})


def parse_number(found: object) -> float:
    """Reads any number."""
    if isinstance(found, int | float) and not isinstance(found, bool):
        return float(found)
    raise _refusal("type", "a number")


def parse_flag(found: object) -> bool:
    """Reads `true` or `false`."""
    if isinstance(found, bool):
        return found
    raise _refusal("type", "true or false")


def parse_mebibytes(found: object) -> int:
    """Reads an amount of memory or disk such as `8Gi`, in whole MiB."""
    match = _MEBIBYTES.fullmatch(found) if isinstance(found, str) else None
    if match is None:
        hint = "write a whole number followed by Mi, Gi or Ti"
        raise _refusal("type", "an amount of memory or disk such as '8Gi'", hint)
    return int(match[1]) << _MEBIBYTE_SHIFTS[match[2]]


def parse_millicores(found: object) -> int:
    """Reads a share of processors such as `500m` or `2`, in thousandths of one."""
    match = _MILLICORES.fullmatch(found if isinstance(found, str) else "")
    millicores = int(match[1]) if match else 0
    if isinstance(found, int | float) and math.isfinite(found):
        millicores = 0 if isinstance(found, bool) else round(found * 1000)
    if not 1 <= millicores <= _MOST_MILLICORES:
        raise _refusal("type", "a share of processors such as '500m' or 2")
    return millicores


def parse_duration(found: object) -> units.Duration:
    """Reads a duration such as `5m`; `0` needs no unit."""
    text = found if isinstance(found, str) else ""
    try:
        duration = units.Duration.parse("0" if found == 0 else text)
    except ValueError:
        hint = "write a number followed by ms, s, m, h, d, w or y"
        raise _refusal("duration", "a duration such as '5m'", hint) from None
    if duration > _LONGEST:
        raise _refusal("duration", f"a duration of at most {_LONGEST}")
    return duration


def parse_interval(found: object) -> units.Duration:
    """Reads a duration above zero."""
    duration = parse_duration(found)
    if duration == units.Duration(0):
        raise _refusal("duration", "a duration above zero such as '15s'")
    return duration


def parse_quantity(found: object) -> str:
    """Keeps the text: only the signal knows the unit to read it in."""
    if isinstance(found, bool) or not isinstance(found, str | int | float):
        raise _refusal("quantity", "a quantity such as '5%', '500ms' or 1000")
    return str(found)


def parse_target(found: object) -> slos.Target:
    """Reads a target from its text: a number would have lost digits by now."""
    try:
        return slos.Target.parse(found if isinstance(found, str) else "")
    except ValueError:
        expected = "a percentage between 0% and 100% such as '99.9%'"
        raise _refusal("target", expected) from None


def parse_share(found: object) -> Decimal:
    """Reads a percentage from 0% to 100%, to the digit."""
    if isinstance(found, str) and (match := _PERCENTAGE.fullmatch(found)):
        share = Decimal(match[1]).scaleb(-2)
        if share <= 1:
            return share
    raise _refusal("quantity", "a share from 0% to 100% such as '50%'")


def parse_date(found: object) -> dt.date:
    """Reads a day."""
    try:
        return dt.date.fromisoformat(found if isinstance(found, str) else "")
    except ValueError:
        raise _refusal("date", "a date such as 2027-01-31") from None


def parse_time_of_day(found: object) -> dt.time:
    """Reads a time of day without a zone."""
    try:
        time = dt.time.fromisoformat(found if isinstance(found, str) else "")
    except ValueError:
        time = dt.time(tzinfo=dt.UTC)
    if time.tzinfo is None:
        return time
    hint = "the zone is a key of its own"
    raise _refusal("date", "a time of day such as '02:00'", hint)


def parse_moment(found: object) -> dt.datetime:
    """Reads a time with its zone."""
    expected = "a time with its zone such as 2027-01-31T02:00:00-05:00"
    try:
        moment = dt.datetime.fromisoformat(found if isinstance(found, str) else "")
    except ValueError:
        raise _refusal("date", expected) from None
    if moment.tzinfo is None:
        raise _refusal("date", expected, "add the distance from UTC, or Z")
    return moment


def parse_label_pattern(found: object) -> str:
    """Reads a regular expression that names at least one group."""
    expected = r"a regular expression with named groups such as 'docker-(?P<id>\w+)'"
    text = found if isinstance(found, str) else ""
    try:
        pattern = re.compile(text)
    except re.error as error:
        raise _refusal("pattern", expected, f"at {error.pos}: {error.msg}") from None
    if not pattern.groupindex or pattern.groups > len(pattern.groupindex):
        hint = "each group is a label: write (?P<name>…), or (?:…) for none"
        raise _refusal("pattern", expected, hint)
    return text


def parse_zone(found: object) -> str:
    """Reads the name of a time zone that this machine knows."""
    try:
        return zoneinfo.ZoneInfo(found if isinstance(found, str) else "").key
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        expected = "a time zone such as 'America/New_York'"
        raise _refusal("zone", expected, "use a name of the IANA database") from None
