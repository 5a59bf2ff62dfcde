"""The components that are sightline's own: receivers, console, container exporter."""

import dataclasses
import sys

import sightline
from sightline.model import components
from sightline.stack import secrets, sites

__all__ = [
    "ROUTING_KEY",
    "WEBHOOK_TOKEN",
    "compose_collectors",
    "compose_console",
    "compose_container_exporter",
    "compose_receivers",
]

ROUTING_KEY = "pagerduty-routing-key"
WEBHOOK_TOKEN = "webhook-token"  # noqa: S105 - a name
_SOURCE = "sightline"


def compose_receivers(site: sites.Site) -> components.Component:
    """Gives the far side of notifications: PagerDuty, webhook and mail."""
    return _compose(
        site,
        "receivers",
        "webhook",
        "receivers",
        (
            "sightline.stack.receivers",
            f"--inbox={site.layout.inbox}",
            f"--pagerduty-port={site.ports['pagerduty']}",
            f"--webhook-port={site.ports['webhook']}",
            f"--smtp-port={site.ports['smtp']}",
            f"--routing-key-file={secrets.path_of(site.layout, ROUTING_KEY)}",
            f"--webhook-token-file={secrets.path_of(site.layout, WEBHOOK_TOKEN)}",
        ),
    )


def compose_console(site: sites.Site) -> components.Component:
    """Gives the web console on the build that the stack runs."""
    return _compose(
        site,
        "console",
        "console",
        "console",
        (
            "sightline.console",
            f"--port={site.ports['console']}",
            f"--build={site.layout.build}",
            f"--prometheus={site.url_of('prometheus')}",
            f"--alertmanager={site.url_of('alertmanager')}",
            f"--inbox={site.layout.inbox}",
            f"--run={site.layout.run}",
            f"--project={site.layout.home.parent}",
            f"--proofs={site.layout.proofs}",
        ),
    )


def compose_collectors(site: sites.Site) -> components.Component:
    """Gives what exposes metrics for PostgreSQL's tables, Redis, Stripe and surveys."""
    composed = _compose(
        site,
        "collectors",
        "collectors",
        "collectors",
        ("sightline", "collect", f"--config={site.layout.collector_settings}"),
    )
    root = str(site.layout.home.parent)
    # glibc keeps an arena per thread otherwise: megabytes for nothing.
    environment = {"SIGHTLINE_ROOT": root, "MALLOC_ARENA_MAX": "1"}
    return dataclasses.replace(composed, environment=environment)


def compose_container_exporter(site: sites.Site) -> components.Component:
    """Gives the stand-in for cAdvisor: the instances' processor and memory."""
    return _compose(
        site,
        "container-exporter",
        "container-exporter",
        "containers",
        (
            "sightline.collectors.containers",
            f"--port={site.ports['container-exporter']}",
            f"--state={site.layout.state}",
        ),
    )


def _compose(
    site: sites.Site, name: str, port_name: str, job: str, words: tuple[str, ...]
) -> components.Component:
    port = site.ports[port_name]
    return components.Component(
        name=name,
        argv=(sys.executable, "-m", *words),
        working_directory=site.layout.run,
        readiness=components.TcpReady(sites.HOST, port),
        wave=1,
        port=port,
        version=sightline.__version__,
        source=_SOURCE,
        targets=(components.ScrapeTarget(job=job, address=site.address_of(port_name)),),
    )
