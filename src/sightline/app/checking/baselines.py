"""Findings that were there before: an old estate starts to check new ones only."""

import json
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from sightline import errors
from sightline.model import findings

__all__ = ["read", "subtract", "write"]

_Key = tuple[str, str, str]


def write(found: Iterable[findings.Finding], path: Path) -> None:
    """Writes the findings of today, without their lines, which move.

    Raises:
        errors.InputError: when the file cannot be written.
    """
    counted = Counter(map(_key, found))
    known = [
        {"check": check, "file": file, "message": message, "count": count}
        for (check, file, message), count in sorted(counted.items())
    ]
    try:
        path.write_text(json.dumps({"findings": known}, indent=2) + "\n", "utf-8")
    except OSError as error:
        raise errors.InputError(f"{path} cannot be written: {error}") from error


def read(path: Path) -> Counter[_Key]:
    """Gives how often each finding was there.

    Raises:
        errors.InputError: when the file is no baseline.
    """
    try:
        known = json.loads(path.read_text("utf-8"))["findings"]
        return Counter(
            {
                (str(one["check"]), str(one["file"]), str(one["message"])): int(
                    one["count"]
                )
                for one in known
            }
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise errors.InputError(
            f"expected a baseline in {path}, found none ({type(error).__name__}); "
            "write one with --write-baseline"
        ) from error


def subtract(
    found: Iterable[findings.Finding], known: Counter[_Key]
) -> tuple[findings.Finding, ...]:
    """Gives the new findings; a known one is borne as often as it was there."""
    left = known.copy()
    new: list[findings.Finding] = []
    for finding in found:
        if left[_key(finding)] > 0:
            left[_key(finding)] -= 1
        else:
            new.append(finding)
    return tuple(new)


def _key(finding: findings.Finding) -> _Key:
    return finding.check, finding.span.file, finding.message
