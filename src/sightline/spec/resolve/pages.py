"""Runbooks: pages of Markdown with the chapters that a paged person looks for."""

import re
from collections.abc import Collection, Mapping
from typing import Final

from sightline.formats import reporting
from sightline.model import names, runbooks, signals, spans
from sightline.spec import documents

__all__ = ["CHAPTERS", "resolve_runbooks"]

CHAPTERS: Final = ("Meaning", "First checks", "Likely causes", "Mitigation")

_TITLE: Final = re.compile(r"# (\S.*)")


def resolve_runbooks(
    sources: documents.Sources,
    levels: Mapping[str, signals.Level],
    reporter: reporting.Reporter,
    *,
    generated: Collection[names.AlertName] = (),
    every_level_known: bool,
) -> dict[str, runbooks.Runbook]:
    """Gives the runbooks by slug; reports those that are missing or without use.

    Args:
        sources: the pages.
        levels: the alerts that signals declare.
        reporter: takes the findings.
        generated: alerts that no signal declares; each has a page of its name.
        every_level_known: `levels` is complete.
    """
    slugs = {page.slug for page in sources.pages}
    used = {level.runbook for level in levels.values()}
    used.update(names.kebab_case(alert) for alert in generated)
    for level in levels.values():
        if level.runbook not in slugs:
            _report_missing(level, sources.directory, slugs, reporter)
    for page in sources.pages:
        if every_level_known and page.slug not in used:
            reporter.error(
                "runbook",
                spans.Span(file=page.file),
                f"expected an alert that uses the runbook {page.slug!r}, found none",
                _advice(page.slug, used - slugs),
            )
    return {
        page.slug: _runbook(page, page.text, reporter)
        for page in sources.pages
        if page.text is not None
    }


def _advice(slug: str, in_need: set[str]) -> str:
    near = reporting.suggest(slug, in_need)
    if "did you mean" in near:
        return near
    return "remove the file, or add `runbook: …` to a level"


def _report_missing(
    level: signals.Level,
    directory: str,
    slugs: set[str],
    reporter: reporting.Reporter,
) -> None:
    file = f"{directory}/runbooks/{level.runbook}.md"
    near = reporting.suggest(level.runbook, slugs)
    is_written_otherwise = level.runbook != names.kebab_case(level.alert)
    did_you_mean = near if is_written_otherwise and "did you mean" in near else ""
    reporter.error(
        "runbook",
        level.span,
        f"expected the runbook of {level.alert!r} in {file}, found no such file",
        did_you_mean or f"write it with the chapters {', '.join(CHAPTERS)}",
    )


def _runbook(
    page: documents.Page, text: str, reporter: reporting.Reporter
) -> runbooks.Runbook:
    first, _, rest = text.replace("\r\n", "\n").partition("\n")
    span, match = spans.Span(file=page.file), _TITLE.fullmatch(first.rstrip())
    if not names.SLUG.fullmatch(page.slug):
        reporter.error(
            "name",
            span,
            f"expected a file name in lower case with hyphens, found {page.slug!r}",
            "it becomes a part of the page's address",
        )
    if match is None:
        reporter.error(
            "runbook",
            span,
            f"expected a title such as '# Service down', found {first[:60]!r}",
            "begin the first line with '# '",
        )
    headings = {line[3:].strip() for line in rest.split("\n") if line.startswith("## ")}
    for chapter in CHAPTERS:
        if match is not None and chapter not in headings:
            reporter.error(
                "runbook",
                span,
                f"expected the chapter '## {chapter}', found none",
                f"every runbook has {', '.join(CHAPTERS)}",
            )
    title = match[1] if match else page.slug
    return runbooks.Runbook(
        slug=page.slug, title=title, text=rest.strip() + "\n", span=span
    )
