"""Where the process that collects finds what it collects from: addresses, secrets.

A source of the spec names its connection; the settings of the process say what that is
in this place. Secrets are files, read anew whenever a connection is made.
"""

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

__all__ = [
    "Address",
    "CollectorSettings",
    "Connection",
    "Files",
    "HttpBatches",
    "Postgres",
    "Redis",
    "RedisKind",
    "Sqlite",
    "StandardInput",
    "Stripe",
    "TlsEndpoint",
    "TlsMode",
]


@dataclass(frozen=True, slots=True)
class Address:
    """A host and a port."""

    host: str
    port: int

    def __str__(self) -> str:
        """Writes `host:port`."""
        return f"{self.host}:{self.port}"


class TlsMode(enum.Enum):
    """How a PostgreSQL connection is protected; the words are libpq's."""

    DISABLE = "disable"
    PREFER = "prefer"
    REQUIRE = "require"
    VERIFY_FULL = "verify-full"


@dataclass(frozen=True, slots=True, kw_only=True)
class Postgres:
    """A PostgreSQL database; its role needs to read, and should be able to no more."""

    address: Address
    database: str
    user: str
    password_file: Path | None
    tls: TlsMode


@dataclass(frozen=True, slots=True, kw_only=True)
class Sqlite:
    """An SQLite database; opened for reading only."""

    file: Path


class RedisKind(enum.Enum):
    """What answers at the addresses of a Redis connection."""

    SERVER = "server"
    SENTINEL = "sentinel"
    CLUSTER = "cluster"


@dataclass(frozen=True, slots=True, kw_only=True)
class Redis:
    """A Redis server, the primary that Sentinels name, or a Cluster.

    Attributes:
        addresses: any of them is enough to find the rest.
        primary: the name by which Sentinels know it.
        database: a Cluster has only 0.
        password_file: of the servers that hold keys.
        sentinel_password_file: of the Sentinels, which usually have none.
        certificate_authority: trusted instead of this machine's own, with TLS.
    """

    kind: RedisKind
    addresses: tuple[Address, ...]
    primary: str
    database: int
    username: str
    password_file: Path | None
    tls: bool
    certificate_authority: Path | None
    sentinel_password_file: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stripe:
    """An account of Stripe, by a restricted key that may read balance transactions."""

    url: str
    key_file: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class TlsEndpoint:
    """A server that speaks TLS.

    Attributes:
        server_name: asked for in the handshake (SNI), and expected in the certificate.
        certificate_authority: trusted instead of this machine's own.
    """

    address: Address
    server_name: str
    certificate_authority: Path | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Files:
    """Files by a pattern such as `/etc/tls/*.pem`."""

    folder: Path
    pattern: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpBatches:
    """Batches that others send by `POST /events/<source>`, with a bearer token.

    Attributes:
        limit_bytes: of one batch, unpacked.
    """

    token_file: Path
    limit_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StandardInput:
    """What is piped into the process; it cannot be read again after a crash."""


Connection = (
    Postgres
    | Sqlite
    | Redis
    | Stripe
    | TlsEndpoint
    | Files
    | HttpBatches
    | StandardInput
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectorSettings:
    """Everything that differs between the places where the collectors run.

    Attributes:
        environment: of the spec; sources of others are not read.
        state: a folder for what must survive a restart.
        connections: by the name that sources use.
    """

    listen: Address
    environment: str
    state: Path
    connections: Mapping[str, Connection]
