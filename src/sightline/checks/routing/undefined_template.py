"""A receiver names a template that no template file defines.

Why: Alertmanager loads the configuration, and fails when the first alert is to be sent.

Bad::

    slack_configs: [{text: '{{ template "team.text" . }}'}]

Good: define it in a file that `templates:` names::

    {{ define "team.text" }}{{ .CommonAnnotations.summary }}{{ end }}
"""

import re
from collections.abc import Iterator
from typing import Final

from sightline.checks import declarations, go_templates, subjects
from sightline.formats import reporting
from sightline.model import findings

__all__ = ["CHECK", "find"]

_DEFINED: Final = re.compile(r"\{\{-?\s*(?:define|block)\s+\"([^\"]+)\"")
_NAMED: Final = re.compile(r"\s*template\s+\"(?P<name>[^\"]+)\"")
_BUILT_IN: Final = re.compile(r"__.*|\w+\.default\..*|email\..*")


def find(
    subject: subjects.Subject,
) -> Iterator[declarations.Problem | findings.NotChecked]:
    """Gives the names of templates that neither a file nor Alertmanager defines."""
    known = {
        name
        for source in subject.estate.templates
        for name in _DEFINED.findall(source.text)
    }
    for config in subject.estate.alertmanagers:
        if config.templates and not subject.estate.templates:
            yield findings.NotChecked(
                subject=config.file, reason="its template files were not given"
            )
            continue
        for receiver in config.receivers.values():
            for integration in receiver.integrations:
                for text in integration.settings.values():
                    for action in go_templates.actions(text.text):
                        named = _NAMED.match(action.body)
                        if named is None or named["name"] in known:
                            continue
                        if _BUILT_IN.fullmatch(named["name"]):
                            continue
                        start = action.start + named.start("name")
                        yield declarations.Problem(
                            span=text.place(start, start + len(named["name"])),
                            message="expected a template that is defined, found "
                            f"{named['name']!r}",
                            hint=reporting.suggest(
                                named["name"], known, plural="templates"
                            ),
                        )


CHECK: Final = declarations.Check(
    name="undefined-template",
    summary="a receiver names a template that no file defines",
    severity=findings.FindingSeverity.ERROR,
    find=find,
)
