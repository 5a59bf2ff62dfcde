"""A review as one HTML page that needs nothing else: for screens and for paper."""

import html
import re
from collections.abc import Iterator, Sequence
from typing import Final

from sightline.app.review import history, html_style, plots, running, times
from sightline.model import findings
from sightline.review import reports

__all__ = ["render"]

_NUMBER: Final = re.compile(r"[-+]?[\d,]+(?:\.\d+)?\s?(?:%|GiB|s|ms)?|unknown|never|")
_FOLDED: Final = 8
"""So many things that were not measured are listed; more of them can be unfolded."""


def render(outcome: running.Outcome) -> str:
    """Gives the whole page."""
    report = outcome.report
    title = f"{report.organisation}: {report.cadence.value} review of monitoring"
    body = "\n".join([*_head(outcome), *_sections(outcome)])
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width">\n'
        f"<title>{_text(title)}</title>\n<style>{html_style.STYLE}</style>\n</head>\n"
        f"<body>\n<h1>{_text(title)}</h1>\n{body}\n</body>\n</html>\n"
    )


def _text(text: str) -> str:
    return html.escape(text)


def _head(outcome: running.Outcome) -> Iterator[str]:
    report = outcome.report
    start = times.write(report.start, report.time_zone)
    end = times.write(report.end, report.time_zone)
    made = times.write(report.made_at, report.time_zone)
    zone = _text(report.time_zone)
    yield f'<p class="quiet">{start} to {end}, {zone}. Made {made}.</p>'
    yield '<ul class="tiles">'
    yield from (_tile(section) for section in report.sections)
    yield "</ul>"
    yield from _since(outcome.change, report.time_zone)


def _tile(section: reports.Section) -> str:
    count = len(section.found)
    mark, text = ("some", str(count)) if count else ("none", "✓")
    what = "to do" if count else "nothing to do"
    return (
        f'<li><a href="#{_text(section.name)}"><b>{_text(section.title)}</b>'
        f'<span class="count {mark}">{text}</span> {what}</a>'
        f'<p class="quiet">{_text(section.summary)}</p></li>'
    )


def _since(change: history.Change, time_zone: str) -> Iterator[str]:
    if change.since is None:
        yield '<p class="quiet">There is no earlier review to compare with.</p>'
        return
    last = times.write(change.since, time_zone)
    yield f"<p>Since the last review ({last}): <b>{len(change.new)} new</b>, "
    yield f"<b>{len(change.done)} done</b>.</p><ul>"
    yield from (f"<li>✓ done: {_text(text)}</li>" for text in change.done)
    yield "</ul>"


def _sections(outcome: running.Outcome) -> Iterator[str]:
    report = outcome.report
    for section in report.sections:
        name, title = _text(section.name), _text(section.title)
        yield f'<section id="{name}"><h2>{title}</h2><p>{_text(section.summary)}</p>'
        yield from _trends(outcome.trend.get(section.name, {}))
        if not section.found:
            yield "<p>Nothing to do.</p>"
        yield from (
            _finding(one, is_new=one.identity in outcome.change.new)
            for one in section.found
        )
        for chart in section.charts:
            caption = _text(f"{chart.title} ({chart.unit})")
            yield f"<figure><figcaption>{caption}</figcaption>"
            yield plots.draw(chart, report.time_zone)
            yield "</figure>"
        for table in section.tables:
            if table.rows:
                yield from _table(table)
        yield from _unknown(section.unknown)
        yield f'<p class="source">Source: {_text(section.source)}</p></section>'


def _trends(trends: history.FigureTrends) -> Iterator[str]:
    """Gives the figures over the last reviews, where there is a review before."""
    known = {
        name: numbers
        for name, numbers in trends.items()
        if any(one is not None for one in numbers[:-1])
    }
    if known:
        yield '<p class="quiet">Over the last reviews: '
        yield "; ".join(
            f"{_text(name)} {plots.spark(numbers)} {_change(numbers)}"
            for name, numbers in known.items()
        )
        yield "</p>"


def _change(numbers: Sequence[float | None]) -> str:
    *before, now = [one for one in numbers if one is not None]
    return f"{before[-1]:g} → <b>{now:g}</b>"


def _finding(one: reports.Finding, *, is_new: bool) -> str:
    mark = '<span class="new">new</span> ' if is_new else ""
    source = f"<dt>Source</dt><dd>{_text(one.source)}</dd>" if one.source else ""
    diff = f"<pre>{_text(one.diff)}</pre>" if one.diff else ""
    return (
        f'<div class="finding"><p>{mark}<b>{_text(one.subject)}</b> '
        f"{_text(one.problem)}</p><dl>"
        f"<dt>Why</dt><dd>{_text(one.evidence)}</dd>"
        f"<dt>Owner</dt><dd>{_text(one.owner)}</dd>"
        f"<dt>Next</dt><dd>{_text(one.next_step)}</dd>{source}</dl>{diff}</div>"
    )


def _table(table: reports.Table) -> Iterator[str]:
    kinds = [_kind(cells) for cells in zip(*table.rows, strict=True)]
    yield f'<h3>{_text(table.title)}</h3><div class="wide"><table><thead><tr>'
    for column, kind in zip(table.columns, kinds, strict=True):
        yield f'<th scope="col"{kind}>{_text(column)}</th>'
    yield "</tr></thead><tbody>"
    for row in table.rows:
        cells = zip(row, kinds, strict=True)
        written = "".join(f"<td{kind}>{_text(cell)}</td>" for cell, kind in cells)
        yield f"<tr>{written}</tr>"
    yield "</tbody></table></div>"
    if table.source:
        yield f'<p class="source">Source: {_text(table.source)}</p>'


def _kind(cells: Sequence[str]) -> str:
    """Gives the class of a column that holds numbers only."""
    return ' class="number"' if all(map(_NUMBER.fullmatch, cells)) else ""


def _unknown(unknown: Sequence[findings.NotChecked]) -> Iterator[str]:
    if not unknown:
        return
    listed = "".join(
        f"<li>{_text(one.subject)}: {_text(one.reason)}</li>" for one in unknown
    )
    opened = " open" if len(unknown) <= _FOLDED else ""
    yield f"<details{opened}><summary>Not measured ({len(unknown)})</summary>"
    yield f"<ul>{listed}</ul></details>"
