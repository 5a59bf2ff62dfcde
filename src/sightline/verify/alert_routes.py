"""Alertmanager's routing as a function: which receivers an alert reaches.

The walk is Alertmanager's own: the root matches everything; of its children the first
that matches takes the alert, and the next ones only if that one says `continue`; a
route none of whose children match keeps the alert itself.
https://prometheus.io/docs/alerting/latest/configuration/#route-related-settings
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Annotated, Final

import pydantic

from sightline import errors

__all__ = ["Matcher", "Route", "Routes", "parse_matchers", "read_routes"]

_WORD: Final = r'"(?:[^"\\]|\\.)*"|[^\s=!~,{}"]+'
_MATCHER: Final = re.compile(
    rf"\s*(?P<label>{_WORD})\s*(?P<sign>=~|!~|!=|=)\s*"
    r'(?P<text>"(?:[^"\\]|\\.)*"|[^",{}]*?)\s*(?:,|$)',
    re.DOTALL,
)
_ESCAPE: Final = re.compile(r"\\(.)", re.DOTALL)
_ESCAPED: Final = {"n": "\n", '"': '"', "\\": "\\"}


@dataclass(frozen=True, slots=True)
class Matcher:
    """A condition on one label; a label that an alert does not have is empty.

    Attributes:
        sign: `=`, `!=`, `=~` or `!~`.
    """

    label: str
    sign: str
    text: str

    def matches(self, labels: Mapping[str, str]) -> bool:
        """Whether an alert with these labels meets the condition."""
        found = labels.get(self.label, "")
        if self.sign in {"=", "!="}:
            holds = found == self.text
        else:
            holds = re.fullmatch(self.text, found, re.DOTALL) is not None
        return holds is not self.sign.startswith("!")


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """A node of the tree; what the file leaves out is inherited from above.

    Attributes:
        group_wait, group_interval, repeat_interval: as they are written.
        muted_by: the time intervals in which it sends nothing.
    """

    receiver: str
    matchers: tuple[Matcher, ...]
    goes_on: bool
    routes: tuple["Route", ...]
    group_wait: str = "30s"
    group_interval: str = "5m"
    repeat_interval: str = "4h"
    muted_by: tuple[str, ...] = ()

    def matches(self, labels: Mapping[str, str]) -> bool:
        """Whether an alert that came this far is let in."""
        return all(matcher.matches(labels) for matcher in self.matchers)

    def walk(self, labels: Mapping[str, str]) -> Iterator["Route"]:
        """Gives the routes that take an alert, in Alertmanager's order."""
        if not self.matches(labels):
            return
        is_taken = False
        for child in self.routes:
            for taker in child.walk(labels):
                is_taken = True
                yield taker
            if child.matches(labels) and not child.goes_on:
                break
        if not is_taken:
            yield self


@dataclass(frozen=True, slots=True, kw_only=True)
class Routes:
    """A whole routing tree with its receivers.

    Attributes:
        channels: by receiver, its integrations, each as often as it is configured.
    """

    root: Route
    channels: Mapping[str, tuple[str, ...]]

    def receivers_of(self, labels: Mapping[str, str]) -> tuple[str, ...]:
        """Gives the receivers that an alert reaches, one for each route it takes."""
        return tuple(route.receiver for route in self.root.walk(labels))


@dataclass(frozen=True, slots=True, kw_only=True)
class _RouteNode:
    receiver: str = ""
    matchers: tuple[str, ...] = ()
    match: Mapping[str, str] = field(default_factory=dict)
    match_re: Mapping[str, str] = field(default_factory=dict)
    goes_on: Annotated[bool, pydantic.Field(alias="continue")] = False
    group_wait: str = ""
    group_interval: str = ""
    repeat_interval: str = ""
    mute_time_intervals: tuple[str, ...] = ()
    routes: tuple["_RouteNode", ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Configuration:
    route: _RouteNode
    receivers: tuple[dict[str, object], ...]


_CONFIGURATION: Final = pydantic.TypeAdapter(_Configuration)
_INTEGRATION_SUFFIX: Final = "_configs"


def read_routes(document: Mapping[str, object]) -> Routes:
    """Reads the document of an `alertmanager.yml`.

    Raises:
        InputError: it has no routing tree, or one that Alertmanager would refuse.
    """
    try:
        read = _CONFIGURATION.validate_python(document)
        root = _resolve(read.route, _ABOVE_ALL)
    except ValueError as error:
        raise errors.InputError(f"alertmanager.yml: {error}") from error
    channels = {str(one["name"]): _integrations(one) for one in read.receivers}
    return Routes(root=root, channels=channels)


def parse_matchers(text: str) -> tuple[Matcher, ...]:
    """Reads one matcher, or several in braces or joined by commas.

    Raises:
        ValueError: when `text` is no matcher.
    """
    inner = text.strip()
    if inner.startswith("{") and inner.endswith("}"):
        inner = inner[1:-1]
    found: list[Matcher] = []
    position = 0
    while position < len(inner):
        match = _MATCHER.match(inner, position)
        if match is None:
            raise ValueError(f"not a matcher: {text!r}")
        found.append(
            Matcher(_unquote(match["label"]), match["sign"], _unquote(match["text"]))
        )
        position = match.end()
    return tuple(found)


# https://prometheus.io/docs/alerting/latest/configuration/#route
_ABOVE_ALL: Final = Route(receiver="", matchers=(), goes_on=False, routes=())


def _resolve(node: _RouteNode, above: Route) -> Route:
    matchers = [matcher for text in node.matchers for matcher in parse_matchers(text)]
    matchers += [Matcher(label, "=", text) for label, text in node.match.items()]
    matchers += [Matcher(label, "=~", text) for label, text in node.match_re.items()]
    own = Route(
        receiver=node.receiver or above.receiver,
        matchers=tuple(matchers),
        goes_on=node.goes_on,
        routes=(),
        group_wait=node.group_wait or above.group_wait,
        group_interval=node.group_interval or above.group_interval,
        repeat_interval=node.repeat_interval or above.repeat_interval,
        muted_by=node.mute_time_intervals,
    )
    return replace(own, routes=tuple(_resolve(child, own) for child in node.routes))


def _integrations(receiver: Mapping[str, object]) -> tuple[str, ...]:
    return tuple(
        key.removesuffix(_INTEGRATION_SUFFIX)
        for key, configured in receiver.items()
        if key.endswith(_INTEGRATION_SUFFIX) and isinstance(configured, list)
        for _ in configured
    )


def _unquote(word: str) -> str:
    if not word.startswith('"'):
        return word.strip()
    return _ESCAPE.sub(lambda match: _ESCAPED.get(match[1], match[0]), word[1:-1])
