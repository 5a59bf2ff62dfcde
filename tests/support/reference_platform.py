"""The reference platform, run by the real supervisor beside PostgreSQL and Redis."""

import asyncio
import contextlib
import datetime as dt
import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import httpx
from prometheus_client import parser

from sightline import errors
from sightline.app import build, demo, live
from sightline.app.collecting import local_settings
from sightline.demo import platform, resp
from sightline.model import components, monitoring, names, services
from sightline.stack import control, edge_certificate, launching, layout, plans, sites
from sightline.stack.acquire import binaries
from sightline.stack.components import exporters, own, postgres, prometheus, redis
from support import programs

__all__ = ["Platform", "run_platform", "wait_for"]

_PATIENCE_SECONDS = 120.0
_BACKING = ("postgres", "redis", "collectors")
_WATCHING = (
    "prometheus",
    "blackbox-exporter",
    "postgres-exporter",
    "redis-exporter",
    "node-exporter",
    "process-exporter",
)
_SPEC = Path(__file__).parents[2] / "monitoring"


class Platform:
    """The running platform, and what a test may do with it."""

    def __init__(self, root: Path, site: sites.Site) -> None:
        self.root = root
        self.site = site
        self.client = control.Client(site.layout.control_socket)

    def ask(
        self,
        method: str,
        path: str,
        document: Mapping[str, object] | None = None,
        session: str = "",
        client: str = "",
    ) -> httpx.Response:
        """Asks the gateway as the edge does, for a client where there is one."""
        forwarded = {"X-Forwarded-For": client} if client else {}
        return httpx.request(
            method,
            self.site.url_of("api-gateway-1") + path,
            json=document,
            headers={"X-Session": session, **forwarded},
            timeout=20,
        )

    def measure(self, component: str, name: str, **labels: str) -> float:
        """Sums the samples of a component that have these labels among theirs."""
        exposed = httpx.get(f"{self.site.url_of(component)}/metrics").text
        return sum(
            sample.value
            for family in parser.text_string_to_metric_families(exposed)
            for sample in family.samples
            if sample.name == name and labels.items() <= sample.labels.items()
        )

    def break_with(self, fault: str) -> None:
        """Puts a fault in force."""
        demo.begin(self.root, demo.find_fault(fault), None)

    def clear(self) -> list[str]:
        """Ends all faults, and waits until everything is back."""
        ended = demo.clear(self.root)
        wait_for(lambda: set(self.states().values()) == {"ready"})
        return ended

    def states(self) -> Mapping[str, str]:
        """Gives the state of each component."""
        return {one.name: one.state for one in self.client.observe().components}

    def log_in(self) -> httpx.Response:
        """Logs in as one of the users there are."""
        credentials = {"email": "user7@example.com", "password": "password-7"}
        return self.ask("POST", "/api/login", credentials)

    def pay(self, source: str = "tok_visa") -> httpx.Response:
        """Pays for one of the contracts there are."""
        asked = {"contract_id": 3, "user_id": 7, "amount_minor": 990, "source": source}
        return self.ask("POST", "/api/payments", asked)

    def refund(self, payment: int) -> httpx.Response:
        """Gives a payment back, as the people of support do: past the gateway."""
        billing = self.site.url_of("billing-svc-1")
        return httpx.post(f"{billing}/refunds", json={"payment_id": payment})

    def redis_memory_ratio(self) -> float:
        """Gives how full Redis is, as it says itself."""
        address = self.site.address_of("redis")
        described = asyncio.run(_describe_memory(address))
        fields = dict(line.split(":", 1) for line in described.split() if ":" in line)
        return int(fields["used_memory"]) / int(fields["maxmemory"])


async def _describe_memory(address: str) -> str:
    connection = resp.Redis(address)
    described = await connection.command("INFO", "memory")
    await connection.close()
    assert isinstance(described, bytes)
    return described.decode()


def wait_for(holds: Callable[[], bool]) -> None:
    """Waits until something holds, within reason."""
    end = time.monotonic() + _PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.1)


@contextlib.contextmanager
def run_platform(
    root: Path,
    found: Mapping[str, binaries.Binary],
    declared: Mapping[names.ServiceName, services.Service],
    watched_by: monitoring.Monitoring | None = None,
) -> Iterator[Platform]:
    """Runs the platform, without its users, while the block runs.

    Args:
        root: an empty folder.
        found: the programs.
        declared: how many instances of which services run.
        watched_by: a spec, by which a Prometheus and a blackbox exporter watch it.
    """
    place = layout.Layout.of_project(root)
    place.create()
    (root / "monitoring").symlink_to(_SPEC)  # the collectors read it
    wanted = (*_BACKING, *_WATCHING, *platform.default_ports(declared))
    site = sites.Site(
        layout=place,
        ports={name: programs.free_port() for name in wanted},
        binaries=found,
        is_root=os.geteuid() == 0,
    )
    asyncio.run(postgres.prepare(site))
    postgres.write_passwords(site)
    asyncio.run(edge_certificate.prepare(place, print, dt.datetime.now(dt.UTC)))
    planned = [*_plan(site, declared), *_watch(site, watched_by)]
    with _supervise(place, planned):
        started = Platform(root, site)
        wait_for(lambda: _is_ready(started))
        yield started


def _plan(
    site: sites.Site, declared: Mapping[names.ServiceName, services.Service]
) -> Sequence[components.Component]:
    address = site.address_of("postgres")
    composed = platform.components_of(
        platform.Site(
            services=declared,
            ports=site.ports,
            database_url=f"postgresql://{postgres.ROLE}@{address}/{postgres.DATABASE}",
            password_file=postgres.password_file(site),
            redis_address=site.address_of("redis"),
            blackbox_address=site.address_of("blackbox-exporter"),
            working_directory=site.layout.run,
            faults=site.layout.faults,
            storage=site.layout.storage,
        )
    )
    local_settings.write_settings(site)
    backing = [
        postgres.compose(site),
        redis.compose(site),
        own.compose_collectors(site),
    ]
    return [*backing, *(one for one in composed if one.name != "traffic")]


def _watch(
    site: sites.Site, declared: monitoring.Monitoring | None
) -> Iterator[components.Component]:
    if declared is None:
        return
    environment = live.at_ports(live.choose(declared, live.LOCAL), site.ports)
    build.write(build.build(declared, environment), site.layout.build)
    yield prometheus.compose(site, environment.retention)
    exported = exporters.compose(site, ())
    yield next(one for one in exported if one.name == "blackbox-exporter")


@contextlib.contextmanager
def _supervise(
    place: layout.Layout, planned: Sequence[components.Component]
) -> Iterator[None]:
    with launching.hold_lock(place) as lock:
        plans.write_plan(place.plan, planned)
        process = launching.launch(place, lock, None)
    try:
        yield
    finally:
        process.terminate()
        process.wait(_PATIENCE_SECONDS)


def _is_ready(started: Platform) -> bool:
    with contextlib.suppress(errors.ServerUnavailable):
        return set(started.states().values()) == {"ready"}
    return False
