"""What a verification says: five lines, and the evidence behind each."""

import enum
from dataclasses import dataclass, replace

__all__ = [
    "Check",
    "Evidence",
    "Report",
    "State",
    "Subject",
    "failed",
    "not_checked",
    "passed",
]


class State(enum.Enum):
    """How a check or a piece of evidence came out; the value is the word in JSON."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_CHECKED = "not_checked"


class Subject(enum.Enum):
    """The guide's five lines: the name of each, and what it claims."""

    PROMETHEUS = ("Prometheus", "healthy")
    GRAFANA = ("Grafana", "healthy")
    ALERTMANAGER = ("Alertmanager", "healthy")
    DASHBOARDS = ("All dashboards", "loaded")
    ALERTS = ("All alerts", "configured")

    @property
    def title(self) -> str:
        """The subject's name."""
        return self.value[0]

    @property
    def claim(self) -> str:
        """What holds of the subject when its check has passed."""
        return self.value[1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One thing that was looked at, or could not be.

    Attributes:
        text: a figure when it passed, otherwise the reason.
        is_figure: whether the check's own line shows it, not only the evidence.
    """

    state: State
    text: str
    is_figure: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One of the five lines; it holds when all of its evidence holds."""

    subject: Subject
    evidence: tuple[Evidence, ...]

    @property
    def state(self) -> State:
        """Failed if anything failed; not checked if anything, or all, was not."""
        states = {one.state for one in self.evidence}
        if State.FAILED in states:
            return State.FAILED
        return State.PASSED if states == {State.PASSED} else State.NOT_CHECKED

    @property
    def figure(self) -> str:
        """The figures that passed, joined by commas; may be empty."""
        return ", ".join(
            one.text
            for one in self.evidence
            if one.state is State.PASSED and one.is_figure
        )

    @property
    def reason(self) -> str:
        """Why the check did not pass; empty when it did."""
        if self.state is State.PASSED:
            return ""
        reasons = [one.text for one in self.evidence if one.state is self.state]
        return "; ".join(reasons) or "nothing was looked at"


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A whole verification, in the order of `Subject`."""

    checks: tuple[Check, ...]

    def with_evidence(
        self, subject: Subject, evidence: tuple[Evidence, ...]
    ) -> "Report":
        """Gives the report with more evidence behind one of its lines."""
        return Report(
            checks=tuple(
                replace(check, evidence=(*check.evidence, *evidence))
                if check.subject is subject
                else check
                for check in self.checks
            )
        )

    @property
    def is_ok(self) -> bool:
        """Whether everything was checked and passed: not checked is never passed."""
        return all(check.state is State.PASSED for check in self.checks)

    @property
    def has_failed(self) -> bool:
        """Whether anything was checked and did not pass."""
        return any(check.state is State.FAILED for check in self.checks)


def passed(text: str, *, is_figure: bool = False) -> Evidence:
    """Gives evidence that holds, with its figure."""
    return Evidence(state=State.PASSED, text=text, is_figure=is_figure)


def failed(reason: str) -> Evidence:
    """Gives evidence against, with its reason."""
    return Evidence(state=State.FAILED, text=reason)


def not_checked(reason: str) -> Evidence:
    """Gives what could not be looked at, with the reason."""
    return Evidence(state=State.NOT_CHECKED, text=reason)
