"""The settings of the collectors, and what exporters are told of the same connections.

Secrets are files: only their names are here.
"""

from pathlib import Path
from typing import Final, assert_never

from sightline.compilers import documents, programs
from sightline.model import connections, environments, placement

__all__ = [
    "compile_settings",
    "postgres_variables",
    "redis_variables",
    "secret_keys",
]

_MEBIBYTE_SHIFT: Final = 20
_TLS: Final = {True: "rediss", False: "redis"}


def compile_settings(
    environment: environments.Environment,
    *,
    secrets: str,
    files: str,
    state: str,
    host: str = "0.0.0.0",  # noqa: S104 - of a container, which nobody else sees
) -> str:
    """Gives the file for `collect --config`.

    Args:
        environment: has the connections.
        secrets: the folder with the secrets, each in a file of its own name.
        files: the folder with all other files, where their paths are relative.
        state: the folder for what must survive a restart.
        host: the address that they listen on.
    """
    sections: dict[str, dict[str, documents.Document]] = {}
    for name, connection in environment.place.connections.items():
        kind, fields = _describe(connection, secrets, files)
        sections.setdefault(kind, {})[name] = fields
    port = programs.FACTS[placement.Program.COLLECTORS].port
    collector: documents.Document = {
        "listen": f"{host}:{port}",
        "environment": environment.name,
        "state": state,
    }
    return documents.render_yaml({"collector": collector, **sections})


def secret_keys(environment: environments.Environment) -> tuple[str, ...]:
    """Gives the names of the files that connections read their secrets from, sorted."""
    found = {
        path.name
        for connection in environment.place.connections.values()
        for path in _secret_files(connection)
        if path is not None
    }
    return tuple(sorted(found))


def postgres_variables(
    connection: connections.Postgres, secrets: str
) -> dict[str, str]:
    """Gives the variables of the PostgreSQL exporter.

    https://github.com/prometheus-community/postgres_exporter#environment-variables
    """
    place = f"{connection.address}/{connection.database}"
    return {
        "DATA_SOURCE_URI": f"{place}?sslmode={connection.tls.value}",
        "DATA_SOURCE_USER": connection.user,
        "DATA_SOURCE_PASS_FILE": _in(secrets, connection.password_file) or "",
    }


def redis_variables(connection: connections.Redis, secrets: str) -> dict[str, str]:
    """Gives the variables of the Redis exporter, for the first address.

    https://github.com/oliver006/redis_exporter#command-line-flags
    """
    return {
        "REDIS_ADDR": f"{_TLS[connection.tls]}://{connection.addresses[0]}",
        "REDIS_USER": connection.username,
        "REDIS_PASSWORD_FILE": _in(secrets, connection.password_file) or "",
    }


def _secret_files(connection: connections.Connection) -> tuple[Path | None, ...]:
    match connection:
        case connections.Postgres():
            return (connection.password_file,)
        case connections.Redis():
            return (connection.password_file, connection.sentinel_password_file)
        case connections.Stripe():
            return (connection.key_file,)
        case connections.HttpBatches():
            return (connection.token_file,)
        case _:
            return ()


def _in(folder: str, path: Path | None) -> str | None:
    return None if path is None else f"{folder}/{path.name}"


def _file(folder: str, path: Path) -> str:
    """Gives the place of a file that is not ours: as it is, or in our folder."""
    return str(path) if path.is_absolute() else f"{folder}/{path.name}"


def _describe(  # noqa: PLR0911 - one for each kind
    connection: connections.Connection, secrets: str, files: str
) -> tuple[str, documents.Document]:
    """Gives the section of a connection, and its keys as they are written there."""
    match connection:
        case connections.Postgres():
            return "postgres", _without_nothing(
                address=str(connection.address),
                database=connection.database,
                user=connection.user,
                password_file=_in(secrets, connection.password_file),
                tls=connection.tls.value,
            )
        case connections.Redis():
            return "redis", _redis(connection, secrets, files)
        case connections.Stripe():
            return "stripe", {
                "url": connection.url,
                "key_file": f"{secrets}/{connection.key_file.name}",
            }
        case connections.TlsEndpoint():
            authority = connection.certificate_authority
            return "tls", _without_nothing(
                address=str(connection.address),
                server_name=connection.server_name,
                certificate_authority=_file(files, authority) if authority else None,
            )
        case connections.HttpBatches():
            return "http", {
                "token_file": f"{secrets}/{connection.token_file.name}",
                "limit": connection.limit_bytes >> _MEBIBYTE_SHIFT,
            }
        case connections.Files():
            folder = connection.folder
            return "files", {
                "folder": str(folder) if folder.is_absolute() else files,
                "pattern": connection.pattern,
            }
        case connections.Sqlite():
            return "sqlite", {"file": _file(files, connection.file)}
        case connections.StandardInput():
            return "standard_input", {}
        case _:
            assert_never(connection)


def _redis(
    connection: connections.Redis, secrets: str, files: str
) -> documents.Document:
    authority = connection.certificate_authority
    return _without_nothing(
        kind=connection.kind.value,
        addresses=[str(address) for address in connection.addresses],
        primary=connection.primary,
        database=connection.database,
        username=connection.username or None,
        password_file=_in(secrets, connection.password_file),
        sentinel_password_file=_in(secrets, connection.sentinel_password_file),
        tls=connection.tls,
        certificate_authority=_file(files, authority) if authority else None,
    )


def _without_nothing(**fields: documents.Document) -> documents.Document:
    return {name: field for name, field in fields.items() if field is not None}
