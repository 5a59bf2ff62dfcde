"""What the labels of an alert can be when Alertmanager looks at them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sightline.checks import subjects
from sightline.formats import alertmanager_config, matchers

__all__ = ["Routable", "Walks", "routable", "routables"]

_MOST_OUTCOMES = 64


@dataclass(frozen=True, slots=True)
class Routable:
    """An alert as Alertmanager sees it.

    Attributes:
        alert: `None` for one that stands for any with these labels.
        labels: those whose value is certain; an empty one is certainly not there.
        is_closed: there are no others.
    """

    alert: subjects.Alert | None
    labels: Mapping[str, str]
    is_closed: bool = False

    def judge(self, conditions: Iterable[matchers.Matcher]) -> bool | None:
        """Says whether it meets all conditions; `None` when nobody knows."""
        verdict: bool | None = True
        for condition in conditions:
            is_told = condition.label in self.labels or self.is_closed
            if not is_told or not condition.is_known:
                verdict = None
            elif not condition.matches(self.labels):
                return False
        return verdict


def routables(subject: subjects.Subject) -> tuple[Routable, ...]:
    """Gives every alert as Alertmanager sees it."""
    return tuple(routable(alert, subject) for alert in subject.alerts)


def routable(alert: subjects.Alert, subject: subjects.Subject) -> Routable:
    """Gives an alert with the labels of its file, its server and its expression."""
    external = {} if subject.server is None else subject.server.external_labels
    everywhere = {
        name: text.text for name, text in external.items() if "$" not in text.text
    }
    written = {*alert.group.labels, *alert.rule.labels}
    inferred = {
        name: text
        for name, text in subject.certain_labels(alert).items()
        if name not in written
    }
    return Routable(alert, {**everywhere, **inferred, **alert.labels})


class Walks:
    """The ways of alerts through one tree, each walked once.

    Alerts that agree in every label that routes look at go the same way.
    """

    def __init__(self, root: alertmanager_config.Route) -> None:
        self._root = root
        self._labels = frozenset(
            condition.label for route in root.walk() for condition in route.matchers
        )
        self._known: dict[frozenset[tuple[str, str]], _Outcomes] = {}

    def outcomes(self, alert: Routable) -> "_Outcomes":
        """Gives the sets of routes that may send an alert; one when all is certain.

        `None` when there are too many.
        """
        key = frozenset(
            (name, text) for name, text in alert.labels.items() if name in self._labels
        )
        if key not in self._known:
            self._known[key] = _walk(self._root, alert)
        return self._known[key]


def _walk(route: alertmanager_config.Route, alert: Routable) -> "_Outcomes":
    verdict = alert.judge(route.matchers)
    if verdict is False:
        return ((),)
    open_, closed = [()], []  # type: tuple[list[_Routes], list[_Routes]]
    for child in route.routes:
        below = _walk(child, alert)
        if below is None or len(below) * len(open_) + len(closed) > _MOST_OUTCOMES:
            return None
        extended = [(before, after) for before in open_ for after in below]
        open_ = [
            before + after for before, after in extended if not after or child.continues
        ]
        closed += [
            before + after
            for before, after in extended
            if after and not child.continues
        ]
    reached = {found or (route,) for found in (*open_, *closed)}
    if verdict is None:
        reached.add(())
    return tuple(sorted(reached, key=lambda routes: [one.span for one in routes]))


_Routes = tuple[alertmanager_config.Route, ...]
_Outcomes = tuple[_Routes, ...] | None
