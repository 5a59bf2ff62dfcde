"""Prometheus: the server that scrapes, stores and evaluates."""

from sightline.model import components, units
from sightline.stack import profiles, sites

__all__ = ["compose"]

_DEBIAN_ASSETS = "prometheus/web"


def compose(
    site: sites.Site,
    retention: units.Duration,
    name: str = profiles.PROMETHEUS[0],
) -> components.Component:
    """Gives Prometheus on the build's configuration, on data of its own.

    Its name is also that of the replica, where the configuration asks for one.
    """
    binary = site.binaries["prometheus"]
    folder = site.layout.data_of(name)
    folder.mkdir(parents=True, exist_ok=True)
    url = site.url_of(name)
    config = site.layout.build / "prometheus" / "prometheus.yml"
    argv = [
        str(binary.path),
        f"--config.file={config}",
        f"--storage.tsdb.path={folder}",
        f"--storage.tsdb.retention.time={retention}",
        f"--web.listen-address={site.address_of(name)}",
        f"--web.external-url={url}",
        "--web.enable-lifecycle",
        "--enable-feature=exemplar-storage",
        # What fires before Alertmanager is discovered is sent again after this, and
        # not only after the default minute: a fresh stack is whole in seconds.
        "--rules.alert.resend-delay=1s",
        # The same holds for targets: found at once, and scraped without a pause of 5s.
        "--scrape.discovery-reload-interval=300ms",
    ]
    # Debian's build serves its pages from disk, and dies when it cannot find them.
    if binary.share is not None and (binary.share / _DEBIAN_ASSETS).is_dir():
        argv.append(f"--web.local-assets={binary.share / _DEBIAN_ASSETS}")
    return components.Component(
        name=name,
        argv=tuple(argv),
        environment={**binary.environment, "REPLICA": name},
        working_directory=folder,
        readiness=components.HttpReady(f"{url}/-/ready"),
        stop_timeout=10.0,
        wave=0,
        port=site.ports[name],
        version=binary.version,
        source=binary.source,
        targets=(
            components.ScrapeTarget(job="prometheus", address=site.address_of(name)),
        ),
    )
