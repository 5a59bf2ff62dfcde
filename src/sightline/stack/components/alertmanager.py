"""Alertmanager: groups, inhibits and sends."""

from pathlib import Path

from sightline.model import components
from sightline.stack import sites
from sightline.stack.acquire import binaries, templates

__all__ = ["compose"]


def compose(site: sites.Site) -> components.Component:
    """Gives Alertmanager on the build's configuration, alone in its cluster."""
    binary = site.binaries["alertmanager"]
    folder = site.layout.data_of("alertmanager")
    folder.mkdir(parents=True, exist_ok=True)
    # Alertmanager takes the relative paths of `url_file` and `routing_key_file` from
    # where it runs, not from its configuration: it runs beside that.
    built = site.layout.build / "alertmanager"
    _link_templates(binary, built)
    url = site.url_of("alertmanager")
    return components.Component(
        name="alertmanager",
        argv=(
            str(binary.path),
            f"--config.file={built / 'alertmanager.yml'}",
            f"--storage.path={folder}",
            f"--web.listen-address={site.address_of('alertmanager')}",
            f"--web.external-url={url}",
            "--cluster.listen-address=",  # empty: no gossip, no open port for it
            "--enable-feature=event-recorder",
        ),
        environment=binary.environment,
        working_directory=built,
        readiness=components.HttpReady(f"{url}/-/ready"),
        wave=0,
        port=site.ports["alertmanager"],
        version=binary.version,
        source=binary.source,
        targets=(site.target_of("alertmanager"),),
    )


def _link_templates(binary: binaries.Binary, folder: Path) -> None:
    """Puts Debian's templates where the relocated program looks for them."""
    folder.mkdir(parents=True, exist_ok=True)
    link = folder / templates.LINK_NAME
    link.unlink(missing_ok=True)
    if binary.share is not None:
        link.symlink_to(binary.share / templates.SHARE_FOLDER)
