"""The note that a server's samples are partly generated, and what follows from it."""

from pathlib import Path
from typing import Final

from sightline.model import units

__all__ = ["note_days", "retention_of"]

_NOTE: Final = "generated-history-days"
_ROOM_DAYS: Final = 10


def note_days(folder: Path, days: int) -> None:
    """Notes in a server's data folder that it begins with so many generated days."""
    (folder / _NOTE).write_text(str(days), encoding="ascii")


def retention_of(folder: Path, configured: units.Duration) -> units.Duration:
    """Gives how long a server must keep its samples: longer with a generated past."""
    note = folder / _NOTE
    if not note.exists():
        return configured
    days = int(note.read_text(encoding="ascii")) + _ROOM_DAYS
    return max(configured, units.Duration.parse(f"{days}d"))
