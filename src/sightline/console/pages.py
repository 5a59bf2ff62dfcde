"""The pages' HTML: a frame each; what is in it, the modules draw."""

from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import Final

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

__all__ = ["STATIC", "alerts", "dashboard", "home", "inbox", "missing", "runbook"]

STATIC: Final = Path(__file__).parent / "static"
_PLACES: Final[Mapping[str, str]] = {
    "/": "Home",
    "/alerts": "Alerts",
    "/inbox": "Inbox",
}
_COUNT: Final = '<span id="alert-count" class="badge" role="status" hidden></span>'


async def home(_: Request) -> Response:
    """Answers with the first page."""
    return _frame(
        "home",
        "/",
        """
<div class="page">
  <h1 id="verdict" class="verdict" role="status">Looking …</h1>
  <div class="columns">
    <div>
      <section aria-labelledby="alerts-title">
        <h2 id="alerts-title">Alerts <a href="/alerts">All alerts</a></h2>
        <div id="alerts" class="box"></div>
      </section>
      <section aria-labelledby="pages-title">
        <h2 id="pages-title">Last notifications <a href="/inbox">Inbox</a></h2>
        <div id="pages" class="box"></div>
      </section>
    </div>
    <div>
      <section aria-labelledby="dashboards-title">
        <h2 id="dashboards-title">Dashboards</h2>
        <div id="dashboards"></div>
      </section>
      <section aria-labelledby="components-title">
        <h2 id="components-title">Components
          <span id="health" class="count"></span></h2>
        <div id="components" class="box"></div>
      </section>
    </div>
  </div>
</div>""",
    )


async def dashboard(_: Request) -> Response:
    """Answers with the frame of a dashboard."""
    return _frame(
        "dashboard",
        "/d/",
        '<div id="dashboard"><p class="quiet">Loading …</p></div>',
        styles=("panels", "viewer"),
        preloads=_viewer_modules(),
    )


async def alerts(_: Request) -> Response:
    """Answers with the page of alerts."""
    return _frame(
        "alerts",
        "/alerts",
        """
<div class="page">
  <div class="page-head"><h1>Alerts</h1></div>
  <div id="alerts"></div>
</div>""",
    )


async def inbox(_: Request) -> Response:
    """Answers with the page of notifications."""
    return _frame(
        "inbox",
        "/inbox",
        """
<div class="page">
  <div class="page-head">
    <h1>Inbox</h1>
    <div id="channels" class="filters" role="group" aria-label="Channel"></div>
  </div>
  <div id="inbox"></div>
</div>""",
    )


async def runbook(_: Request) -> Response:
    """Answers with the frame of a runbook."""
    return _frame(
        "runbook",
        "/runbooks/",
        '<article id="runbook" class="runbook prose"></article>',
    )


def missing(path: str) -> Response:
    """Gives the page for an address that means nothing."""
    return _frame(
        "missing",
        "",
        f"""
<div class="page message">
  <strong>There is nothing here</strong>
  <p>The console has no page {escape(path)}. <a href="/">Go home</a>.</p>
</div>""",
        status=404,
    )


def _frame(
    page: str,
    place: str,
    content: str,
    *,
    styles: tuple[str, ...] = (),
    preloads: tuple[str, ...] = (),
    status: int = 200,
) -> Response:
    sheets = "\n".join(
        f'<link rel="stylesheet" href="/static/styles/{style}.css">'
        for style in ("base", "pages", *styles)
    )
    modules = "\n".join(
        f'<link rel="modulepreload" href="{path}">' for path in preloads
    )
    places = "\n".join(
        _place(path, words, is_current=path == place) for path, words in _PLACES.items()
    )
    return HTMLResponse(
        f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{page.capitalize()} · sightline</title>
<link rel="icon" type="image/svg+xml" href="/static/mark.svg">
<script src="/static/theme.js"></script>
{sheets}
{modules}
<script type="module" src="/static/pages/{page}.js"></script>
</head>
<body>
<a class="skip" href="#content">To the content</a>
<header class="site">
  <a class="brand" href="/" aria-label="sightline, home"
    ><img src="/static/mark.svg" alt=""><span>sightline</span></a>
  <nav aria-label="Pages">
{places}
  </nav>
  <span class="spacer"></span>
  <button id="theme" class="bare" type="button"></button>
</header>
<main id="content" tabindex="-1">{content}
</main>
</body>
</html>
""",
        status_code=status,
    )


def _place(path: str, words: str, *, is_current: bool) -> str:
    current = ' aria-current="page"' if is_current else ""
    count = _COUNT if path == "/alerts" else ""
    return f'  <a class="place" href="{path}"{current}>{words}{count}</a>'


def _viewer_modules() -> tuple[str, ...]:
    """Gives the modules of a dashboard, so that they load side by side."""
    paths = sorted((STATIC / "viewer").rglob("*.js"))
    return tuple(f"/static/{path.relative_to(STATIC).as_posix()}" for path in paths)
