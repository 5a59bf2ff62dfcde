"""Programs, ready to be run: found, or fetched and verified.

The order: a path that was given → a folder that was given → PATH with a minimum
version → the program's origins, each from the cache or fetched.
"""

import asyncio
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sightline import errors
from sightline.clients import downloads
from sightline.stack.acquire import (
    catalogue,
    debian_index,
    pins,
    platforms,
    templates,
    trees,
    versions,
)

if TYPE_CHECKING:
    import httpx

__all__ = ["Binary", "Settings", "acquire", "find", "settings_from_environ"]

_BIN_PREFIX: Final = "SIGHTLINE_BIN_"
_BIN_DIR: Final = "SIGHTLINE_BIN_DIR"
_ACCEPT_EXPIRED: Final = "SIGHTLINE_ACCEPT_EXPIRED_INDEX"


@dataclass(frozen=True, slots=True, kw_only=True)
class Binary:
    """A program that can be started.

    Attributes:
        version: as the program or its package says it; empty when neither does.
        source: where it came from and what it was verified by, in words.
        environment: what it needs in its environment.
        share: the `share` folder beside the program's `bin`; `None` when the program
            stands alone.
    """

    name: str
    path: Path
    version: str
    source: str
    environment: Mapping[str, str] = field(default_factory=dict)
    share: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Where programs are looked for, and where fetched ones are kept.

    Attributes:
        given: explicit paths by program name; they are used or refused, never passed
            over.
        folders: looked into before PATH.
        search_path: the folders of PATH.
        environ: the environment in which candidates are asked for their version.
    """

    given: Mapping[str, Path]
    folders: tuple[Path, ...]
    search_path: tuple[Path, ...]
    cache: Path
    environ: Mapping[str, str]
    accept_expired_index: bool


def settings_from_environ(
    environ: Mapping[str, str],
    given: Mapping[str, Path],
    *,
    accept_expired_index: bool = False,
) -> Settings:
    """Reads the settings from environment variables; `given` goes before them."""
    named = {
        name: Path(environ[variable])
        for name in catalogue.PROGRAMS
        if (variable := _BIN_PREFIX + name.upper().replace("-", "_")) in environ
    }
    folder = environ.get(_BIN_DIR)
    search = environ.get("PATH", "").split(":")
    accept = environ.get(_ACCEPT_EXPIRED, "") not in {"", "0"}
    return Settings(
        given=named | dict(given),
        folders=(Path(folder),) if folder else (),
        search_path=tuple(Path(entry) for entry in search if entry),
        cache=_cache_folder(environ),
        environ=environ,
        accept_expired_index=accept_expired_index or accept,
    )


async def acquire(
    names: Iterable[str],
    settings: Settings,
    progress: trees.Progress = lambda *_: None,
    transport: "httpx.AsyncBaseTransport | None" = None,
) -> Mapping[str, Binary]:
    """Gives the named programs, looked for and fetched side by side.

    Raises:
        ComponentMissing: a program is nowhere to be had, or one that was given is
            unusable; all of those are named at once.
    """
    wanted = [_find_program(name) for name in names]
    async with downloads.Client(transport) as client:
        store = trees.Trees(
            client=client,
            cache=settings.cache,
            platform=platforms.observe_platform(),
            pinned=pins.load_pins(),
            index=debian_index.IndexSettings(
                accept_expired=settings.accept_expired_index, now=datetime.now(UTC)
            ),
            progress=progress,
        )
        results = await asyncio.gather(
            *(_acquire_one(program, settings, store) for program in wanted),
            return_exceptions=True,
        )
    return _collect(results)


async def find(name: str, settings: Settings) -> Binary | None:
    """Gives a program that was given or is installed; it is not fetched.

    Raises:
        ComponentMissing: the one that was given is unusable.
    """
    program = _find_program(name)
    return await _use_given(program, settings) or await _find_installed(
        program, settings
    )


def _collect(results: Iterable[Binary | BaseException]) -> Mapping[str, Binary]:
    found: dict[str, Binary] = {}
    failures: list[str] = []
    for result in results:
        match result:
            case Binary():
                found[result.name] = result
            case errors.EnvironmentFailed():
                failures.append(str(result))
            case _:
                raise result
    if failures:
        raise errors.ComponentMissing("\n".join(failures))
    return found


def _find_program(name: str) -> catalogue.Program:
    if name not in catalogue.PROGRAMS:
        known = ", ".join(catalogue.PROGRAMS)
        raise errors.InputError(f"unknown program {name!r}; expected one of: {known}")
    return catalogue.PROGRAMS[name]


async def _acquire_one(
    program: catalogue.Program, settings: Settings, store: trees.Trees
) -> Binary:
    binary = (
        await _use_given(program, settings)
        or await _find_installed(program, settings)
        or await _fetch(program, settings, store)
    )
    if program.name != "alertmanager":
        return binary
    path = await asyncio.to_thread(
        templates.relocate_templates, binary.path, settings.cache / "relocated"
    )
    return replace(binary, path=path)


async def _use_given(program: catalogue.Program, settings: Settings) -> Binary | None:
    path = settings.given.get(program.name)
    if path is None:
        return None
    if not _is_seen(path):
        raise errors.ComponentMissing(
            f"{program.name}: {path} is not a file that this user can see"
        )
    version = await _probe(program, path, settings)
    if not _is_recent(program, version):
        found = versions.render_version(version) or "no version"
        minimum = versions.render_version(program.minimum)
        raise errors.ComponentMissing(
            f"{program.name}: expected {minimum} or newer, found {found} at {path}"
        )
    return _installed(program, path, version, "given")


async def _find_installed(
    program: catalogue.Program, settings: Settings
) -> Binary | None:
    for path, source in _candidates(program, settings):
        version = await _probe(program, path, settings)
        if _is_recent(program, version):
            return _installed(program, path, version, source)
    return None


def _candidates(
    program: catalogue.Program, settings: Settings
) -> Iterator[tuple[Path, str]]:
    places = [(folder, "given folder") for folder in settings.folders]
    places += [(folder, "PATH") for folder in settings.search_path]
    for pattern in program.folders:
        matches = sorted(Path("/").glob(pattern.removeprefix("/")), reverse=True)
        places += [(folder, "installed") for folder in matches]
    for folder, source in places:
        for executable in program.executables:
            path = folder / executable
            if _is_seen(path):
                yield path, source


def _is_seen(path: Path) -> bool:
    """Whether a file is there, and in a folder that this user may look into."""
    try:
        return path.is_file()
    except OSError:
        return False


async def _fetch(
    program: catalogue.Program, settings: Settings, store: trees.Trees
) -> Binary:
    failures = []
    for origin in program.origins:
        try:
            unpacked = await store.provide(program, origin)
        except errors.FetchFailed as error:
            failures.append(str(error))
            continue
        if unpacked is not None:
            return await _fetched(program, origin, unpacked, settings)
    minimum = versions.render_version(program.minimum)
    tried = "; ".join(failures) or "nothing is offered for this platform"
    raise errors.ComponentMissing(
        f"{program.name} {minimum} or newer is not installed and cannot be fetched:"
        f" {tried}; install it, or give it with --bin {program.name}=PATH"
    )


async def _fetched(
    program: catalogue.Program,
    origin: catalogue.Origin,
    unpacked: trees.Unpacked,
    settings: Settings,
) -> Binary:
    path = unpacked.root / origin.path
    version = versions.parse_version(unpacked.version)
    if version is None:
        version = await _probe(program, path, settings)
    libraries = sorted(unpacked.root.glob("usr/lib/*-linux-gnu"))
    return Binary(
        name=program.name,
        path=path,
        version=versions.render_version(version),
        source=unpacked.source,
        environment={"LD_LIBRARY_PATH": str(libraries[0])} if libraries else {},
        share=_share(path),
    )


def _installed(
    program: catalogue.Program,
    path: Path,
    version: versions.Version | None,
    source: str,
) -> Binary:
    return Binary(
        name=program.name,
        path=path.absolute(),
        version=versions.render_version(version),
        source=f"{source}: {path}",
        share=_share(path),
    )


def _share(path: Path) -> Path | None:
    folder = path.resolve().parent.parent / "share"
    return folder if folder.is_dir() else None


async def _probe(
    program: catalogue.Program, path: Path, settings: Settings
) -> versions.Version | None:
    return await versions.probe_version(path, program.version_flag, settings.environ)


def _is_recent(program: catalogue.Program, version: versions.Version | None) -> bool:
    if version is None:
        return not program.prints_version
    return version >= program.minimum


def _cache_folder(environ: Mapping[str, str]) -> Path:
    if named := environ.get("SIGHTLINE_CACHE"):
        return Path(named)
    if base := environ.get("XDG_CACHE_HOME"):
        return Path(base, "sightline")
    return Path(environ.get("HOME", "~"), ".cache", "sightline").expanduser()
