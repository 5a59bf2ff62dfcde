"""An access log's `log_format`, compiled to a pattern that reads whole chunks.

Two patterns are made: a fast one, which is right as long as no line is odd, and a
strict one for everything else. The fast one may run across the end of a line; whoever
uses it compares the number of matches with the number of lines.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Final

from sightline import errors

__all__ = ["LinePatterns", "compile_log_format", "names_in", "translate_apache"]

_VARIABLE: Final = re.compile(r"\$(?:\{(\w+)\}|(\w+))")
_APACHE: Final = re.compile(r"%[<>]?(?:\{([^}]+)\})?([a-zA-Z%])")
_APACHE_NAMES: Final = {
    "h": "$remote_addr",
    "a": "$remote_addr",
    "l": "$remote_logname",
    "u": "$remote_user",
    "t": "[$time_local]",
    "r": "$request",
    "s": "$status",
    "b": "$body_bytes_sent",
    "B": "$body_bytes_sent",
    "O": "$bytes_sent",
    "D": "$request_time_us",
    "T": "$request_time",
    "v": "$server_name",
    "V": "$server_name",
    "p": "$server_port",
    "H": "$server_protocol",
    "m": "$request_method",
    "U": "$uri",
    "q": "$query_string",
    "%": "%",
}
"""https://httpd.apache.org/docs/2.4/mod/mod_log_config.html#formats"""

_REQUEST: Final = "request"
_STATUS: Final = "status"
_REQUEST_PARTS: Final = ("method", "path", "protocol")


@dataclass(frozen=True, slots=True)
class LinePatterns:
    """What reads a line with its line break.

    Attributes:
        fields: the fields in the order of the groups.
        fast: has one group for each field.
        strict: has one more group at the end, for a line that is no such line.
    """

    fields: tuple[str, ...]
    fast: re.Pattern[str]
    strict: re.Pattern[str]


def names_in(log_format: str) -> frozenset[str]:
    """Gives the fields that lines of a format have; `$request` has three parts."""
    found = {first or second for first, second in _VARIABLE.findall(log_format)}
    return frozenset(found.union(_REQUEST_PARTS) if _REQUEST in found else found)


def translate_apache(log_format: str) -> str:
    """Gives Apache's `LogFormat` in nginx's words; nginx's own stays as it is.

    Raises:
        InputError: a directive is not known here.
    """
    if _VARIABLE.search(log_format):
        return log_format

    def name(directive: re.Match[str]) -> str:
        header, letter = directive[1], directive[2]
        if header and letter in "io":
            prefix = "http" if letter == "i" else "sent_http"
            return f"${prefix}_{header.lower().replace('-', '_')}"
        if letter not in _APACHE_NAMES or (header and letter != "T"):
            known = ", ".join(f"%{one}" for one in _APACHE_NAMES)
            raise errors.InputError(
                f"expected a directive of Apache's LogFormat, found {directive[0]!r};"
                f" those known are {known}, %{{Name}}i and %{{Name}}o"
            )
        return _APACHE_NAMES[letter]

    return _APACHE.sub(name, log_format.replace('\\"', '"'))


def compile_log_format(log_format: str, wanted: Collection[str]) -> LinePatterns:
    """Gives the patterns of a format, with a group for each field that is wanted.

    Raises:
        InputError: nothing stands between two variables, or one stands twice.
    """
    pieces = tuple(_pieces(log_format))
    fields = [name for name, _ in pieces if name in wanted]
    if any(name == _REQUEST for name, _ in pieces):
        at = [name for name, _ in pieces].index(_REQUEST)
        before = [name for name, _ in pieces[:at] if name in wanted]
        after = [name for name, _ in pieces[at + 1 :] if name in wanted]
        own = [_REQUEST] if _REQUEST in wanted else []
        parts = [part for part in _REQUEST_PARTS if part in wanted]
        fields = [*before, *own, *parts, *after]
    start = re.escape(_VARIABLE.split(log_format, maxsplit=1)[0])
    fast = start + "".join(_fast(name, end, wanted) for name, end in pieces)
    strict = start + "".join(_strict(name, end, wanted) for name, end in pieces)
    return LinePatterns(
        fields=tuple(fields),
        fast=re.compile("^" + fast + r"\n", re.MULTILINE),
        strict=re.compile(strict + r"\r?\n|([^\n]*+)\n"),
    )


def _pieces(log_format: str) -> Iterator[tuple[str, str]]:
    """Gives each variable with the text that follows it."""
    matches = tuple(_VARIABLE.finditer(log_format))
    if not matches:
        raise errors.InputError(
            f"expected a log format with fields such as $status, found {log_format!r}"
        )
    seen: set[str] = set()
    for number, match in enumerate(matches):
        name = match[1] or match[2]
        is_last = number + 1 == len(matches)
        until = len(log_format) if is_last else matches[number + 1].start()
        following = log_format[match.end() : until]
        if name in seen or (not following and not is_last):
            reason = "twice" if name in seen else "right before another field"
            raise errors.InputError(
                f"expected each field once and text between any two, found ${name}"
                f" {reason} in the log format {log_format!r}"
            )
        seen.add(name)
        yield name, following


def _fast(name: str, following: str, wanted: Collection[str]) -> str:
    stop = re.escape(following[:1]) or r"\n"
    end = re.escape(following)
    parts = [part in wanted for part in _REQUEST_PARTS]
    if name == _STATUS:
        return _group(r"\d\d\d", name in wanted) + end
    if name != _REQUEST or not any(parts):
        return _group(f"[^{stop}]*+", name in wanted) + end
    method, path, protocol = parts
    inside = (
        _group("[A-Z]++", method)
        + " "
        + (_group("[^ ]*+", path) + " " if path or protocol else "")
        + _group(f"[^{stop}]*+", protocol)
    )
    return _group(inside, name in wanted) + end


def _strict(name: str, following: str, wanted: Collection[str]) -> str:
    stop, end = re.escape(following[:1]), re.escape(following)
    if stop == '"':
        text, word = r'(?:[^"\\\n]|\\.)*+', r'(?:[^" \\\n]|\\.)*+'
    else:
        text, word = rf"[^{stop}\r\n]*+", rf"[^ {stop}\r\n]*+"
    parts = [part in wanted for part in _REQUEST_PARTS]
    if name == _STATUS:
        return _group(r"\d\d\d", name in wanted) + end
    if name != _REQUEST or not any(parts):
        return _group(text, name in wanted) + end
    method, path, protocol = parts
    # Whoever sends no HTTP is logged as well, and has none of the three.
    inside = (
        f"(?:{_group('[A-Z]++', method)} {_group(word, path)}"
        f" {_group(word, protocol)}(?={end or '$'})|{text})"
    )
    return _group(inside, name in wanted) + end


def _group(pattern: str, is_wanted: bool) -> str:  # noqa: FBT001 - private, and clear
    return f"({pattern})" if is_wanted else pattern
