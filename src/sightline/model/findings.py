"""What a check says: a finding with its place, or that it could not look."""

import enum
from dataclasses import dataclass

from sightline.model import spans

__all__ = ["Edit", "Finding", "FindingSeverity", "NotChecked"]


class FindingSeverity(enum.IntEnum):
    """How bad a finding is; larger is worse, so levels can be compared."""

    INFO = 1
    WARNING = 2
    ERROR = 3

    @property
    def label(self) -> str:
        """The word that reports use, in lower case."""
        return self.name.lower()


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """A mechanical change to a file: what stands at `span` becomes `replacement`."""

    span: spans.Span
    replacement: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One mistake of a user, with its place and what to do about it.

    Attributes:
        check: the stable name of the check, such as `spec/duration`.
        message: what was expected and what was found.
        hint: what to do; empty when the message says it all.
        edits: what would mend it, where that is mechanical and safe.
    """

    check: str
    severity: FindingSeverity
    span: spans.Span
    message: str
    hint: str = ""
    edits: tuple[Edit, ...] = ()

    def __str__(self) -> str:
        """Writes the one-line form; the hint follows on a line of its own."""
        line = f"{self.span}: {self.severity.label}: {self.message} [{self.check}]"
        return f"{line}\n    {self.hint}" if self.hint else line


@dataclass(frozen=True, slots=True, kw_only=True)
class NotChecked:
    """Something that was not looked at, and why: never the same as passed."""

    subject: str
    reason: str
