"""A review as one HTML page that needs nothing else: for screens and for paper."""

import html
from collections.abc import Iterator
from typing import Final

from sightline.app.review import plots, running, times
from sightline.review import reports

__all__ = ["render"]

_STYLE: Final = """
:root { color-scheme: light dark; --line: #8884; --quiet: #777; --mark: #b45309; }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto;
       padding: 0 1rem; }
h1 { font-size: 1.5rem; } h2 { margin-top: 2.5rem; border-top: 1px solid var(--line);
     padding-top: 1rem; } h3 { font-size: 1rem; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; }
th, td { text-align: left; padding: .25rem .5rem; border-bottom: 1px solid var(--line);
         vertical-align: top; overflow-wrap: anywhere; }
.quiet { color: var(--quiet); } .new { color: var(--mark); font-weight: 600; }
li { margin-bottom: .5rem; } figure { margin: 1rem 0; }
svg { width: 100%; height: auto; }
@media print { body { max-width: none; font-size: 11px; } h2 { break-before: page; }
               tr, li, figure { break-inside: avoid; } }
"""


def render(outcome: running.Outcome) -> str:
    """Gives the whole page."""
    report = outcome.report
    title = f"{report.organisation}: {report.cadence.value} review of monitoring"
    body = "\n".join([*_head(outcome), *_sections(report, outcome.change.new)])
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width">\n'
        f"<title>{_text(title)}</title>\n<style>{_STYLE}</style>\n</head>\n"
        f"<body>\n<h1>{_text(title)}</h1>\n{body}\n</body>\n</html>\n"
    )


def _text(text: str) -> str:
    return html.escape(text)


def _head(outcome: running.Outcome) -> Iterator[str]:
    report, change = outcome.report, outcome.change
    start = times.write(report.start, report.time_zone)
    end = times.write(report.end, report.time_zone)
    yield f'<p class="quiet">{start} to {end}, {_text(report.time_zone)}</p>'
    yield "<ul>"
    for section in report.sections:
        yield f"<li><b>{_text(section.title)}</b>: {_text(section.summary)}</li>"
    if change.since is not None:
        last = times.write(change.since, report.time_zone)
        yield f"<li>Since the last review ({last}): {len(change.new)} new, "
        yield f"{len(change.done)} done<ul>"
        yield from (f"<li>done: {_text(text)}</li>" for text in change.done)
        yield "</ul></li>"
    yield "</ul>"


def _sections(report: reports.Report, new: frozenset[str]) -> Iterator[str]:
    for section in report.sections:
        yield f"<section><h2>{_text(section.title)}</h2>"
        yield f"<p>{_text(section.summary)}</p>"
        yield from _findings(section, new)
        for chart in section.charts:
            caption = _text(f"{chart.title} ({chart.unit})")
            yield f"<figure><figcaption>{caption}</figcaption>"
            yield plots.draw(chart, report.time_zone)
            yield "</figure>"
        for table in section.tables:
            if table.rows:
                yield from _table(table)
        if section.unknown:
            yield "<p>Not measured:</p><ul>"
            for one in section.unknown:
                yield f"<li>{_text(one.subject)}: {_text(one.reason)}</li>"
            yield "</ul>"
        yield f'<p class="quiet">Source: {_text(section.source)}</p></section>'


def _findings(section: reports.Section, new: frozenset[str]) -> Iterator[str]:
    if not section.found:
        yield "<p>Nothing to do.</p>"
        return
    yield "<ul>"
    for one in section.found:
        mark = '<span class="new">new</span> ' if one.identity in new else ""
        owner = f" ({_text(one.owner)})" if one.owner else ""
        yield (
            f"<li>{mark}<b>{_text(one.subject)}</b> {_text(one.problem)}: "
            f"{_text(one.evidence)}{owner}.<br>Next: {_text(one.next_step)}.</li>"
        )
    yield "</ul>"


def _table(table: reports.Table) -> Iterator[str]:
    yield f"<h3>{_text(table.title)}</h3><table><thead><tr>"
    yield from (f'<th scope="col">{_text(column)}</th>' for column in table.columns)
    yield "</tr></thead><tbody>"
    for row in table.rows:
        cells = "".join(f"<td>{_text(cell)}</td>" for cell in row)
        yield f"<tr>{cells}</tr>"
    yield "</tbody></table>"
