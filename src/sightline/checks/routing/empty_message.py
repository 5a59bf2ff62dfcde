"""A notification is made of something that its alerts do not have.

Why: a template that reads an absent annotation writes nothing. The page arrives, and
it is empty. `CommonAnnotations` is empty too as soon as one alert of a group lacks it.

Bad, with an alert without `summary` on the way to it::

    pagerduty_configs:
      - description: "{{ .CommonAnnotations.summary }}"

Good: give every alert a summary, or test for it::

    description: >-
      {{ with .CommonAnnotations.summary }}{{ . }}{{ else }}{{ .GroupLabels }}{{ end }}
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Final

from sightline.checks import declarations, go_templates, subjects
from sightline.checks.routing import label_values
from sightline.formats import alertmanager_config, texts
from sightline.model import findings

__all__ = ["CHECK", "find"]

_SHOWN: Final = 3


def find(subject: subjects.Subject) -> Iterator[declarations.Problem]:
    """Gives templates of receivers that read what alerts on the way to them lack."""
    for config in subject.estate.alertmanagers:
        if config.route is None:
            continue
        arriving = _arriving(subject, config.route)
        routes = tuple(config.route.walk())
        for name, receiver in config.receivers.items():
            leading = [route for route in routes if route.receiver == name]
            for integration in receiver.integrations:
                for text in integration.settings.values():
                    yield from _absent_annotations(text, arriving[name])
                    yield from _absent_groups(text, leading)


def _arriving(
    subject: subjects.Subject, root: alertmanager_config.Route
) -> dict[str, list[subjects.Alert]]:
    """Gives the alerts that each receiver certainly gets."""
    arriving: defaultdict[str, list[subjects.Alert]] = defaultdict(list)
    walks = label_values.Walks(root)
    for one in label_values.routables(subject):
        reached = walks.outcomes(one) or ()
        if len(reached) == 1 and one.alert is not None:
            for receiver in dict.fromkeys(route.receiver for route in reached[0]):
                arriving[receiver].append(one.alert)
    return arriving


def _absent_annotations(
    text: texts.Text, alerts: Sequence[subjects.Alert]
) -> Iterator[declarations.Problem]:
    for reference in go_templates.references(text.text):
        if reference.holder != "CommonAnnotations" or reference.is_tested:
            continue
        lacking = [
            alert.name
            for alert in alerts
            if reference.name not in alert.rule.annotations
        ]
        if lacking:
            shown = ", ".join(lacking[:_SHOWN])
            more = len(lacking) - _SHOWN
            others = f" and {more} more" if more > 0 else ""
            yield declarations.Problem(
                span=text.place(reference.start, reference.end),
                message=f"expected the annotation {reference.name!r} on every alert "
                f"that is sent here, found none on {shown}{others}",
                hint="add it, or test for it with `if` or `with`",
            )


def _absent_groups(
    text: texts.Text, routes: Sequence[alertmanager_config.Route]
) -> Iterator[declarations.Problem]:
    for reference in go_templates.references(text.text):
        if reference.holder != "GroupLabels" or reference.is_tested:
            continue
        for route in routes:
            if {reference.name, "..."} & set(route.timing.group_by):
                continue
            yield declarations.Problem(
                span=text.place(reference.start, reference.end),
                message=f"expected {reference.name!r} among the labels that the route "
                f"in {route.span} groups by, found "
                f"{', '.join(route.timing.group_by) or 'none'}",
                hint=f"add {reference.name!r} to `group_by`, or read `CommonLabels`",
            )
            break


CHECK: Final = declarations.Check(
    name="empty-message",
    summary="a notification made of something that its alerts do not have",
    severity=findings.FindingSeverity.WARNING,
    find=find,
)
