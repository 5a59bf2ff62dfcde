"""The route templates of the frameworks, all written alike: `/jobs/{job_id}`."""

import re
from collections.abc import Iterator
from typing import Final

__all__ = ["from_angles", "from_regex"]

_ANGLES: Final = re.compile(r"(?<!\?P)<(?:[^<>:]*:)?([^<>]+)>")
"""`<int:job_id>`, `<job_id>`, `<any(a, b):kind>`: Werkzeug's and Django's, and no
named group of a regular expression."""

_GROUP_NAME: Final = re.compile(r"\?P<(\w+)>")


def from_angles(rule: str) -> str:
    """Gives `/jobs/{job_id}` for `/jobs/<int:job_id>`."""
    return _ANGLES.sub(r"{\1}", rule)


def from_regex(route: str) -> str:
    """Gives `/jobs/{number}/` for `^jobs/(?P<number>[0-9]+)/$`.

    Groups become parameters, named or not; what anchors is left out.
    """
    return "".join(_parts(route)).replace("\\", "")


def _parts(route: str) -> Iterator[str]:
    depth = 0
    for at, character in enumerate(route):
        is_escaped = at > 0 and route[at - 1] == "\\"
        if character == "(" and not is_escaped:
            if depth == 0:
                named = _GROUP_NAME.match(route, at + 1)
                yield f"{{{named[1] if named else 'group'}}}"
            depth += 1
        elif character == ")" and not is_escaped:
            depth -= 1
        elif depth == 0 and (is_escaped or character not in "^$?"):
            yield character
