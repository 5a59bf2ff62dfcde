"""Where the events of a source come from, as the settings of the process say it."""

from dataclasses import dataclass
from pathlib import Path

__all__ = ["FileInput", "HttpInput", "Input", "RedisInput", "StandardInput"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FileInput:
    """Files that match a pattern; their rotated siblings are read to their ends."""

    pattern: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StandardInput:
    """What is piped in; it cannot be read again after a crash."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpInput:
    """Batches by `POST /events/<source>`, with a bearer token.

    Attributes:
        token_file: holds the token.
        limit_bytes: of one batch, unpacked.
    """

    token_file: Path
    limit_bytes: int = 8 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class RedisInput:
    """A Redis stream; each entry holds one event in `field`.

    Attributes:
        address: `redis://host:port/number`, without credentials.
        password_file: read at each connection; `None` where none is needed.
    """

    address: str
    key: str
    field: str = "event"
    password_file: Path | None = None


Input = FileInput | StandardInput | HttpInput | RedisInput
