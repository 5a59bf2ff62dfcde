"""Lists of bad networks, and countries: files that are read again when they change."""

import csv
import importlib
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from sightline import errors
from sightline.collectors.events import addresses, ranges

__all__ = ["UNKNOWN", "Health", "Lookups", "Networks"]

UNKNOWN: Final = "unknown"
"""The country of an address that nobody knows, or of something that is none."""
_NETWORK_COLUMNS: Final = (1, 2)
_COUNTRY_LETTERS: Final = 2


class Networks(Protocol):
    """What knows something about addresses."""

    def find(self, address: addresses.Address) -> str | None:
        """Gives what is known about an address."""


@dataclass(frozen=True, slots=True)
class Health:
    """How a file of networks is doing.

    Attributes:
        entries: that are in use; those of the last good version, if it is bad now.
        changed: Unix seconds of the version in use; `None` without one.
        problem: why the present version is not in use, in words; empty if it is.
    """

    entries: int
    changed: float | None
    problem: str


class Lookups:
    """The lists of networks and the countries that an event source asks.

    Args:
        find_lists: gives the files of the lists there are now; each list has the name
            of its file, without the suffix.
        countries: a CSV file or a MaxMind database.
    """

    def __init__(
        self, find_lists: Callable[[], Iterable[Path]], countries: Path | None
    ) -> None:
        self._find_lists = find_lists
        self._lists: dict[str, _File] = {}
        self._countries = (
            None if countries is None else _File(countries, _read_countries)
        )
        self.refresh()

    def refresh(self) -> bool:
        """Reads what is new or has changed; tells whether anything has."""
        found = {path.stem: path for path in self._find_lists()}
        gone = self._lists.keys() - found.keys()
        for name in gone:
            del self._lists[name]
        for name, path in found.items():
            if name not in self._lists:
                self._lists[name] = _File(path, _read_list)
        files = [*self._lists.values()]
        if self._countries is not None:
            files.append(self._countries)
        # Every file is looked at, also after one that has changed.
        changed = [file.refresh() for file in files]
        return bool(gone) or any(changed)

    def lists_of(self, address: addresses.Address) -> tuple[str, ...]:
        """Gives the names of the lists that an address is on."""
        return tuple(
            name
            for name, file in self._lists.items()
            if file.networks.find(address) is not None
        )

    def country_of(self, address: addresses.Address) -> str:
        """Gives two letters in capitals, or `UNKNOWN`."""
        if self._countries is None:
            return UNKNOWN
        return self._countries.networks.find(address) or UNKNOWN

    def health(self) -> Iterator[tuple[str, Health]]:
        """Gives the state of every file, the countries under `countries`."""
        for name, file in self._lists.items():
            yield name, file.health
        if self._countries is not None:
            yield "countries", self._countries.health


class _File:
    """One file, its networks as they were when it was last good."""

    def __init__(self, path: Path, read: Callable[[Path], "_Loaded"]) -> None:
        self._path = path
        self._read = read
        self._seen: tuple[int, int, int] | None = None
        self.networks: Networks = ranges.RangeTable[str](())
        self.health = Health(0, None, "not read yet")

    def refresh(self) -> bool:
        try:
            status = self._path.stat()
            version = status.st_mtime_ns, status.st_size, status.st_ino
            if version == self._seen:
                return False
            loaded = self._read(self._path)
        except (OSError, ValueError, errors.EnvironmentFailed) as error:
            self._seen = None  # it may be mended without a new time
            self.health = Health(
                self.health.entries, self.health.changed, _describe(error)
            )
            return False
        self._seen = version
        self.networks = loaded.networks
        self.health = Health(loaded.entries, status.st_mtime, "")
        return True


@dataclass(frozen=True, slots=True)
class _Loaded:
    networks: Networks
    entries: int


def _read_list(path: Path) -> _Loaded:
    """Reads one network or address a line; what follows `#` or `;` is a comment.

    Raises:
        ValueError: a line is neither; the list is then not used at all.
    """
    found: list[ranges.Range[str]] = []
    for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
        words = line.split("#", 1)[0].split(";", 1)[0].split()
        if words:
            try:
                found.append(ranges.parse_network(words[0], path.stem))
            except ValueError as error:
                raise ValueError(
                    f"line {number}: expected a network, found {words[0]!r}"
                ) from error
    return _Loaded(ranges.RangeTable[str](found), len(found))


def _read_countries(path: Path) -> _Loaded:
    if path.suffix == ".mmdb":
        return _open_database(path)
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.reader(file)
        found = [_country_range(row, rows.line_num) for row in rows if row]
    return _Loaded(ranges.RangeTable[str](found), len(found))


def _country_range(row: Sequence[str], line: int) -> ranges.Range[str]:
    """Reads `first,last,US` or `network,US`.

    Raises:
        ValueError: the row is something else.
    """
    *networks, country = (column.strip() for column in row)
    try:
        found = [ranges.parse_network(text, country.upper()) for text in networks]
    except ValueError:
        found = []
    if len(country) != _COUNTRY_LETTERS or len(found) not in _NETWORK_COLUMNS:
        raise ValueError(
            f"line {line}: expected first,last,country or network,country,"
            f" found {','.join(row)!r}"
        )
    first, last = found[0], found[-1]
    return ranges.Range(first.version, first.first, last.last, first.meaning)


class _Reader(Protocol):
    """What `maxminddb.open_database` gives."""

    def get(self, ip_address: str) -> object:
        """Gives the record of an address."""


class _Database:
    """A MaxMind database; looked up by the library of that name."""

    def __init__(self, reader: _Reader) -> None:
        self._reader = reader

    def find(self, address: addresses.Address) -> str | None:
        """Gives the country code of an address: where it is, or else is registered."""
        record = self._reader.get(addresses.write_address(address))
        if not isinstance(record, dict):
            return None
        country = record.get("country") or record.get("registered_country")
        code = country.get("iso_code") if isinstance(country, dict) else country
        return code if isinstance(code, str) else None


def _open_database(path: Path) -> _Loaded:
    try:
        library = importlib.import_module("maxminddb")
    except ImportError as error:
        raise errors.ComponentMissing(
            "a .mmdb file needs the package maxminddb; install it, or give a CSV file"
        ) from error
    try:
        # A copy, for it is mapped into memory: the pages of a file that is overwritten
        # where it stands would be gone beneath its reader.
        with tempfile.TemporaryDirectory(prefix="sightline-countries-") as folder:
            reader = library.open_database(shutil.copy(path, folder))
    except OSError:
        raise
    except Exception as error:
        # Its own class of error is only known where the package is.
        raise ValueError(f"not a MaxMind database: {error}") from error
    return _Loaded(_Database(reader), int(reader.metadata().node_count))


def _describe(error: Exception) -> str:
    if isinstance(error, OSError):
        return error.strerror or type(error).__name__
    return str(error)
