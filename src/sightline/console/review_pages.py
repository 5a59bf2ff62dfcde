"""The pages of the maintenance calendar that the server draws whole."""

import base64
import hashlib
import re
from collections.abc import Iterator
from html import escape
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from sightline import errors
from sightline.app.console import reviews
from sightline.app.review import plots
from sightline.console import calendar_parts as parts
from sightline.console import settings
from sightline.stack import layout

__all__ = ["ReviewPages"]

_STYLE: Final = re.compile(r"<style>(.*?)</style>", re.DOTALL)
_NO_PROJECT: Final = (
    "This console shows a build alone; started with --project, it shows reviews too."
)


class ReviewPages:
    """The list of reviews, and each of them."""

    def __init__(self, surroundings: settings.Settings) -> None:
        project = surroundings.project
        self._home = (
            layout.Layout.of_project(project.root).home if project is not None else None
        )

    async def show_all(self, _: Request) -> Response:
        """Answers with every review that was held."""
        if self._home is None:
            return parts.render_page(
                "reviews", parts.render_note("No reviews", _NO_PROJECT)
            )
        try:
            shelves = await run_in_threadpool(reviews.load, self._home)
        except errors.SightlineError as error:
            return parts.render_page(
                "reviews", parts.render_note("Reviews cannot be read", str(error))
            )
        return parts.render_page("reviews", "\n".join(map(_shelf, shelves)))

    async def show(self, request: Request) -> Response:
        """Answers with one review as it was kept.

        It is a whole page with a style of its own, which its policy allows by digest,
        and nothing else.
        """
        name: str = request.path_params["name"]
        page = None
        if self._home is not None:
            page = await run_in_threadpool(reviews.read_page, self._home, name)
        if page is None:
            raise HTTPException(404, "there is no such review")
        styles = " ".join(_digest(one) for one in _STYLE.findall(page)) or "'none'"
        policy = (
            f"default-src 'none'; style-src {styles}; base-uri 'none'; "
            "form-action 'none'; frame-ancestors 'none'"
        )
        return HTMLResponse(page, headers={"content-security-policy": policy})


def _digest(style: str) -> str:
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return f"'sha256-{digest}'"


def _shelf(shelf: reviews.Shelf) -> str:
    name = shelf.cadence.value
    inside = "".join(_held(shelf)) if shelf.held else _empty(name)
    return (
        f'<section aria-labelledby="{name}"><h2 id="{name}">{name.capitalize()}'
        f'<span class="count">{len(shelf.held)}</span></h2>{inside}</section>'
    )


def _empty(cadence: str) -> str:
    return (
        '<p class="quiet nothing">None was held yet. This holds one: '
        f"<code>./sightline review {cadence}</code></p>"
    )


def _held(shelf: reviews.Shelf) -> Iterator[str]:
    name = shelf.cadence.value
    heads = ("Period until", "Held", "To do", "New", "Done")
    yield parts.render_table(
        f"{name} reviews", heads, [_review(one) for one in shelf.held]
    )
    newest = shelf.held[0]
    if newest.change.done:
        yield "<h3>Done since last time</h3><ul>"
        yield from (
            f'<li><span class="good">✓</span> {escape(one)}</li>'
            for one in newest.change.done
        )
        yield "</ul>"
    figures = [_figure(one) for one in shelf.figures]
    if figures:
        yield "<h3>Figures, review by review</h3>"
        yield parts.render_table(
            f"{name} figures", ("Figure", "Now", "Before", "Trend"), figures
        )


def _review(one: reviews.Held) -> str:
    day = parts.render_time(one.end, "%Y-%m-%d")
    opened = f'<a href="/reviews/{one.name}">{day}</a>' if one.has_page else day
    has_before = one.change.since is not None
    new = (
        str(len(one.change.new)) if has_before else parts.render_quiet("nothing before")
    )
    done = (
        str(len(one.change.done))
        if has_before
        else parts.render_quiet("nothing before")
    )
    held = parts.render_time(one.made_at, "%Y-%m-%d %H:%M")
    return (
        f'<tr><th scope="row">{opened}</th><td>{held}</td>'
        f"<td>{one.to_do}</td><td>{new}</td><td>{done}</td></tr>"
    )


def _figure(figure: reviews.Figure) -> str:
    *before, now = figure.numbers
    known = [one for one in before if one is not None]
    last = f"{known[-1]:g}" if known else parts.render_quiet("new")
    number = parts.render_quiet("unknown") if now is None else f"{now:g}"
    line = plots.spark(figure.numbers) if known and now is not None else ""
    return (
        f'<tr><th scope="row">{escape(figure.name)} '
        f'<span class="quiet">{escape(figure.section)}</span></th>'
        f"<td>{number}</td><td>{last}</td><td>{line}</td></tr>"
    )
