"""The exporters: each speaks for something that does not speak Prometheus itself."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from sightline.model import components, sources
from sightline.stack import secrets, sites
from sightline.stack.components import postgres

__all__ = ["compose"]

_OWN_PROCESSES = """\
process_names:
  - name: "{{.ExeBase}}"
    cmdline: [".+"]
"""


def compose(
    site: sites.Site, probes: Iterable[sources.Probe]
) -> tuple[components.Component, ...]:
    """Gives every exporter whose program was acquired.

    The declared probes are the blackbox exporter's targets, not those of what they
    ask about: a database that was taken away is still asked for.
    """
    composed = [
        _postgres(site),
        _redis(site),
        _blackbox(site, probes),
        _node(site),
    ]
    # There is none for macOS: it reads /proc.
    if "process-exporter" in site.binaries:
        composed.append(_process(site))
    return tuple(composed)


def _exporter(
    site: sites.Site,
    name: str,
    flags: tuple[str, ...],
    environment: dict[str, str] | None = None,
) -> components.Component:
    binary = site.binaries[name]
    return components.Component(
        name=name,
        argv=(str(binary.path), *flags),
        environment={**binary.environment, **(environment or {})},
        working_directory=site.layout.run,
        readiness=components.TcpReady(sites.HOST, site.ports[name]),
        wave=1,
        port=site.ports[name],
        version=binary.version,
        source=binary.source,
        targets=(site.target_of(name),),
    )


def _listen(site: sites.Site, name: str) -> str:
    return f"--web.listen-address={site.address_of(name)}"


def _postgres(site: sites.Site) -> components.Component:
    address = f"{site.address_of('postgres')}/{postgres.DATABASE}?sslmode=disable"
    return _exporter(
        site,
        "postgres-exporter",
        (_listen(site, "postgres-exporter"),),
        {
            "DATA_SOURCE_URI": address,
            "DATA_SOURCE_USER": postgres.MONITORING_ROLE,
            "DATA_SOURCE_PASS_FILE": str(
                secrets.path_of(site.layout, postgres.MONITORING_SECRET)
            ),
        },
    )


def _redis(site: sites.Site) -> components.Component:
    return _exporter(
        site,
        "redis-exporter",
        (
            _listen(site, "redis-exporter"),
            f"--redis.addr=redis://{site.address_of('redis')}",
        ),
    )


def _blackbox(
    site: sites.Site, probes: Iterable[sources.Probe]
) -> components.Component:
    config = site.layout.build / "prometheus" / "blackbox.yml"
    exporter = _exporter(
        site,
        "blackbox-exporter",
        (_listen(site, "blackbox-exporter"), f"--config.file={config}"),
    )
    asked = tuple(_probe(site, probe) for probe in probes if probe.name in site.ports)
    return replace(exporter, targets=(*exporter.targets, *asked))


def _probe(site: sites.Site, probe: sources.Probe) -> components.ScrapeTarget:
    return components.ScrapeTarget(
        job="probes",
        address=site.address_of(probe.name),
        labels={
            "target": probe.name,
            "service": probe.service,
            "team": probe.team,
            "__param_module": probe.kind.value,
            "__blackbox_address__": site.address_of("blackbox-exporter"),
        },
    )


def _node(site: sites.Site) -> components.Component:
    return _exporter(site, "node-exporter", (_listen(site, "node-exporter"),))


def _process(site: sites.Site) -> components.Component:
    config = site.layout.run / "process-exporter.yml"
    _write(config, _OWN_PROCESSES)
    return _exporter(
        site,
        "process-exporter",
        (
            _listen(site, "process-exporter"),
            f"-config.path={config}",
            # Both read much of /proc at every scrape, for series that nothing uses.
            "-threads=false",
            "-gather-smaps=false",
        ),
    )


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
