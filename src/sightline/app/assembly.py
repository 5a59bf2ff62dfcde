"""Puts the local stack together: programs, ports, artifacts, secrets, components."""

import asyncio
import datetime as dt
import os
import shutil
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from sightline import errors
from sightline.app import build, live, progress
from sightline.app.collecting import local_settings
from sightline.demo import platform
from sightline.model import components, environments, monitoring
from sightline.stack import (
    edge_certificate,
    files,
    generated_past,
    layout,
    plans,
    plot_library,
    ports,
    profiles,
    secrets,
    sites,
)
from sightline.stack.acquire import binaries, catalogue, platforms
from sightline.stack.components import (
    alertmanager,
    exporters,
    grafana,
    own,
    postgres,
    prometheus,
    victoria_metrics,
)
from sightline.stack.components import redis as redis_component

__all__ = ["Options", "assemble", "write_secrets"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What the user asked for.

    Attributes:
        asked_ports: ports by component; given or refused.
        with_demo: whether the reference platform runs too.
        profile: how many of which servers run.
        history_days: the length of a past to generate; 0 generates none.
    """

    asked_ports: Mapping[str, int]
    with_demo: bool
    profile: profiles.Profile = profiles.Profile.SINGLE
    history_days: int = 0


async def assemble(
    declared: monitoring.Monitoring,
    place: layout.Layout,
    settings: binaries.Settings,
    options: Options,
    shown: progress.Progress,
) -> tuple[components.Component, ...]:
    """Prepares everything that a start needs, and gives the components to run.

    Raises:
        ComponentMissing: a program is nowhere to be had.
        PortTaken: a port that was asked for is in use.
        ComponentFailed: PostgreSQL's data could not be made.
    """
    found = await _find_programs(settings, options.profile, shown)
    await asyncio.to_thread(_find_plot_library, shown)
    site = sites.Site(
        layout=place,
        ports=_choose_ports(declared, options, shown, found),
        binaries=found,
        is_root=os.geteuid() == 0,
    )
    _write_build(declared, site)
    write_secrets(site)
    if options.history_days:
        await _provide_past(declared, site, options, shown)
    await postgres.prepare(site)
    postgres.write_passwords(site)
    if options.with_demo:
        await edge_certificate.prepare(place, shown.say, dt.datetime.now(dt.UTC))
    composed = _compose(declared, site, options)
    plans.write_plan(place.plan, composed)
    return composed


async def _provide_past(
    declared: monitoring.Monitoring,
    site: sites.Site,
    options: Options,
    shown: progress.Progress,
) -> None:
    from sightline.app import past  # noqa: PLC0415 - numpy: a fifth of a second

    await past.provide(
        declared,
        options.history_days,
        site.binaries["promtool"].path,
        [site.layout.data_of(name) for name in options.profile.prometheus],
        shown.say,
    )


async def _find_programs(
    settings: binaries.Settings,
    profile: profiles.Profile,
    shown: progress.Progress,
) -> Mapping[str, binaries.Binary]:
    """Finds the programs, and says where each came from."""
    wanted = catalogue.local_stack(platforms.observe_platform().system)
    acquired = await binaries.acquire(
        (*wanted, *profile.programs), settings, shown.receive
    )
    shown.finish_downloads()
    found = dict(acquired)
    if installed := await binaries.find(grafana.NAME, settings):
        found[grafana.NAME] = installed
    for name, binary in found.items():
        shown.say(f"{name:<18} {binary.version or '-':<10} {binary.source}")
    return found


def _find_plot_library(shown: progress.Progress) -> None:
    """Fetches what the console draws curves with; all else works without it."""
    try:
        plot_library.ensure()
    except errors.FetchFailed as error:
        shown.say(f"{error}; dashboards will show no time series until it is there")


def _choose_ports(
    declared: monitoring.Monitoring,
    options: Options,
    shown: progress.Progress,
    found: Collection[str],
) -> Mapping[str, int]:
    """Chooses every port, and says which defaults were taken.

    Raises:
        InputError: a port was asked for by a name that nothing has.
        PortTaken: a port that was asked for is in use.
    """
    defaults = {**ports.DEFAULTS, **options.profile.ports}
    if grafana.NAME in found:
        defaults[grafana.NAME] = grafana.PORT
    if options.with_demo:
        defaults |= platform.default_ports(declared.services)
    if unknown := sorted(set(options.asked_ports) - set(defaults)):
        raise errors.InputError(
            f"--port: nothing is called {unknown[0]!r};"
            f" expected one of: {', '.join(defaults)}"
        )
    chosen = ports.Ports(asked=options.asked_ports, say=shown.say)
    return {name: chosen.choose(name, default) for name, default in defaults.items()}


def _write_build(declared: monitoring.Monitoring, site: sites.Site) -> None:
    """Builds for the local environment, with the addresses of this run."""
    chosen = live.choose(declared, live.LOCAL)
    environment = live.at_ports(chosen, site.ports)
    built = build.build(declared, environment, (*build.SERVERS, build.Target.RUNBOOKS))
    build.write(built, site.layout.build)
    # What was applied to the stack before is gone with it, and is no hand's work.
    shutil.rmtree(site.layout.ledgers / live.LOCAL, ignore_errors=True)


def write_secrets(site: sites.Site) -> None:
    """Writes the files that Alertmanager reads its secrets from."""
    folder = site.layout.build / "alertmanager" / "secrets"
    token = secrets.obtain(site.layout, own.WEBHOOK_TOKEN)
    contents = {
        "pagerduty-routing-key": secrets.obtain(site.layout, own.ROUTING_KEY),
        "webhook-url": f"{site.url_of('webhook')}/webhook",
        "webhook-token": token,
        "heartbeat-url": f"{site.url_of('webhook')}/heartbeat",
    }
    for name, text in contents.items():
        files.write_atomically(folder / name, text, mode=0o600)


def _compose(
    declared: monitoring.Monitoring, site: sites.Site, options: Options
) -> tuple[components.Component, ...]:
    composed = [
        postgres.compose(site),
        redis_component.compose(site),
        *_compose_servers(live.choose(declared, live.LOCAL), site, options.profile),
        *exporters.compose(site, declared.probes),
        own.compose_receivers(site),
        own.compose_console(site),
        own.compose_container_exporter(site),
    ]
    if grafana.NAME in site.binaries:
        composed.append(grafana.compose(site))
    if options.with_demo:
        local_settings.write_settings(site)
        # Without the platform there is nothing of what is declared to be collected.
        # They need longest to be ready, and so they are started first.
        composed.append(own.compose_collectors(site))
        composed += _compose_demo(declared, site)
    return tuple(composed)


def _compose_servers(
    environment: environments.Environment, site: sites.Site, profile: profiles.Profile
) -> Iterable[components.Component]:
    """Gives Prometheus, Alertmanager, and what the profile has of them."""
    for name in profile.prometheus:
        folder = site.layout.data_of(name)
        retention = generated_past.retention_of(folder, environment.retention)
        yield prometheus.compose(site, retention, name)
    if len(profile.alertmanagers) == 1:
        yield alertmanager.compose(site)
    else:
        yield from alertmanager.compose_cluster(site, profile.alertmanagers)
    if profile is profiles.Profile.DISTRIBUTED:
        yield victoria_metrics.compose(site, environment.scrape_interval)


def _compose_demo(
    declared: monitoring.Monitoring, site: sites.Site
) -> tuple[components.Component, ...]:
    """Gives the reference platform, beside the stack's PostgreSQL and Redis."""
    address = site.address_of("postgres")
    return platform.components_of(
        platform.Site(
            services=declared.services,
            ports=site.ports,
            database_url=f"postgresql://{postgres.ROLE}@{address}/{postgres.DATABASE}",
            password_file=postgres.password_file(site),
            redis_address=site.address_of("redis"),
            blackbox_address=site.address_of("blackbox-exporter"),
            working_directory=site.layout.run,
            faults=site.layout.faults,
            storage=site.layout.storage,
            first_wave=1,
        )
    )
