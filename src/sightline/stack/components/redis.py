"""Redis: sessions, cache and queues of the platform; nothing is kept on disk."""

from sightline.model import components
from sightline.stack import sites

__all__ = ["compose"]

_MEMORY = "64mb"


def compose(site: sites.Site) -> components.Component:
    """Gives Redis with a small memory that refuses writes when it is full."""
    binary = site.binaries["redis"]
    folder = site.layout.data_of("redis")
    folder.mkdir(parents=True, exist_ok=True)
    port = site.ports["redis"]
    settings = {
        "port": str(port),
        "bind": sites.HOST,
        "maxmemory": _MEMORY,
        "maxmemory-policy": "noeviction",
        "appendonly": "no",
        "save": "",
        "dir": str(folder),
        "daemonize": "no",
        "loglevel": "notice",
    }
    flags = [part for key, text in settings.items() for part in (f"--{key}", text)]
    return components.Component(
        name="redis",
        argv=(str(binary.path), *flags),
        environment=binary.environment,
        working_directory=folder,
        readiness=components.TcpReady(sites.HOST, port),
        wave=0,
        port=port,
        version=binary.version,
        source=binary.source,
    )
