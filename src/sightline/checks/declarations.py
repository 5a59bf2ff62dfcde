"""What a check is: a name, a weight, and a function from the files to problems."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sightline.checks import subjects
from sightline.model import findings, spans

__all__ = ["Check", "Precision", "Problem"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Precision:
    """How often a check was right about files that nobody had adapted to it.

    Attributes:
        judged: how many different findings in the collections of
            `docs/checks/README.md` were judged: all, or 50 chosen at random.
        right: how many of them say what is so, and is a defect or a risk.
    """

    judged: int
    right: int

    @property
    def ratio(self) -> float:
        """The share that is right."""
        return self.right / self.judged


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Something wrong at a place; the check that saw it gives it name and severity.

    Attributes:
        message: what was expected and what was found.
        hint: what to do.
        edits: what would mend it, where that is mechanical and safe.
    """

    span: spans.Span
    message: str
    hint: str = ""
    edits: tuple[findings.Edit, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One check.

    It is pure: the same files and the same policy give the same problems.

    Attributes:
        name: stable; `docs/checks/NAME.md` is its page.
        summary: what it finds, as one phrase.
        severity: of all its findings.
        is_default: it runs unless it is switched off. Those that are not have too
            many false alarms on files that nobody has adapted to them.
        find: looks at the files.
        precision: `None` where it found nothing in public collections.
    """

    name: str
    summary: str
    severity: findings.FindingSeverity
    find: Callable[[subjects.Subject], Iterator[Problem | findings.NotChecked]]
    is_default: bool = True
    precision: Precision | None = None

    def run(
        self, subject: subjects.Subject
    ) -> Iterator[findings.Finding | findings.NotChecked]:
        """Gives what it finds, with its name and severity."""
        for problem in self.find(subject):
            if isinstance(problem, findings.NotChecked):
                yield problem
            else:
                yield findings.Finding(
                    check=self.name,
                    severity=self.severity,
                    span=problem.span,
                    message=problem.message,
                    hint=problem.hint,
                    edits=problem.edits,
                )
