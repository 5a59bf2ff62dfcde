"""What a proof says of an alert: claim by claim, and in one word."""

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sightline.model import spans

__all__ = [
    "Claim",
    "Finding",
    "Fired",
    "Proof",
    "Report",
    "Routing",
    "Survivor",
    "Verdict",
]


class Verdict(enum.Enum):
    """The one word; the value is what reports print."""

    PROVEN = "proven"
    REFUTED = "refuted"
    NOT_PROVEN = "not_proven"


class Claim(enum.Enum):
    """What is claimed of every alert; the value is the word of reports."""

    FIRES = "fires"
    SILENT = "silent"
    CLEARS = "clears"
    WAITS = "waits"
    KEEPS = "keeps"
    TEXTS = "texts"
    OUTAGE = "outage"
    ZERO = "zero"


@dataclass(frozen=True, slots=True)
class Finding:
    """A claim that does not hold, and why."""

    claim: Claim
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fired:
    """An alert as the engine fired it.

    Attributes:
        fixed: the names of labels that the rule itself sets; others vary.
    """

    alert: str
    labels: Mapping[str, str]
    annotations: Mapping[str, str]
    fixed: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """The outcome for one alerting rule.

    Attributes:
        broken: claims that the engine refuted; empty when it is proven.
        unshown: why it is not proven, when nothing is refuted either.
        fires: an input was found that fires it on the engine.
        fired: what it then sends; `None` when it did not fire.
        boundaries: comparisons shown to decide, on both sides.
        comparisons: how many there are.
        stated: what it does when its series are lost, late or restarted, in words.
    """

    alert: str
    span: spans.Span
    broken: tuple[Finding, ...] = ()
    unshown: str = ""
    fires: bool = False
    fired: Fired | None = None
    boundaries: int = 0
    comparisons: int = 0
    stated: tuple[tuple[str, str], ...] = ()

    @property
    def verdict(self) -> Verdict:
        """The one word."""
        if self.broken:
            return Verdict.REFUTED
        return Verdict.NOT_PROVEN if self.unshown else Verdict.PROVEN

    @property
    def reason(self) -> str:
        """Why it is not proven; empty when it is."""
        if self.broken:
            return "; ".join(finding.reason for finding in self.broken)
        return self.unshown


@dataclass(frozen=True, slots=True, kw_only=True)
class Survivor:
    """A mutant that no scenario told from the alert itself.

    Attributes:
        equivalent: why it can differ in nothing; empty where it can.
    """

    alert: str
    span: spans.Span
    change: str
    equivalent: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Routing:
    """The receivers that an alert reaches, and what was promised of it."""

    alert: str
    labels: tuple[tuple[str, str], ...]
    receivers: tuple[str, ...]
    channels: tuple[str, ...]
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Everything that a run of proofs says.

    Attributes:
        mutants: how many were made; 0 when none were asked for.
        equivalent: those that can differ in nothing, by a rule that is written down.
        messages: what is wrong with the texts that receivers send.
        notes: figures that go with the alerts, such as those of objectives.
    """

    proofs: tuple[Proof, ...]
    mutants: int = 0
    survivors: tuple[Survivor, ...] = ()
    equivalent: tuple[Survivor, ...] = ()
    routings: tuple[Routing, ...] = ()
    messages: tuple[str, ...] = ()
    not_checked: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def of(self, verdict: Verdict) -> Sequence[Proof]:
        """Gives the alerts with that verdict."""
        return [proof for proof in self.proofs if proof.verdict is verdict]

    @property
    def is_ok(self) -> bool:
        """Whether everything that was asked for is proven."""
        return (
            not self.of(Verdict.REFUTED)
            and not self.of(Verdict.NOT_PROVEN)
            and not any(one.problem for one in self.routings)
            and not self.messages
        )
