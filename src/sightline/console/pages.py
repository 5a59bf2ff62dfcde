"""The pages' HTML: a frame each; what is in it, the modules draw."""

from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import Final

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from sightline.console import modules, security

__all__ = [
    "MODULES",
    "STATIC",
    "alert",
    "alerts",
    "catalogue",
    "dashboard",
    "dashboards",
    "frame",
    "inbox",
    "missing",
    "now",
    "objective",
    "objectives",
    "runbook",
    "runbooks",
    "sign_in",
]

STATIC: Final = Path(__file__).parent / "static"
MODULES: Final = modules.Modules(STATIC)
_PLACES: Final[Mapping[str, str]] = {
    "/": "Now",
    "/d": "Dashboards",
    "/alerts": "Alerts",
    "/slos": "SLOs",
    "/inbox": "Inbox",
    "/catalogue": "Catalogue",
    "/runbooks": "Runbooks",
    "/reviews": "Reviews",
}
_DRAWN_HERE: Final = ("missing", "reviews", "drills")
_TITLES: Final[Mapping[str, str]] = {"objectives": "SLOs", "sign-in": "Sign in"}
_PLOTS: Final = ("panels", "viewer")
_COUNT: Final = '<span id="alert-count" class="badge" role="status" hidden></span>'


async def now(_: Request) -> Response:
    """Answers with the first page: what whoever is on call needs at night."""
    return frame(
        "now",
        "/",
        """
<div class="page">
  <h1 id="verdict" class="verdict" role="status">Looking …</h1>
  <div class="columns">
    <div>
      <section aria-labelledby="alerts-title">
        <h2 id="alerts-title">What is wrong <a href="/alerts">All alerts</a></h2>
        <div id="alerts" class="box"></div>
      </section>
      <section aria-labelledby="pages-title">
        <h2 id="pages-title">Who was told last <a href="/inbox">Inbox</a></h2>
        <div id="pages" class="box"></div>
      </section>
    </div>
    <div>
      <section aria-labelledby="lines-title">
        <h2 id="lines-title">Is the monitoring itself well?
          <span id="lines-age" class="count"></span></h2>
        <div id="lines" class="box"></div>
      </section>
      <section aria-labelledby="budgets-title">
        <h2 id="budgets-title">Budgets at risk <a href="/slos">All SLOs</a></h2>
        <div id="budgets" class="box"></div>
      </section>
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


async def dashboards(_: Request) -> Response:
    """Answers with the list of dashboards."""
    return _simple("dashboards", "/d", "Dashboards")


async def objectives(_: Request) -> Response:
    """Answers with the page of objectives."""
    return _simple("objectives", "/slos", "SLOs", styles=_PLOTS)


async def objective(_: Request) -> Response:
    """Answers with the frame of one objective."""
    return _simple("objective", "/slos", "SLO", styles=_PLOTS)


async def alert(_: Request) -> Response:
    """Answers with the frame of one alert."""
    return _simple("alert", "/alerts", "Alert", styles=_PLOTS)


async def catalogue(_: Request) -> Response:
    """Answers with the page of what uses what."""
    return _simple("catalogue", "/catalogue", "Catalogue")


async def runbooks(_: Request) -> Response:
    """Answers with the list of runbooks."""
    return _simple("runbooks", "/runbooks", "Runbooks")


async def dashboard(_: Request) -> Response:
    """Answers with the frame of a dashboard."""
    return frame(
        "dashboard",
        "/d",
        '<div id="dashboard"><p class="quiet">Loading …</p></div>',
        styles=_PLOTS,
        preloads=_viewer_modules(),
    )


async def alerts(_: Request) -> Response:
    """Answers with the page of alerts."""
    return _simple("alerts", "/alerts", "Alerts")


async def inbox(_: Request) -> Response:
    """Answers with the page of notifications."""
    return frame(
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
    return frame(
        "runbook",
        "/runbooks",
        '<article id="runbook" class="runbook prose"></article>',
    )


def missing(path: str) -> Response:
    """Gives the page for an address that means nothing."""
    return frame(
        "missing",
        "",
        f"""
<div class="page message">
  <strong>There is nothing here</strong>
  <p>The console has no page {escape(path)}. <a href="/">Go home</a>.</p>
</div>""",
        status=404,
    )


def sign_in(target: str, problem: str, *, status: int = 200) -> Response:
    """Gives the page that asks for a token, and leads to `target` with one."""
    answer = frame(
        "sign-in",
        "",
        f"""
<div class="page">
  <form class="sign-in box padded" method="post" action="/sign-in">
    <h1>Sign in</h1>
    <p class="field-problem" role="alert">{escape(problem)}</p>
    <label for="token">Token</label>
    <input id="token" name="token" type="password" autocomplete="current-password"
      required autofocus>
    <input name="next" type="hidden" value="{escape(target)}">
    <button type="submit" class="primary">Sign in</button>
  </form>
</div>""",
        styles=_PLOTS,
        status=status,
    )
    # This one page has a form; every other stays without.
    answer.headers["content-security-policy"] = security.POLICY.replace(
        "form-action 'none'", "form-action 'self'"
    )
    return answer


def _simple(
    page: str, place: str, title: str, *, styles: tuple[str, ...] = ()
) -> Response:
    """Gives a page with a heading and one region, which its module fills."""
    return frame(
        page,
        place,
        f"""
<div class="page">
  <div class="page-head">
    <h1 id="title">{title}</h1><div id="tools" class="tools"></div></div>
  <div id="content-region" class="region"><p class="quiet">Loading …</p></div>
</div>""",
        styles=styles,
    )


def frame(
    page: str,
    place: str,
    content: str,
    *,
    styles: tuple[str, ...] = (),
    preloads: tuple[str, ...] = (),
    status: int = 200,
) -> Response:
    """Gives a whole page.

    Args:
        page: names its module and its title.
        place: which entry of the navigation it belongs to.
        content: HTML of the main part.
        styles: sheets besides those of every page.
        preloads: modules that it will ask for.
        status: of HTTP.
    """
    sheets = "\n".join(
        f'<link rel="stylesheet" href="/static/styles/{style}.css">'
        for style in ("base", "pages", *styles)
    )
    preloaded = "\n".join(
        f'<link rel="modulepreload" href="{path}">' for path in preloads
    )
    places = "\n".join(
        _place(path, words, is_current=path == place) for path, words in _PLACES.items()
    )
    module = "plain" if page in _DRAWN_HERE else page
    html = f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{_TITLES.get(page, page.capitalize())} · sightline</title>
<link rel="icon" type="image/svg+xml" href="/static/mark.svg">
<script src="/static/theme.js"></script>
{sheets}
{preloaded}
<script type="module" src="/static/pages/{module}.js"></script>
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
"""
    own = html.replace('"/static/', f'"{MODULES.prefix}/')
    return HTMLResponse(own, status_code=status)


def _place(path: str, words: str, *, is_current: bool) -> str:
    current = ' aria-current="page"' if is_current else ""
    count = _COUNT if path == "/alerts" else ""
    return f'  <a class="place" href="{path}"{current}>{words}{count}</a>'


def _viewer_modules() -> tuple[str, ...]:
    """Gives the modules of a dashboard, so that they load side by side."""
    paths = sorted((STATIC / "viewer").rglob("*.js"))
    return tuple(f"/static/{path.relative_to(STATIC).as_posix()}" for path in paths)
