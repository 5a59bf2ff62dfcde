"""The model as systemd runs it on plain machines: a unit for every program.

The units read what the other parts of the build write, where `apply` puts it, and are
told apart from a distribution's own by their names. Each is a user of its own that
systemd makes up, sees next to nothing of the machine, and gets its secrets as
credentials: https://systemd.io/CREDENTIALS/
"""

from sightline.compilers import collector_settings, programs
from sightline.compilers.systemd import exporters, layout, notes, own, servers, units
from sightline.model import artifacts, environments, monitoring, placement

__all__ = ["compile_systemd"]

_Program = placement.Program


def compile_systemd(
    declared: monitoring.Monitoring, environment: environments.Environment
) -> tuple[artifacts.Artifact, ...]:
    """Gives the units, the settings of the collectors, and how they are installed."""
    declared = declared.within(environment)
    running = {*programs.connected(declared, environment), _Program.CONSOLE}
    services = {
        program: unit
        for program in _Program
        if program in running
        and (unit := _unit(program, declared, environment)) is not None
    }
    written = [*(units.artifact(one) for one in services.values())]
    written.append(units.group(declared.organisation.name, services.values()))
    if _Program.GRAFANA in running:
        written.append(servers.grafana_settings())
    if _Program.COLLECTORS in services:
        written.append(_collector_settings(environment))
    if _Program.PROCESS_EXPORTER in services:
        written.append(exporters.process_names())
    if servers.SECRETS_GROUP in services[_Program.ALERTMANAGER].settings.values():
        written.append(servers.secrets_group())
    return (*written, notes.compile_notes(declared, environment, services))


def _unit(
    program: placement.Program,
    declared: monitoring.Monitoring,
    environment: environments.Environment,
) -> units.Unit | None:
    match program:
        case _Program.PROMETHEUS:
            return servers.prometheus(environment)
        case _Program.ALERTMANAGER:
            return servers.alertmanager(declared, environment)
        case _Program.COLLECTORS:
            return own.collectors(environment)
        case _Program.CONSOLE:
            return own.console(environment)
        case _Program.GRAFANA:
            # Its packages have a unit, which is told where its files are.
            return None
        case _:
            return exporters.exporter(program, declared, environment)


def _collector_settings(environment: environments.Environment) -> artifacts.Artifact:
    name = layout.unit_name(_Program.COLLECTORS)
    text = collector_settings.compile_settings(
        environment,
        secrets=layout.credentials_of(name),
        files=layout.FILES,
        state=layout.state_of(_Program.COLLECTORS),
        host=layout.host_of(environment),
    )
    return units.beside("collect.yaml", text)
