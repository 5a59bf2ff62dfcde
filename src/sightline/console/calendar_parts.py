"""What the pages of the maintenance calendar share: tabs, tables, notes."""

import datetime as dt
from collections.abc import Sequence
from html import escape
from typing import Final

from starlette.responses import Response

from sightline.console import pages

__all__ = [
    "render_note",
    "render_page",
    "render_quiet",
    "render_table",
    "render_time",
]

_TABS: Final = {"/reviews": "Reviews", "/tune": "Tune", "/drills": "Drills"}
_CURRENT: Final = ' aria-current="page"'


def render_page(page: str, content: str) -> Response:
    """Gives a page of the maintenance calendar with its tabs."""
    return pages.frame(
        page,
        "/reviews",
        f"""
<div class="page">
  <div class="page-head">
    <h1>{page.capitalize()}</h1>{_tabs(f"/{page}")}</div>
  <div class="region">{content}</div>
</div>""",
    )


def _tabs(current: str) -> str:
    tabs = "".join(
        f'<a class="filter" href="{path}"{_CURRENT if path == current else ""}>'
        f"{words}</a>"
        for path, words in _TABS.items()
    )
    return f'<nav class="filters" aria-label="Maintenance calendar">{tabs}</nav>'


def render_note(headline: str, detail: str) -> str:
    """Gives what stands where something else would have been."""
    return (
        f'<div class="message" role="status"><strong>{escape(headline)}</strong>'
        f"<p>{escape(detail)}</p></div>"
    )


def render_table(words: str, heads: Sequence[str], rows: Sequence[str]) -> str:
    """Gives a table that scrolls sideways where the screen is narrow.

    Args:
        words: name it.
        heads: of its columns.
        rows: as HTML.
    """
    titles = "".join(f'<th scope="col">{one}</th>' for one in heads)
    return (
        f'<div class="box scroll" tabindex="0" role="region" aria-label="{words}">'
        f'<table class="facts"><thead><tr>{titles}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table></div>"
    )


def render_time(seconds: float, form: str) -> str:
    """Gives a time in Unix seconds in UTC, written as `strftime` does."""
    at = dt.datetime.fromtimestamp(seconds, dt.UTC)
    return f'<time datetime="{at.isoformat()}">{at.strftime(form)} UTC</time>'


def render_quiet(words: str) -> str:
    """Gives words that say that there is nothing to say."""
    return f'<span class="quiet">{escape(words)}</span>'
