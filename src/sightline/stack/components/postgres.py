"""PostgreSQL: made once, with two roles and one database."""

import asyncio
import shutil
import signal
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from sightline import errors
from sightline.model import components
from sightline.stack import files, secrets, sites

__all__ = [
    "DATABASE",
    "MONITORING_ROLE",
    "MONITORING_SECRET",
    "ROLE",
    "SECRET",
    "compose",
    "password_file",
    "prepare",
    "write_passwords",
]

DATABASE: Final = "skillancer"
ROLE: Final = "skillancer"
SECRET: Final = "postgres-password"  # noqa: S105 - a name
MONITORING_ROLE: Final = "monitoring"
MONITORING_SECRET: Final = "postgres-monitoring-password"  # noqa: S105 - a name
_OWNER_SECRET: Final = "postgres-owner-password"  # noqa: S105 - a name

_SETTINGS: Final[Mapping[str, str]] = {
    "listen_addresses": sites.HOST,
    # TCP alone: the path of a socket may be too long, and nobody needs it.
    "unix_socket_directories": "",
    "shared_buffers": "16MB",
    "max_connections": "100",
    "max_wal_size": "64MB",
    "track_io_timing": "on",
    # Every connection is made by name from this machine: nothing to look up.
    "log_line_prefix": "%m [%p] %u@%d ",
}


def compose(site: sites.Site) -> components.Component:
    """Gives PostgreSQL on the data that `prepare` has made."""
    binary = site.binaries["postgres"]
    folder = site.layout.data_of("postgres")
    port = site.ports["postgres"]
    settings = {**_SETTINGS, "port": str(port)}
    flags = [part for key, text in settings.items() for part in ("-c", f"{key}={text}")]
    return components.Component(
        name="postgres",
        argv=(*_as_ordinary_user(site), str(binary.path), "-D", str(folder), *flags),
        environment=binary.environment,
        working_directory=folder,
        readiness=components.TcpReady(sites.HOST, port),
        stop_signal=signal.SIGINT,  # the fast shutdown: clients are let go
        stop_timeout=10.0,
        wave=0,
        port=port,
        version=binary.version,
        source=binary.source,
    )


async def prepare(site: sites.Site) -> None:
    """Makes the data folder with its roles and database, unless there is one.

    Raises:
        ComponentFailed: initdb or the first statements failed.
    """
    folder = site.layout.data_of("postgres")
    if (folder / "PG_VERSION").is_file():
        _check_version(site, folder)
        return
    unfinished = folder.with_name("postgres.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    shutil.rmtree(folder, ignore_errors=True)
    secrets.obtain(site.layout, _OWNER_SECRET)
    await _run(site, "initdb", _initdb_flags(site, unfinished), "")
    single = ("--single", "-D", str(unfinished), "postgres")
    await _run(site, "postgres", single, _first_statements(site))
    unfinished.rename(folder)


def password_file(site: sites.Site) -> Path:
    """Gives the file that clients read passwords from (`PGPASSFILE`)."""
    return secrets.path_of(site.layout, "pgpass")


def write_passwords(site: sites.Site) -> None:
    """Writes the password file, for the port of this run."""
    address = f"{sites.HOST}:{site.ports['postgres']}"
    lines = [
        f"{address}:{DATABASE}:{role}:{secrets.obtain(site.layout, name)}\n"
        for role, name in ((ROLE, SECRET), (MONITORING_ROLE, MONITORING_SECRET))
    ]
    files.write_atomically(password_file(site), "".join(lines), mode=0o600)


def _check_version(site: sites.Site, folder: Path) -> None:
    made_by = (folder / "PG_VERSION").read_text("ascii").strip()
    found = site.binaries["postgres"].version
    if found and found.partition(".")[0] != made_by:
        raise errors.ComponentFailed(
            f"{folder} was made by PostgreSQL {made_by}, found PostgreSQL {found}:"
            f" give that version with --bin postgres=PATH, or remove the folder"
        )


def _initdb_flags(site: sites.Site, folder: Path) -> tuple[str, ...]:
    return (
        *("--pgdata", str(folder), "--username", "postgres"),
        *("--pwfile", str(secrets.path_of(site.layout, _OWNER_SECRET))),
        *("--auth", "scram-sha-256", "--encoding", "UTF8", "--locale", "C"),
        "--no-sync",
    )


def _first_statements(site: sites.Site) -> str:
    """Gives the statements for single-user mode, one per line."""
    password = secrets.obtain(site.layout, SECRET)
    monitoring = secrets.obtain(site.layout, MONITORING_SECRET)
    return (
        f"CREATE ROLE {ROLE} LOGIN PASSWORD '{password}'\n"
        f"CREATE ROLE {MONITORING_ROLE} LOGIN PASSWORD '{monitoring}'"
        " IN ROLE pg_monitor\n"
        f"CREATE DATABASE {DATABASE} OWNER {ROLE}\n"
    )


async def _run(
    site: sites.Site, program: str, flags: tuple[str, ...], statements: str
) -> None:
    """Runs a program with statements on its input: passwords never enter argv."""
    binary = site.binaries[program]
    process = await asyncio.create_subprocess_exec(
        *(*_as_ordinary_user(site), str(binary.path), *flags),
        env={"PATH": "/usr/bin:/bin", "LC_ALL": "C", **binary.environment},
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await process.communicate(statements.encode())
    text = output.decode(errors="replace")
    # Single-user mode ends with 0 after statements that failed, too.
    if process.returncode != 0 or "ERROR:" in text or "FATAL:" in text:
        tail = "\n".join(text.splitlines()[-5:])
        raise errors.ComponentFailed(f"preparing PostgreSQL, {program} failed:\n{tail}")


def _as_ordinary_user(site: sites.Site) -> tuple[str, ...]:
    """Gives the words that let PostgreSQL run as root: it refuses user 0.

    In a user namespace of its own it is user 1000 and still owns root's files, so
    that no user has to be created and no folder given away.
    """
    if not site.is_root:
        return ()
    unshare = shutil.which("unshare")
    if unshare is None:
        raise errors.ComponentMissing(
            "PostgreSQL does not run as root, and `unshare` (util-linux) is not here:"
            " run as an ordinary user, or install util-linux"
        )
    return (unshare, "--user", "--map-user=1000", "--map-group=1000")
