"""What the settings of the process that collects look like."""

from typing import Annotated

from pydantic import Field

from sightline.model import connections
from sightline.spec import bases, fields

__all__ = [
    "Collector",
    "CollectorSettings",
    "Connected",
    "Files",
    "HttpBatches",
    "Postgres",
    "Redis",
    "Sqlite",
    "StandardInput",
    "Stripe",
    "Tls",
]

_Addresses = Annotated[list[fields.HostPort], Field(min_length=1)]


class Collector(bases.Shape):
    """The process itself."""

    listen: fields.HostPort = "127.0.0.1:9340"
    environment: fields.Slug
    state: fields.LocalPath = "state"


class Postgres(bases.Shape):
    """A PostgreSQL database."""

    address: fields.HostPort
    database: fields.Text
    user: fields.Text
    password_file: fields.LocalPath | None = None
    tls: fields.TlsMode = connections.TlsMode.VERIFY_FULL


class Sqlite(bases.Shape):
    """An SQLite database."""

    file: fields.LocalPath


class Redis(bases.Shape):
    """A Redis server, what Sentinels name, or a Cluster."""

    kind: fields.RedisKind = connections.RedisKind.SERVER
    addresses: _Addresses
    primary: fields.Text = "mymaster"
    database: fields.RedisDatabase = 0
    username: fields.Text | None = None
    password_file: fields.LocalPath | None = None
    sentinel_password_file: fields.LocalPath | None = None
    tls: fields.Flag = True
    certificate_authority: fields.LocalPath | None = None


class Stripe(bases.Shape):
    """An account of Stripe."""

    url: fields.Address = "https://api.stripe.com"
    key_file: fields.LocalPath


class Tls(bases.Shape):
    """A server that speaks TLS."""

    address: fields.HostPort
    server_name: fields.Text | None = None
    certificate_authority: fields.LocalPath | None = None


class Files(bases.Shape):
    """Files by a pattern."""

    folder: fields.LocalPath
    pattern: fields.Text = "*"


class HttpBatches(bases.Shape):
    """Batches of events that others send."""

    token_file: fields.LocalPath
    limit: fields.Megabytes = 8


class StandardInput(bases.Shape):
    """What is piped in: `{}`."""


class Connected(bases.Shape):
    """Connections, declared by kind."""

    postgres: dict[fields.Slug, Postgres] = {}
    sqlite: dict[fields.Slug, Sqlite] = {}
    redis: dict[fields.Slug, Redis] = {}
    stripe: dict[fields.Slug, Stripe] = {}
    tls: dict[fields.Slug, Tls] = {}
    files: dict[fields.Slug, Files] = {}
    http: dict[fields.Slug, HttpBatches] = {}
    standard_input: dict[fields.Slug, StandardInput] = {}


class CollectorSettings(Connected):
    """The file that `collect --config` reads."""

    collector: Collector
