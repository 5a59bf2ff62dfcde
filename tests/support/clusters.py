"""A Prometheus pair, an Alertmanager cluster, the far side, and one fault."""

import asyncio
import contextlib
import json
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from sightline.app import assembly, build, live
from sightline.clients import alertmanager as alertmanager_client
from sightline.clients import prometheus as prometheus_client
from sightline.clients import servers
from sightline.model import (
    components,
    environments,
    monitoring,
    names,
    notifications,
    routing,
    signals,
)
from sightline.stack import layout, profiles, sites
from sightline.stack.acquire import binaries
from sightline.stack.components import alertmanager, own, prometheus
from sightline.stack.receivers import inbox
from sightline.verify import replicas
from support import builders, programs, reference_platform

__all__ = ["ALERT", "Cluster", "run_cluster"]

ALERT = "PartnerDown"
_PROFILE = profiles.Profile.HA
_FAR_SIDE = ("pagerduty", "webhook", "smtp")


class Cluster:
    """What runs, and the hands to break it."""

    def __init__(self, site: sites.Site) -> None:
        self._site = site
        self._processes: dict[str, subprocess.Popen[bytes]] = {}

    def start(
        self, running: contextlib.ExitStack, component: components.Component
    ) -> None:
        """Starts a component, which runs until it is killed or everything ends."""
        self._processes[component.name] = running.enter_context(
            programs.running_component(component, self._site.layout.home)
        )

    def kill(self, name: str) -> None:
        """Kills a component; nobody starts it again."""
        self._processes[name].kill()
        self._processes[name].wait()

    def address_of(self, name: str) -> str:
        """Gives `host:port` of a component."""
        return self._site.address_of(name)

    def lose_partner(self) -> None:
        """Makes Prometheus scrape a partner that does not answer."""
        self.write_targets("partner", f"{sites.HOST}:{programs.free_port()}")

    def write_targets(self, job: str, *addresses: str) -> None:
        """Tells both Prometheus servers what a job scrapes."""
        self._site.layout.targets.mkdir(parents=True, exist_ok=True)
        groups = [{"targets": addresses, "labels": {}}]
        (self._site.layout.targets / f"{job}.json").write_text(json.dumps(groups))

    def pages(self) -> Mapping[routing.Channel, int]:
        """Gives how many pages about the partner each channel has received."""
        return {
            channel: sum(
                one.labels.get("alertname") == ALERT
                and one.state is notifications.NotificationState.FIRING
                for one in inbox.read(self._site.layout.inbox, channel)
            )
            for channel in routing.Channel
        }

    def await_pages(self) -> None:
        """Waits until every channel has received a page."""
        reference_platform.wait_for(lambda: all(self.pages().values()))

    def evidence(self, through: str, beside: str) -> tuple[str, ...]:
        """Gives what `verify` says of the pair and of the cluster.

        Args:
            through: the Prometheus that is asked.
            beside: the Alertmanager that is asked.
        """
        return asyncio.run(self._look(through, beside))

    def await_evidence(self, through: str, beside: str, *texts: str) -> None:
        """Waits until `verify` says exactly this."""
        reference_platform.wait_for(lambda: self.evidence(through, beside) == texts)

    async def _look(self, through: str, beside: str) -> tuple[str, ...]:
        async with servers.open_client() as client:
            metrics = prometheus_client.Prometheus(client, self._site.url_of(through))
            asked = alertmanager_client.Alertmanager(client, self._site.url_of(beside))
            found = [
                *await replicas.look_at_pair(metrics, 2, 3),
                *await replicas.look_at_cluster(asked, metrics, 3),
            ]
        return tuple(one.text for one in found)


@contextlib.contextmanager
def run_cluster(
    folder: Path, found: Mapping[str, binaries.Binary]
) -> Iterator[Cluster]:
    """Runs the pair and the cluster while the block runs, all members found."""
    wanted = {*_PROFILE.prometheus, *_PROFILE.alertmanagers, *_PROFILE.ports}
    site = sites.Site(
        layout=layout.Layout(folder),
        ports={name: programs.free_port() for name in (*sorted(wanted), *_FAR_SIDE)},
        binaries=found,
        is_root=False,
    )
    second = builders.duration("1s")
    environment = live.at_ports(
        builders.environment(
            live.LOCAL,
            scrape_interval=second,
            evaluation_interval=second,
            smtp_require_tls=False,
        ),
        site.ports,
    )
    site.layout.create()
    build.write(build.build(_declare(), environment), site.layout.build)
    assembly.write_secrets(site)
    cluster = Cluster(site)
    for job, members in (
        ("prometheus", _PROFILE.prometheus),
        ("alertmanager", _PROFILE.alertmanagers),
        ("partner", ()),
    ):
        cluster.write_targets(job, *map(site.address_of, members))
    with contextlib.ExitStack() as running:
        for component in _compose(site, environment):
            cluster.start(running, component)
        yield cluster


def _declare() -> monitoring.Monitoring:
    """One alert of P0 that fires as soon as its condition holds."""
    return builders.declaration(
        builders.signal(
            "partner_up",
            query='min by (job) (up{job="partner"})',
            service=names.ServiceName("partner"),
            levels=(
                builders.level(
                    ALERT,
                    priority=signals.Priority.P0,
                    below=1.0,
                    for_=builders.duration("0s"),
                ),
            ),
        ),
        exporters=tuple(
            map(builders.exporter, ("prometheus", "alertmanager", "partner"))
        ),
        routing=_page_at_once(),
    )


def _page_at_once() -> routing.Routing:
    table = builders.routing_table()
    p0 = table.routes[signals.Priority.P0]
    at_once = replace(p0, group_wait=builders.duration("0s"))
    return replace(table, routes={**table.routes, signals.Priority.P0: at_once})


def _compose(
    site: sites.Site, environment: environments.Environment
) -> Iterator[components.Component]:
    yield own.compose_receivers(site)
    yield from alertmanager.compose_cluster(site, _PROFILE.alertmanagers)
    for name in _PROFILE.prometheus:
        yield prometheus.compose(site, environment.retention, name)
