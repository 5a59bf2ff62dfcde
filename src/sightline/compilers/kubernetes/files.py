"""The files that an environment's programs read, as ConfigMaps."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from sightline.compilers import (
    alertmanager,
    collector_settings,
    containers,
    documents,
    grafana,
    programs,
    prometheus,
)
from sightline.compilers.grafana import provisioning
from sightline.compilers.kubernetes import objects, pods
from sightline.compilers.prometheus import blackbox, server_config
from sightline.model import (
    connections,
    environments,
    monitoring,
    placement,
)

__all__ = ["Files", "compile_files", "exporter_variables"]

_Program = placement.Program
_SECRETS: Final = "/etc/sightline/secrets"
_DASHBOARD_LABEL: Final = {"grafana_dashboard": "1"}
"""What the side-car of both Grafana charts looks for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Files:
    """The files of an environment's programs, as ConfigMaps, by program."""

    maps: Mapping[placement.Program, objects.Objects]

    def digest(self, program: placement.Program) -> str:
        """Gives the fingerprint of what a program reads."""
        maps = self.maps.get(program, [])
        return objects.digest(map(documents.render_yaml, maps)) if maps else "none"

    def names(self, program: placement.Program, prefix: str) -> tuple[str, ...]:
        """Gives the names of a program's ConfigMaps that begin with a word."""
        named = (_name(one) for one in self.maps.get(program, []))
        return tuple(name for name in named if name.startswith(prefix))


def compile_files(
    declared: monitoring.Monitoring,
    environment: environments.Environment,
    among: Iterable[placement.Program] = tuple(placement.Program),
) -> Files:
    """Gives the files of programs; `declared` is what exists there."""
    found = {
        program: [*_FILES[program](declared, environment)]
        for program in among
        if program in _FILES
    }
    return Files(maps={program: maps for program, maps in found.items() if maps})


def exporter_variables(
    program: placement.Program,
    declared: monitoring.Monitoring,
    environment: environments.Environment,
    secrets: str = _SECRETS,
) -> dict[str, str]:
    """Gives what an exporter is told of its connection; nothing where it has none."""
    found = programs.find_exporter(program, declared, environment)
    if found is None:
        return {}
    connection = found[1]
    if isinstance(connection, connections.Postgres):
        return collector_settings.postgres_variables(connection, secrets)
    return collector_settings.redis_variables(connection, secrets)


def _prometheus(
    declared: monitoring.Monitoring, environment: environments.Environment
) -> Iterator[objects.Object]:
    config = server_config.compile_cluster_config(
        declared, environment, "/etc/sightline/rules/*.yml"
    )
    text = documents.render_yaml(config)
    yield objects.config_map(pods.Names.PROMETHEUS, {"prometheus.yml": text})
    rules = prometheus.compile_rule_files(declared, environment)
    files = {one.path.name: one.text for one in rules}
    for number, group in enumerate(objects.pack(files)):
        yield objects.config_map(f"{pods.Names.RULES}-{number}", group)


def _alertmanager(
    declared: monitoring.Monitoring, environment: environments.Environment
) -> Iterator[objects.Object]:
    config = alertmanager.compile_config(
        declared, _local_settings(environment), "/etc/sightline/alertmanager/*.tmpl"
    )
    texts = alertmanager.compile_texts()
    yield objects.config_map(
        pods.Names.ALERTMANAGER,
        {
            "alertmanager.yml": documents.render_yaml(config),
            texts.path.name: texts.text,
        },
    )


def _grafana(
    declared: monitoring.Monitoring, environment: environments.Environment
) -> Iterator[objects.Object]:
    sources = provisioning.compile_data_sources(_local_settings(environment))
    provider = provisioning.compile_provider(declared, "$SIGHTLINE_DASHBOARDS")
    yield objects.config_map(
        pods.Names.GRAFANA,
        {
            "dashboards.yml": documents.render_yaml(provider),
            "datasources.yml": documents.render_yaml(sources),
        },
    )
    boards = grafana.compile_dashboards(declared)
    files = {one.path.name: one.text for one in boards}
    folder = {"grafana_folder": declared.organisation.name}
    for number, group in enumerate(objects.pack(files)):
        name = f"{pods.Names.DASHBOARDS}-{number}"
        yield objects.config_map(name, group, folder, _DASHBOARD_LABEL)


def _blackbox(
    _declared: monitoring.Monitoring, _environment: environments.Environment
) -> Iterator[objects.Object]:
    text = blackbox.compile_blackbox_modules().text
    yield objects.config_map(pods.Names.BLACKBOX, {"blackbox.yml": text})


def _postgres_exporter(
    declared: monitoring.Monitoring, environment: environments.Environment
) -> Iterator[objects.Object]:
    program = _Program.POSTGRES_EXPORTER
    if variables := exporter_variables(program, declared, environment):
        yield objects.config_map(pods.Names.POSTGRES, variables)


def _redis_exporter(
    declared: monitoring.Monitoring, environment: environments.Environment
) -> Iterator[objects.Object]:
    program = _Program.REDIS_EXPORTER
    if variables := exporter_variables(program, declared, environment):
        yield objects.config_map(pods.Names.REDIS, variables)


def _collectors(
    _declared: monitoring.Monitoring, environment: environments.Environment
) -> Iterator[objects.Object]:
    data = programs.FACTS[_Program.COLLECTORS].data or ""
    text = collector_settings.compile_settings(
        environment, secrets=_SECRETS, files="/etc/sightline/files", state=data
    )
    yield objects.config_map(pods.Names.COLLECTORS, {"collect.yaml": text})


def _local_settings(environment: environments.Environment) -> environments.Environment:
    """Gives the environment as its servers see it in the cluster."""
    return containers.within_containers(
        environment,
        f"http://prometheus:{programs.FACTS[_Program.PROMETHEUS].port}",
        f"http://alertmanager:{programs.FACTS[_Program.ALERTMANAGER].port}",
    )


def _name(one: objects.Object) -> str:
    metadata = one["metadata"]
    assert isinstance(metadata, Mapping)  # noqa: S101 - narrows for the checker
    return str(metadata["name"])


_Compiler = Callable[
    [monitoring.Monitoring, environments.Environment], Iterator[objects.Object]
]
_FILES: Final[Mapping[placement.Program, _Compiler]] = {
    _Program.PROMETHEUS: _prometheus,
    _Program.ALERTMANAGER: _alertmanager,
    _Program.GRAFANA: _grafana,
    _Program.BLACKBOX_EXPORTER: _blackbox,
    _Program.POSTGRES_EXPORTER: _postgres_exporter,
    _Program.REDIS_EXPORTER: _redis_exporter,
    _Program.COLLECTORS: _collectors,
}
