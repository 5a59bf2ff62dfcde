"""Fetches the metrics page of a service, and judges it by the spec."""

import difflib

from sightline import errors
from sightline.app.checking import reports
from sightline.app.contract import judging, needs
from sightline.clients import expositions as clients
from sightline.clients import servers
from sightline.formats import expositions
from sightline.model import findings, monitoring

__all__ = ["check"]


async def check(declared: monitoring.Monitoring, url: str, name: str) -> reports.Report:
    """Gives what a metrics page lacks of what the spec reads of its service.

    Args:
        declared: the spec.
        url: of the page; `/metrics` when it has no path.
        name: the service, or the scrape job of an exporter.

    Raises:
        InputError: the spec knows no such service, or the address is none.
        ServerUnavailable: no answer, a refusal, or no metrics page.
    """
    known = {*declared.services, *(one.job for one in declared.exporters)}
    if name not in known:
        near = difflib.get_close_matches(name, known, n=1)
        meant = f"; did you mean {near[0]!r}?" if near else ""
        raise errors.InputError(
            f"expected a service or an exporter of the spec, found {name!r}{meant}"
        )
    wanted = needs.find_needs(declared, name)
    async with servers.open_client() as client:
        scraped = await clients.fetch_page(client, url)
    metrics = frozenset(need.selected.metric for need in wanted)
    page = expositions.read(
        scraped.text, metrics, is_openmetrics=scraped.is_openmetrics
    )
    unread = findings.NotChecked(
        subject=name, reason="no signal, objective or panel reads a metric of it"
    )
    return reports.Report(
        found=tuple(judging.judge(wanted, page, scraped.url)),
        not_checked=() if wanted else (unread,),
    )
