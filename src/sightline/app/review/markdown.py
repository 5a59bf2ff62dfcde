"""A review as Markdown: for a pull request, a wiki or a mail."""

from collections.abc import Iterator

from sightline.app.review import history, running, times
from sightline.review import reports

__all__ = ["render"]


def render(outcome: running.Outcome) -> str:
    """Gives the whole review."""
    report = outcome.report
    return "\n".join([*_head(outcome), *_sections(report, outcome)]) + "\n"


def _head(outcome: running.Outcome) -> Iterator[str]:
    report, change = outcome.report, outcome.change
    start = times.write(report.start, report.time_zone)
    end = times.write(report.end, report.time_zone)
    yield f"# {report.organisation}: {report.cadence.value} review of monitoring"
    yield ""
    yield f"{start} to {end}, {report.time_zone}."
    yield ""
    yield from (f"- **{one.title}**: {one.summary}" for one in report.sections)
    if change.since is not None:
        last = times.write(change.since, report.time_zone)
        counts = f"{len(change.new)} new, {len(change.done)} done"
        yield f"- Since the last review ({last}): {counts}"
        yield from (f"  - done: {text}" for text in change.done)
    yield ""


def _sections(report: reports.Report, outcome: running.Outcome) -> Iterator[str]:
    for section in report.sections:
        yield f"## {section.title}"
        yield ""
        yield section.summary
        yield ""
        yield from _trends(outcome.trend.get(section.name, {}))
        yield from _findings(section, outcome.change.new)
        for table in section.tables:
            if table.rows:
                yield from _table(table)
        if section.unknown:
            yield "Not measured:"
            yield ""
            yield from (f"- {one.subject}: {one.reason}" for one in section.unknown)
            yield ""
        yield f"Source: {section.source}."
        yield ""


def _trends(trends: history.FigureTrends) -> Iterator[str]:
    for name, numbers in trends.items():
        *before, now = [one for one in numbers if one is not None]
        if before:
            yield f"- {name}: {' → '.join(f'{one:g}' for one in (*before, now))}"
    if any(one is not None for numbers in trends.values() for one in numbers[:-1]):
        yield ""


def _findings(section: reports.Section, new: frozenset[str]) -> Iterator[str]:
    if not section.found:
        yield "Nothing to do."
        yield ""
        return
    for one in section.found:
        mark = "**new** " if one.identity in new else ""
        source = f" (source: {one.source})" if one.source else ""
        yield f"- {mark}**{_cell(one.subject)}** {one.problem}: {one.evidence}{source}."
        yield f"  Owner: {one.owner}. Next: {one.next_step}."
        if one.diff:
            yield ""
            yield "  ```diff"
            yield from (f"  {line}" for line in one.diff.splitlines())
            yield "  ```"
    yield ""


def _table(table: reports.Table) -> Iterator[str]:
    yield f"### {table.title}"
    yield ""
    yield f"| {' | '.join(table.columns)} |"
    yield f"|{' --- |' * len(table.columns)}"
    for row in table.rows:
        yield f"| {' | '.join(map(_cell, row))} |"
    yield ""
    if table.source:
        yield f"Source: {table.source}."
        yield ""


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
