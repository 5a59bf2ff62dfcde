"""Alertmanager: groups, inhibits and sends, alone or in a cluster."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from sightline.model import components
from sightline.stack import layout, profiles, sites
from sightline.stack.acquire import binaries, templates

__all__ = ["compose", "compose_cluster", "folder_of"]

_ALONE: Final = ("--cluster.listen-address=",)
"""Empty: no gossip, and no open port for it."""

_QUICK: Final = (
    # Members settle when their number has stood for a few tens of these; the default
    # of 200 ms is for networks, and makes a start wait for ten seconds.
    "--cluster.gossip-interval=50ms",
    # All start at once, and the first find nobody: they look again after this, and
    # not only after ten seconds.
    "--cluster.reconnect-interval=1s",
)
_READ: Final = ("alertmanager.yml", "templates", "secrets")
"""What Alertmanager reads of the build."""


def compose(site: sites.Site) -> components.Component:
    """Gives Alertmanager on the build's configuration, alone."""
    name = profiles.ALERTMANAGERS[0]
    ready = components.HttpReady(f"{site.url_of(name)}/-/ready")
    return _compose(site, name, _ALONE, ready)


def compose_cluster(
    site: sites.Site, names: Sequence[str]
) -> tuple[components.Component, ...]:
    """Gives Alertmanagers on one configuration that send each notification once.

    They tell one another what they have sent and what is silenced. Each is ready when
    it sees all the others.
    """
    return tuple(
        _compose(
            site,
            name,
            (*_cluster_flags(site, name, names), *_QUICK),
            components.ClusterReady(
                url=f"{site.url_of(name)}/api/v2/status", members=len(names)
            ),
        )
        for name in names
    )


def folder_of(place: layout.Layout, name: str) -> Path:
    """Gives where an Alertmanager runs, and leaves its record of events.

    It takes relative paths, of secrets and of that record, from there. The first runs
    in the build itself; the others have a folder each, so that no two write one file.
    """
    built = place.build / "alertmanager"
    return built if name == profiles.ALERTMANAGERS[0] else place.run / name


def _cluster_flags(
    site: sites.Site, name: str, names: Sequence[str]
) -> tuple[str, ...]:
    own = site.address_of(profiles.cluster_port_of(name))
    others = (one for one in names if one != name)
    return (
        f"--cluster.listen-address={own}",
        f"--cluster.advertise-address={own}",
        *(
            f"--cluster.peer={site.address_of(profiles.cluster_port_of(other))}"
            for other in others
        ),
    )


def _compose(
    site: sites.Site,
    name: str,
    cluster: tuple[str, ...],
    readiness: components.Readiness,
) -> components.Component:
    binary = site.binaries["alertmanager"]
    storage = site.layout.data_of(name)
    storage.mkdir(parents=True, exist_ok=True)
    folder = _prepare_folder(site, name)
    _link_templates(binary, folder)
    return components.Component(
        name=name,
        argv=(
            str(binary.path),
            f"--config.file={folder / 'alertmanager.yml'}",
            f"--storage.path={storage}",
            f"--web.listen-address={site.address_of(name)}",
            f"--web.external-url={site.url_of(name)}",
            *cluster,
            "--enable-feature=event-recorder",
        ),
        environment=binary.environment,
        working_directory=folder,
        readiness=readiness,
        wave=0,
        port=site.ports[name],
        version=binary.version,
        source=binary.source,
        targets=(
            components.ScrapeTarget(job="alertmanager", address=site.address_of(name)),
        ),
    )


def _prepare_folder(site: sites.Site, name: str) -> Path:
    """Makes the folder of an Alertmanager, with links into the build that it reads."""
    built = site.layout.build / "alertmanager"
    folder = folder_of(site.layout, name)
    if folder != built:
        folder.mkdir(parents=True, exist_ok=True)
        for part in _READ:
            link = folder / part
            link.unlink(missing_ok=True)
            link.symlink_to(built / part)
    return folder


def _link_templates(binary: binaries.Binary, folder: Path) -> None:
    """Puts Debian's templates where the relocated program looks for them."""
    folder.mkdir(parents=True, exist_ok=True)
    link = folder / templates.LINK_NAME
    link.unlink(missing_ok=True)
    if binary.share is not None:
        link.symlink_to(binary.share / templates.SHARE_FOLDER)
