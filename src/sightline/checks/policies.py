"""What an estate promises and has: what no rule file says of itself.

For a spec all of it comes from the model. For files of any other origin it stands in
a small file, `sightline-check.yaml`; without one, checks that need it say so.
"""

import datetime as dt
import fnmatch
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from sightline.formats import composing, fields, reporting, texts
from sightline.model import findings, units
from sightline.promql import catalogue

__all__ = [
    "FILE",
    "PLAIN",
    "Elsewhere",
    "Policy",
    "Promise",
    "Waiver",
    "read",
    "usual_order",
    "with_label",
]

FILE: Final = "sightline-check.yaml"

_ORDERS: Final[Mapping[str, tuple[str, ...]]] = {
    "priority": ("P0", "P1", "P2", "P3", "P4", "P5"),
    "severity": ("page", "critical", "error", "major", "warning", "minor", "info"),
}
"""The two labels that estates use, with their usual values, the most urgent first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """What is promised of alerts of one priority.

    Attributes:
        channels: kinds of integrations that they must reach, and no others.
        within: the longest time from the fault to the notification.
        counts_pending: the alert's own `for` is part of that time.
    """

    channels: frozenset[str] | None = None
    within: units.Duration | None = None
    counts_pending: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiver:
    """Findings that are known and borne for a while.

    Attributes:
        check: the name of the check; a pattern such as `*` too.
        files: a pattern of paths.
        until: the last day; afterwards they are findings again.
    """

    check: str
    files: str
    until: dt.date
    reason: str

    def covers(self, finding: findings.Finding, today: dt.date) -> bool:
        """Whether a finding is borne today."""
        return (
            today <= self.until
            and fnmatch.fnmatchcase(finding.check, self.check)
            and fnmatch.fnmatchcase(finding.span.file, self.files)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What checks know beside the files.

    Attributes:
        priority_label: the label that says how urgent an alert is; `None` lets the
            alerts show which of the usual ones they have.
        order: its values, the most urgent first.
        promises: by the value of that label.
        channels_of: by the name of an alert, where it is promised other channels.
        scrape_interval, retention: where no Prometheus configuration says them.
        series: the most series that one rule may make.
        samples: the most samples that one evaluation of one rule may read.
        metrics: what is known of metrics.
        is_complete: a metric that is not among `metrics` does not exist.
        runbooks: the pages that exist, by their name without suffix; `None` when
            nobody knows.
        enabled, disabled: names of checks.
        exceptions: findings that are borne for a while.

    """

    priority_label: str | None = None
    order: tuple[str, ...] = ()
    promises: Mapping[str, Promise] = field(default_factory=dict)
    channels_of: Mapping[str, frozenset[str]] = field(default_factory=dict)
    scrape_interval: units.Duration | None = None
    retention: units.Duration | None = None
    series: int | None = None
    samples: int | None = None
    metrics: catalogue.Catalogue = catalogue.EMPTY
    is_complete: bool = False
    runbooks: frozenset[str] | None = None
    enabled: frozenset[str] = frozenset()
    disabled: frozenset[str] = frozenset()
    exceptions: tuple[Waiver, ...] = ()

    def rank(self, label: str, urgency: str) -> int | None:
        """Gives the place of an urgency, 0 for the most urgent; `None` if unknown."""
        order = self.order if label == self.priority_label else _ORDERS.get(label, ())
        return order.index(urgency) if urgency in order else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Elsewhere:
    """Files that a policy names: patterns of paths, from its own folder.

    Attributes:
        pages: saved pages of `/metrics`.
        runbooks: the pages that alerts point to.
    """

    pages: tuple[texts.Text, ...] = ()
    runbooks: tuple[texts.Text, ...] = ()


PLAIN: Final = Policy()
"""Nothing is known beside the files."""


def read(
    source: texts.Source, reporter: reporting.Reporter, checks: Collection[str]
) -> tuple[Policy, Elsewhere]:
    """Gives the policy in a file, and what else it says to read.

    Args:
        source: the file.
        reporter: hears what is wrong with it.
        checks: the names of all checks.
    """
    node = composing.compose(source, reporter, composing.SPEC)
    if node is None:
        return PLAIN, Elsewhere()
    top = fields.Fields(node, source, reporter, what="a policy of checks")
    priority = top.inner("priority", what="`priority`")
    promises = top.inner("promises", what="`promises`")
    alerts = top.inner("alerts", what="`alerts`")
    budgets = top.inner("budgets", what="`budgets`")
    policy = Policy(
        priority_label=_word(priority.text("label")) if priority else None,
        order=_words(priority.list_of_texts("order")) if priority else (),
        promises=dict(_read_promises(promises)) if promises else {},
        channels_of={
            name: promise.channels
            for name, promise in (_read_promises(alerts) if alerts else ())
            if promise.channels is not None
        },
        scrape_interval=_content(top.duration("scrape_interval")),
        retention=_content(top.duration("retention")),
        series=_number(budgets.whole("series")) if budgets else None,
        samples=_number(budgets.whole("samples")) if budgets else None,
        enabled=_read_names(top, "enable", checks, reporter),
        disabled=_read_names(top, "disable", checks, reporter),
        exceptions=tuple(_read_exceptions(top, reporter)),
    )
    metrics = top.inner("metrics", what="`metrics`")
    pages = () if metrics is None else metrics.list_of_texts("pages")
    runbooks = top.list_of_texts("runbooks")
    is_complete = metrics is not None and metrics.flag("complete", default=False)
    for read_part in (top, priority, budgets, metrics):
        if read_part is not None:
            read_part.refuse_others()
    elsewhere = Elsewhere(pages=pages, runbooks=runbooks)
    return replace(policy, is_complete=is_complete), elsewhere


def _read_names(
    top: fields.Fields, key: str, checks: Collection[str], reporter: reporting.Reporter
) -> frozenset[str]:
    names = top.list_of_texts(key)
    for name in names:
        if name.text not in {*checks, "*"}:
            reporter.error(
                "unknown",
                name.span,
                f"expected the name of a check, found {name.text!r}",
                reporting.suggest(name.text, checks, plural="checks"),
            )
    return frozenset(_words(names))


def _read_promises(entry: fields.Fields) -> Iterable[tuple[str, Promise]]:
    for priority in entry.node.pairs:
        inner = entry.inner(priority, what="a promise")
        if inner is None:
            continue
        channels = inner.list_of_texts("channels")
        within = inner.duration("within")
        inner.refuse_others()
        yield (
            priority,
            Promise(
                channels=frozenset(_words(channels)) if "channels" in inner else None,
                within=_content(within),
            ),
        )


def _read_exceptions(
    top: fields.Fields, reporter: reporting.Reporter
) -> Iterable[Waiver]:
    for entry in top.each("ignore", what="an exception"):
        check, until = entry.require("check"), entry.require("until")
        reason, files = entry.require("reason"), entry.text("file")
        entry.refuse_others()
        if check is None or until is None or reason is None:
            continue
        try:
            day = dt.date.fromisoformat(until.text)
        except ValueError:
            reporter.error(
                "type",
                until.span,
                f"expected a day such as 2030-01-31 as 'until', found {until.text!r}",
            )
            continue
        yield Waiver(
            check=check.text,
            files="*" if files is None else files.text,
            until=day,
            reason=reason.text,
        )


def _word(text: texts.Text | None) -> str | None:
    return None if text is None else text.text


def _words(found: Iterable[texts.Text]) -> tuple[str, ...]:
    return tuple(text.text for text in found)


def _content(placed: texts.Placed[units.Duration] | None) -> units.Duration | None:
    return None if placed is None else placed.content


def _number(placed: texts.Placed[int] | None) -> int | None:
    return None if placed is None else placed.content


def with_label(policy: Policy, name: str) -> Policy:
    """Gives the policy in which `name` is the label that says how urgent alerts are."""
    return replace(policy, priority_label=name, order=_ORDERS.get(name, ()))


def usual_order(label: str) -> tuple[str, ...]:
    """Gives the usual values of a label that says how urgent, the most urgent first."""
    return _ORDERS.get(label, ())
