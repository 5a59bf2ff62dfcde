"""How the units are installed: a page with the exact commands."""

from collections.abc import Mapping
from typing import Final

from sightline.compilers.alertmanager import receivers
from sightline.compilers.systemd import layout, servers, units
from sightline.model import artifacts, environments, monitoring, placement

__all__ = ["compile_notes"]

_Program = placement.Program

_PAGE: Final = """\
# Monitoring of {environment}, on plain machines

Every unit runs its program by the name that its authors gave it, from where systemd
looks (`/usr/local/bin`, `/usr/bin`):

| Unit | Program | Credentials in `{credentials}` |
|---|---|---|
{rows}

```sh
install -d -m 0755 {home} {files} {prometheus} {alertmanager} /etc/systemd/system
install -d -m 0700 {credentials}
install -m 0644 *.service *.target /etc/systemd/system/
{more}systemctl daemon-reload
systemctl enable --now {target}
```

Configuration, rules and dashboards lie in `{prometheus}`, `{alertmanager}` and
`{grafana}`, where `sightline apply` keeps them. A change of the machine's own goes into
a drop-in (`systemctl edit UNIT`): the next build leaves it alone.

{reach}

{secrets}
"""

_ALONE: Final = """\
Everything listens on this machine alone; others come through a proxy that asks them."""

_SEVERAL: Final = """\
The environment has several machines: all but the console listen on every address, and
ask nobody who is there. Let the machines of the monitoring in, and nobody else."""

_AS_CREDENTIALS: Final = """\
Alertmanager's secrets are credentials as the others: {names}."""

_IN_A_FOLDER: Final = """\
Alertmanager reads its secrets in `{folder}`: {names}.
Give them to the group `{group}` (`chgrp`, `chmod 0640`). With
`secrets_directory: {shown}`
they are credentials, as the others."""


def compile_notes(
    declared: monitoring.Monitoring,
    environment: environments.Environment,
    services: Mapping[placement.Program, units.Unit],
) -> artifacts.Artifact:
    """Gives `README.md`."""
    rows = [
        f"| `{one.name}` | `{one.words[0]}` | {_listed(one.credentials)} |"
        for one in services.values()
    ]
    text = _PAGE.format(
        environment=environment.name,
        rows="\n".join(rows),
        credentials=layout.CREDENTIALS,
        home=layout.HOME,
        files=layout.FILES,
        prometheus=layout.PROMETHEUS,
        alertmanager=layout.ALERTMANAGER,
        grafana=layout.GRAFANA,
        more="".join(f"{line}\n" for line in _commands(services)),
        target=units.TARGET,
        reach=_ALONE if layout.host_of(environment) == layout.HOST else _SEVERAL,
        secrets=_secrets(declared, environment, services[_Program.ALERTMANAGER]),
    )
    return units.beside("README.md", text)


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _commands(services: Mapping[placement.Program, units.Unit]) -> list[str]:
    folder = "grafana-server.service.d"
    lines = [
        f"install -D -m 0644 -t /etc/systemd/system/{folder} {folder}/sightline.conf"
    ]
    if _Program.COLLECTORS in services:
        lines.append(f"install -m 0644 collect.yaml {layout.HOME}/")
    if _Program.PROCESS_EXPORTER in services:
        lines.append(f"install -m 0644 process-exporter.yml {layout.HOME}/")
    if not services[_Program.ALERTMANAGER].credentials:
        lines += [
            "install -m 0644 sysusers.d/sightline.conf /etc/sysusers.d/",
            "systemd-sysusers",
        ]
    return lines


def _secrets(
    declared: monitoring.Monitoring,
    environment: environments.Environment,
    alertmanager: units.Unit,
) -> str:
    names = _listed(receivers.secret_names(declared, environment))
    if alertmanager.credentials:
        return _AS_CREDENTIALS.format(names=names)
    return _IN_A_FOLDER.format(
        names=names,
        folder=environment.secrets_directory,
        group=servers.SECRETS_GROUP,
        shown=layout.credentials_of(alertmanager.name),
    )
