"""The database that panels are answered from, as the command line names it."""

from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from sightline import errors
from sightline.model import connections

__all__ = ["read_place"]

_PORT = 5432


def read_place(url: str, password_file: Path | None) -> connections.Postgres:
    """Reads an address such as `postgresql://reader@db:5432/app?sslmode=require`.

    Raises:
        InputError: it is something else, or holds a password.
    """
    parts = urlsplit(url)
    if parts.password is not None:
        raise errors.InputError(
            "--database-url holds a password, which everybody sees who lists processes;"
            " put it into a file and give --database-password-file"
        )
    if parts.scheme not in {"postgresql", "postgres"} or not parts.hostname:
        raise errors.InputError(
            "--database-url: expected postgresql://USER@HOST:PORT/DATABASE"
        )
    mode = parse_qs(parts.query).get("sslmode", ["prefer"])[0]
    try:
        return connections.Postgres(
            address=connections.Address(parts.hostname, parts.port or _PORT),
            database=unquote(parts.path.removeprefix("/")),
            user=unquote(parts.username or ""),
            password_file=password_file,
            tls=connections.TlsMode(mode),
        )
    except ValueError as error:
        raise errors.InputError(f"--database-url: {error}") from error
