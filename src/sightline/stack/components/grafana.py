"""Grafana, where the machine has one: provisioned with exactly what was built."""

from pathlib import Path
from typing import Final

from sightline.model import components
from sightline.stack import secrets, sites

__all__ = ["NAME", "PORT", "compose"]

NAME: Final = "grafana"
PORT: Final = 3000
"""Where it listens, unless that port is taken."""

_PASSWORD: Final = "grafana-admin-password"  # noqa: S105 - a name
_PACKAGED_HOME: Final = Path("/usr/share/grafana")


def compose(site: sites.Site) -> components.Component:
    """Gives Grafana; whoever reaches it may look, and only the administrator write.

    The administrator's password is a file of the stack's own.
    """
    binary = site.binaries[NAME]
    built = site.layout.build / "grafana"
    folder = site.layout.data_of(NAME)
    folder.mkdir(parents=True, exist_ok=True)
    secrets.obtain(site.layout, _PASSWORD)
    # Since version 10 one program has the server as its first word.
    server = ("server",) if binary.path.name == NAME else ()
    return components.Component(
        name=NAME,
        argv=(str(binary.path), *server, f"--homepath={_home_of(binary.path)}"),
        environment={
            **binary.environment,
            "GF_ANALYTICS_CHECK_FOR_PLUGIN_UPDATES": "false",
            "GF_ANALYTICS_CHECK_FOR_UPDATES": "false",
            "GF_ANALYTICS_REPORTING_ENABLED": "false",
            "GF_AUTH_ANONYMOUS_ENABLED": "true",
            "GF_AUTH_ANONYMOUS_ORG_ROLE": "Viewer",
            "GF_PATHS_DATA": str(folder),
            "GF_PATHS_LOGS": str(folder / "log"),
            "GF_PATHS_PROVISIONING": str(built / "provisioning"),
            "GF_SECURITY_ADMIN_PASSWORD__FILE": str(
                secrets.path_of(site.layout, _PASSWORD)
            ),
            "GF_SERVER_HTTP_ADDR": sites.HOST,
            "GF_SERVER_HTTP_PORT": str(site.ports[NAME]),
            "SIGHTLINE_DASHBOARDS": str(built / "dashboards"),
        },
        working_directory=folder,
        readiness=components.HttpReady(f"{site.url_of(NAME)}/api/health"),
        stop_timeout=10.0,
        wave=1,
        port=site.ports[NAME],
        version=binary.version,
        source=binary.source,
    )


def _home_of(program: Path) -> Path:
    """Gives the folder with `conf/` and `public/`: a tarball's, or the package's."""
    unpacked = program.resolve().parent.parent
    return (
        unpacked if (unpacked / "conf" / "defaults.ini").is_file() else _PACKAGED_HOME
    )
