"""An alert points to a runbook that is not there.

Why: the link is followed at three in the morning, and leads to "not found". Runbooks
move and are renamed; nothing else looks at the links before that.

Bad, where `docs/runbooks/` has no `high-error-rat.md`::

    runbook_url: https://docs.example.com/runbooks/high-error-rat

Good::

    runbook_url: https://docs.example.com/runbooks/high-error-rate

It looks where somebody says which pages there are: the spec, or `runbooks` in
`sightline-check.yaml`, a list of patterns such as `docs/runbooks/*.md`.
"""

from collections.abc import Iterator
from typing import Final

from sightline.checks import declarations, subjects
from sightline.formats import reporting
from sightline.model import findings

__all__ = ["CHECK", "find"]

_LINKS: Final = ("runbook_url", "runbook")


def find(subject: subjects.Subject) -> Iterator[declarations.Problem]:
    """Gives links whose last part is the name of no page."""
    pages = subject.policy.runbooks
    if pages is None:
        return
    for alert in subject.alerts:
        for name in _LINKS:
            link = alert.rule.annotations.get(name)
            if link is None or not link.text.strip() or "{{" in link.text:
                continue
            page = _page(link.text)
            if page not in pages:
                yield declarations.Problem(
                    span=link.span,
                    message=f"expected a link to a runbook, found {page!r}, which is "
                    "none",
                    hint=reporting.suggest(page, pages, plural="runbooks"),
                )


def _page(link: str) -> str:
    """Gives the last part of an address, without suffix, query and fragment."""
    path = link.strip().partition("?")[0]
    bare, _, fragment = path.partition("#")
    last = bare.rstrip("/").rpartition("/")[2]
    return last.removesuffix(".md").removesuffix(".html") or fragment


CHECK: Final = declarations.Check(
    name="missing-runbook",
    summary="a link to a runbook that is not there",
    severity=findings.FindingSeverity.WARNING,
    find=find,
)
