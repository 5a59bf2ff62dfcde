"""The page where an alert's limit is moved over its own history."""

from starlette.requests import Request
from starlette.responses import Response

from sightline.console import calendar_parts as parts

__all__ = ["show"]


async def show(_: Request) -> Response:
    """Answers with the frame of the page; its module asks for the study."""
    return parts.render_page(
        "tune",
        """
<div class="tools">
  <label for="alert">Alert</label><select id="alert" class="choice"></select>
  <label for="days">over the last</label><select id="days" class="choice"></select>
</div>
<div id="progress" role="status">Reading the spec …</div>
<div id="study" hidden>
  <section aria-labelledby="setting-title">
    <h2 id="setting-title"></h2>
    <div class="sliders">
      <label for="limit">Limit</label>
      <input id="limit" type="range" min="0"><output for="limit"></output>
      <label for="hold">For</label>
      <input id="hold" type="range" min="0"><output for="hold"></output>
    </div>
    <div class="tools">
      <button id="present" type="button" class="filter">As it is now</button>
      <button id="advice" type="button" class="filter" hidden>As recommended</button>
      <span id="reason" class="quiet"></span>
    </div>
    <div id="curve"></div>
  </section>
  <section aria-labelledby="outcome-title">
    <h2 id="outcome-title">What it would have done</h2>
    <p id="outcome" role="status"></p>
    <div id="scores"></div>
  </section>
  <section aria-labelledby="incidents-title">
    <h2 id="incidents-title">Incidents
      <span id="incident-count" class="count"></span></h2>
    <div id="incidents"></div>
  </section>
  <section aria-labelledby="change-title">
    <h2 id="change-title">The change to take away</h2>
    <div id="change"></div>
  </section>
</div>""",
    )
