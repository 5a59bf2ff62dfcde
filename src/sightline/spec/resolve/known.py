"""The names that a spec declares, for whatever refers to them."""

from collections.abc import Iterable
from dataclasses import dataclass

from sightline.model import spans
from sightline.spec import reporting

__all__ = ["Known"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """The declared names of one kind.

    Attributes:
        kind: what one of them is called in a message, such as `service`.
        is_complete: a name that is not here is a mistake; otherwise it may stand in
            a part of the spec that could not be read.
    """

    kind: str
    names: frozenset[str]
    is_complete: bool

    @classmethod
    def of(cls, kind: str, names: Iterable[str], *, is_complete: bool) -> "Known":
        """Gives the known names of a kind."""
        return cls(kind=kind, names=frozenset(names), is_complete=is_complete)

    def expect(self, name: str, span: spans.Span, reporter: reporting.Reporter) -> bool:
        """Says whether `name` is declared, and reports it when it should be."""
        if name in self.names:
            return True
        if self.is_complete:
            article = "an" if self.kind[0] in "aeiou" else "a"
            reporter.error(
                "reference",
                span,
                f"expected {article} {self.kind} that is declared, found {name!r}",
                reporting.suggest(name, self.names, plural=f"{self.kind}s"),
            )
        return False
