"""What one process of the reference platform is told when it starts."""

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

__all__ = ["EDGE", "HOST", "Settings"]

EDGE = "cdn-edge"
"""The program that users come in by."""

HOST = "127.0.0.1"
"""Where everything listens."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The surroundings of one process; written to and read from its arguments.

    Attributes:
        program: a service such as `auth-svc`, or one of the platform's other programs.
        instance: unique in the platform; also the seed of everything random in it.
        database_url: without a password, which libpq's usual `PGPASSFILE` names.
        redis_address: `host:port`.
        faults: the folder of the faults that the process obeys.
        storage: the folder for what the process keeps between runs.
        peers: the addresses of every instance, by the program that is called.
        rate: requests per second that the traffic generator makes on average.
        tls_port: where the edge listens for TLS; 0 is nowhere.
    """

    program: str
    instance: str
    port: int
    database_url: str
    redis_address: str
    faults: Path
    storage: Path
    peers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    rate: float = 34.0
    tls_port: int = 0

    @classmethod
    def parse(cls, argv: Sequence[str]) -> Self:
        """Reads the words that `to_argv` writes."""
        parser = argparse.ArgumentParser(prog="python -m sightline.demo")
        parser.add_argument("program")
        parser.add_argument("--instance", required=True)
        parser.add_argument("--port", type=int, required=True)
        parser.add_argument("--database", dest="database_url", required=True)
        parser.add_argument("--redis", dest="redis_address", required=True)
        parser.add_argument("--faults", type=Path, required=True)
        parser.add_argument("--storage", type=Path, required=True)
        parser.add_argument("--peer", dest="peers", action="append", default=[])
        parser.add_argument("--rate", type=float, default=34.0)
        parser.add_argument("--tls-port", type=int, default=0)
        given = vars(parser.parse_args(argv))
        peers = dict(_parse_peer(peer) for peer in given.pop("peers"))
        return cls(**given, peers=peers)

    def to_argv(self) -> tuple[str, ...]:
        """Writes the settings as the words of a command line."""
        peers = (
            f"--peer={name}={','.join(addresses)}"
            for name, addresses in self.peers.items()
        )
        return (
            self.program,
            f"--instance={self.instance}",
            f"--port={self.port}",
            f"--database={self.database_url}",
            f"--redis={self.redis_address}",
            f"--faults={self.faults}",
            f"--storage={self.storage}",
            *peers,
            f"--rate={self.rate}",
            f"--tls-port={self.tls_port}",
        )


def _parse_peer(text: str) -> tuple[str, tuple[str, ...]]:
    name, _, addresses = text.partition("=")
    return name, tuple(addresses.split(","))
