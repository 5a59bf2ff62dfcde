"""Who may look: nobody is asked on this machine alone, everybody is anywhere else.

Every role reads; none can change anything. A viewer sees dashboards, alerts,
objectives and runbooks; an operator also sees what was sent to whom, the machines, and
reviews, which say who may see what.
"""

import enum
import hashlib
import hmac
import ipaddress
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from starlette.datastructures import Headers

from sightline import errors

__all__ = [
    "SESSION_SECONDS",
    "Access",
    "Network",
    "Person",
    "Proxy",
    "Role",
    "parse_networks",
    "read_tokens",
    "require_access",
]

SESSION_SECONDS: Final = 12 * 3600
_SHORTEST_TOKEN: Final = 20
_BEARER: Final = "bearer "
_OPERATORS_ONLY: Final = ("/inbox", "/reviews", "/api/inbox", "/api/components")

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class Role(enum.Enum):
    """What somebody may read; the value is the word in a token file."""

    VIEWER = "viewer"
    OPERATOR = "operator"

    def may_read(self, path: str) -> bool:
        """Says whether the address is for this role."""
        return self is Role.OPERATOR or not path.startswith(_OPERATORS_ONLY)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who may look; `name` is for rate limits, never a secret."""

    name: str
    role: Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Proxy:
    """A proxy in front that has asked people who they are.

    Attributes:
        user_header: names the person; believed from `trusted` addresses alone.
        groups_header: the person's groups, separated by commas; may be empty.
        operator_group: whose members are operators; without one, everybody is.
    """

    user_header: str
    groups_header: str
    operator_group: str
    trusted: tuple[Network, ...]

    def recognize(self, headers: Headers, address: str) -> Person | None:
        """Gives whom the proxy says this is; `None` when it says nothing."""
        user = headers.get(self.user_header, "")
        if not user or not self._is_trusted(address):
            return None
        groups = {one.strip() for one in headers.get(self.groups_header, "").split(",")}
        is_operator = not self.operator_group or self.operator_group in groups
        return Person(user, Role.OPERATOR if is_operator else Role.VIEWER)

    def _is_trusted(self, address: str) -> bool:
        try:
            found = ipaddress.ip_address(address)
        except ValueError:
            return False
        return any(found in network for network in self.trusted)


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """The rules of one console.

    Attributes:
        is_required: whether anybody is asked at all.
        names: the host names that it answers to besides those of this machine.
        tokens: roles by the SHA-256 of their tokens, in hexadecimal.
    """

    is_required: bool = False
    names: frozenset[str] = frozenset()
    tokens: Mapping[str, Role] = field(default_factory=dict)
    proxy: Proxy | None = None

    def recognize(
        self, headers: Headers, cookie: str, address: str, now: float
    ) -> Person | None:
        """Gives who asks, by a proxy's word, a bearer token or a session cookie."""
        if self.proxy is not None:
            person = self.proxy.recognize(headers, address)
            if person is not None:
                return person
        given = headers.get("authorization", "")
        if given.lower().startswith(_BEARER):
            role = self.role_of(given[len(_BEARER) :].strip())
            return None if role is None else Person(f"token {role.value}", role)
        return self._read_session(cookie, now)

    def role_of(self, token: str) -> Role | None:
        """Gives the role of a token, comparing in constant time."""
        digest = _digest(token)
        found = None
        for known, role in self.tokens.items():
            if hmac.compare_digest(known, digest):
                found = role
        return found

    def start_session(self, role: Role, now: float) -> str:
        """Gives a cookie that stands for the role until it ends."""
        words = f"{role.value}.{int(now) + SESSION_SECONDS}"
        return f"{words}.{self._sign(words)}"

    def _read_session(self, cookie: str, now: float) -> Person | None:
        words, _, signature = cookie.rpartition(".")
        if not words or not hmac.compare_digest(self._sign(words), signature):
            return None
        role, _, ends = words.partition(".")
        if int(ends) <= now:
            return None
        return Person(f"session {signature[:12]}", Role(role))

    def _sign(self, words: str) -> str:
        # The key follows from the tokens: replacing one ends the sessions of all.
        key = hashlib.sha256("\n".join(["session", *sorted(self.tokens)]).encode())
        return hmac.new(key.digest(), words.encode(), hashlib.sha256).hexdigest()


def read_tokens(path: Path) -> Mapping[str, Role]:
    """Reads a file of lines `ROLE TOKEN`; empty lines and `#` comments are skipped.

    Raises:
        InputError: when it cannot be read, or a line is something else.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise errors.InputError(f"{path}: cannot be read: {error}") from error
    found: dict[str, Role] = {}
    for number, line in enumerate(lines, 1):
        words = line.split("#", 1)[0].split()
        if not words:
            continue
        roles = {role.value: role for role in Role}
        if len(words) != 2 or words[0] not in roles:  # noqa: PLR2004 - role and token
            raise errors.InputError(
                f"{path}:{number}: expected 'viewer TOKEN' or 'operator TOKEN'"
            )
        if len(words[1]) < _SHORTEST_TOKEN:
            raise errors.InputError(
                f"{path}:{number}: expected a token of at least {_SHORTEST_TOKEN} "
                f"characters, found {len(words[1])}; `openssl rand -hex 32` makes one"
            )
        found[_digest(words[1])] = roles[words[0]]
    return found


def require_access(listen: str, access: Access) -> Access:
    """Gives the rules for an address to listen on.

    Raises:
        InputError: it is no address of this machine alone, and nobody would be asked.
    """
    if _is_loopback(listen):
        return access
    if not access.tokens and access.proxy is None:
        raise errors.InputError(
            f"listening on {listen!r} shows the console to others: give --tokens-file "
            "or --proxy-header, or listen on 127.0.0.1"
        )
    return Access(
        is_required=True,
        names=access.names,
        tokens=access.tokens,
        proxy=access.proxy,
    )


def parse_networks(texts: Iterable[str]) -> tuple[Network, ...]:
    """Reads addresses and networks such as `10.0.0.0/8`.

    Raises:
        InputError: when one is neither.
    """
    try:
        return tuple(ipaddress.ip_network(text, strict=False) for text in texts)
    except ValueError as error:
        raise errors.InputError(f"--trusted-proxy: {error}") from error


def _is_loopback(listen: str) -> bool:
    if listen == "localhost":
        return True
    try:
        return ipaddress.ip_address(listen).is_loopback
    except ValueError:
        return False


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
