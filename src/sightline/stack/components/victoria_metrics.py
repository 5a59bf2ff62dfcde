"""VictoriaMetrics: keeps for long what Prometheus sends it."""

from typing import Final

from sightline.model import components, units
from sightline.stack import profiles, sites

__all__ = ["WRITE_PATH", "compose"]

WRITE_PATH: Final = "/api/v1/write"

_RETENTION: Final = "13"
"""Months: a year, and the month that it is compared with."""


def compose(site: sites.Site, scrape_interval: units.Duration) -> components.Component:
    """Gives VictoriaMetrics, which takes samples and answers PromQL.

    Args:
        site: where it runs.
        scrape_interval: of what a pair sends twice, one sample in this time is kept.
    """
    name = profiles.STORAGE
    binary = site.binaries[name]
    folder = site.layout.data_of(name)
    folder.mkdir(parents=True, exist_ok=True)
    return components.Component(
        name=name,
        argv=(
            str(binary.path),
            f"-storageDataPath={folder}",
            f"-httpListenAddr={site.address_of(name)}",
            f"-retentionPeriod={_RETENTION}",
            f"-dedup.minScrapeInterval={scrape_interval}",
            # Answers leave out what is younger than this, 30 s by default: with
            # samples every few seconds that would hide what is there.
            f"-search.latencyOffset={scrape_interval}",
        ),
        environment=binary.environment,
        working_directory=folder,
        readiness=components.HttpReady(f"{site.url_of(name)}/health"),
        stop_timeout=10.0,
        wave=0,
        port=site.ports[name],
        version=binary.version,
        source=binary.source,
    )
