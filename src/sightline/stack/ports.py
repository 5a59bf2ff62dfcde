"""Ports: fixed defaults, free ones where those are taken, and who took them."""

import contextlib
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from sightline import errors
from sightline.stack import port_owners

__all__ = ["DEFAULTS", "Ports", "is_free"]

_HOST: Final = "127.0.0.1"
_CONNECT_SECONDS: Final = 0.5

DEFAULTS: Final[Mapping[str, int]] = {
    "prometheus": 9090,
    "alertmanager": 9093,
    "console": 8484,
    "postgres": 54320,
    "redis": 63790,
    "postgres-exporter": 9187,
    "redis-exporter": 9121,
    "blackbox-exporter": 9115,
    "node-exporter": 9100,
    "process-exporter": 9256,
    "container-exporter": 9338,
    "collectors": 9340,
    "pagerduty": 8701,
    "webhook": 8702,
    "smtp": 8725,
}
"""The ports of the stack's own components; upstream's where there is one."""


@dataclass(slots=True, kw_only=True)
class Ports:
    """Chooses ports, each for one name, and remembers what it had to replace.

    Attributes:
        asked: ports that were asked for by name; they are given or refused.
        say: is told of every default that was taken and replaced.
        is_free: says whether a port can be listened on.
    """

    asked: Mapping[str, int]
    say: Callable[[str], None]
    is_free: Callable[[int], bool] = field(default_factory=lambda: is_free)
    _chosen: dict[str, int] = field(default_factory=dict, init=False)

    def choose(self, name: str, default: int) -> int:
        """Gives the port for a name: the one asked for, the default, or a free one.

        Raises:
            PortTaken: the port that was asked for belongs to somebody else.
        """
        if name in self._chosen:
            return self._chosen[name]
        port = (
            self._asked_port(name) if name in self.asked else self._own(name, default)
        )
        self._chosen[name] = port
        return port

    def _asked_port(self, name: str) -> int:
        port = self.asked[name]
        if not self._can_have(port):
            owner = port_owners.describe_owner(port)
            raise errors.PortTaken(
                f"port {port}, asked for by --port {name}={port}, is taken by {owner}"
            )
        return port

    def _own(self, name: str, default: int) -> int:
        if self._can_have(default):
            return default
        port = self._find_free()
        owner = port_owners.describe_owner(default)
        self.say(f"{name}: port {default} is taken by {owner}; using {port}")
        return port

    def _can_have(self, port: int) -> bool:
        return port not in self._chosen.values() and self.is_free(port)

    def _find_free(self) -> int:
        while True:
            with socket.create_server((_HOST, 0)) as server:
                port: int = server.getsockname()[1]
            if port not in self._chosen.values():
                return port


def is_free(port: int) -> bool:
    """Says whether a port can be listened on, on this machine's loopback."""
    # Elsewhere than on Linux, a listener on all addresses does not hinder the bind.
    with contextlib.suppress(OSError):
        socket.create_connection((_HOST, port), _CONNECT_SECONDS).close()
        return False
    try:
        socket.create_server((_HOST, port)).close()
    except OSError:
        return False
    return True
