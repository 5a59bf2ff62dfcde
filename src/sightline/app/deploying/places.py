"""The live systems of an environment, and what its build wants of each."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, TypeAlias

import httpx

from sightline import errors
from sightline.app import build, live
from sightline.app.deploying import clusters, keyrings
from sightline.clients import credentials, grafana, kubernetes, tools
from sightline.deploy import memories, resources, wanting
from sightline.deploy.surfaces import (
    blind,
    charts,
    cluster,
    directories,
    files,
    folders,
    protocols,
    served,
)
from sightline.deploy.surfaces import grafana as grafana_surface
from sightline.model import artifacts, deployment, environments, monitoring
from sightline.stack import layout, profiles
from sightline.stack.acquire import binaries

__all__ = ["Place", "connect"]

_MESSAGE: Final = "applied by sightline"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """An environment as it is deployed to.

    Attributes:
        wanted: everything that the spec wants there.
    """

    surfaces: protocols.Surfaces
    wanted: memories.State


_Machine: TypeAlias = tuple[files.FileSet, deployment.Directory, served.Served]


async def connect(
    declared: monitoring.Monitoring,
    chosen: environments.Environment,
    root: Path,
    environ: Mapping[str, str],
    client: httpx.AsyncClient,
) -> Place:
    """Gives the live systems of an environment, and what is wanted of them.

    Raises:
        InputError: the environment does not say where it is deployed.
        ComponentMissing: promtool or amtool is neither installed nor to be fetched.
    """
    environment = _locate(chosen, root)
    deploy = environment.deploy
    if deploy is None:
        raise errors.InputError(
            f"the environment {environment.name} does not say where it is deployed;"
            " add `deploy` to it (docs/how-to/deploy.md)"
        )
    built = build.build(declared, environment, _targets(deploy))
    place = Place(surfaces=protocols.Surfaces(readers={}, writers={}), wanted={})
    for kinds, directory, server in await _find_machines(
        environment, deploy, environ, client
    ):
        folder = folders.Folder(root / directory.path)
        place = _with_directory(place, folder, kinds, server, built)
    if isinstance(deploy.grafana, deployment.GrafanaServer):
        keys = keyrings.open_keyring(deploy, root, environ)
        url, reached = environment.grafana_url, deploy.grafana
        place = await _with_grafana(place, url, reached, keys, client, built)
    place = await _with_cluster(place, environment, environ, built)
    return _with_charts(place, deploy, environ, built)


def _targets(deploy: deployment.Deployment) -> tuple[build.Target, ...]:
    """Gives the parts of a build that are deployed: the others are not made."""
    deployed = {
        build.Target.PROMETHEUS: deploy.prometheus,
        build.Target.ALERTMANAGER: deploy.alertmanager,
        build.Target.GRAFANA: deploy.grafana,
        build.Target.KUBERNETES: deploy.kubernetes,
        build.Target.HELM: deploy.charts,
    }
    return tuple(target for target, place in deployed.items() if place)


async def _find_machines(
    environment: environments.Environment,
    deploy: deployment.Deployment,
    environ: Mapping[str, str],
    client: httpx.AsyncClient,
) -> Sequence[_Machine]:
    """Gives the directories of plain machines, each with the servers that read it."""
    found: list[_Machine] = []
    if deploy.prometheus is not None:
        urls = deploy.prometheus.servers or (environment.prometheus_url,)
        promtool = tools.Promtool(await _find_judge("promtool", environ))
        server = served.PrometheusServers(client, urls, promtool)
        found.append((files.prometheus_files, deploy.prometheus, server))
    if deploy.alertmanager is not None:
        urls = deploy.alertmanager.servers or (environment.alertmanager_url,)
        amtool = tools.Amtool(await _find_judge("amtool", environ))
        members = served.AlertmanagerServers(client, urls, amtool)
        found.append((files.alertmanager_files, deploy.alertmanager, members))
    if isinstance(deploy.grafana, deployment.Directory):
        found.append((files.dashboard_files, deploy.grafana, served.Nobody()))
    return found


async def _with_grafana(
    place: Place,
    url: str,
    server: deployment.GrafanaServer,
    keys: credentials.Keyring,
    client: httpx.AsyncClient,
    built: Sequence[artifacts.Artifact],
) -> Place:
    surface, wanted = resources.Surface.GRAFANA, grafana_surface.read_artifacts(built)
    try:
        login = grafana.Token(await keys.fetch(server.token))
    except errors.CredentialMissing as error:
        unreached = blind.Blind(surface, str(error))
        return _with_surface(place, surface, unreached, unreached, wanted)
    connection = grafana.Connection(client, url, login)
    spoken = await _choose_forms(connection, server.api)
    reader = grafana.Grafana(connection, spoken)
    writer = grafana.GrafanaWriter(connection, spoken)
    place = _with_surface(
        place,
        surface,
        grafana_surface.GrafanaReader(reader),
        grafana_surface.GrafanaWriter(writer, reader, _MESSAGE),
        wanted,
    )
    announcer = grafana_surface.GrafanaAnnouncer(
        writer, lambda: dt.datetime.now(dt.UTC)
    )
    return replace(place, surfaces=replace(place.surfaces, announcers=(announcer,)))


async def _choose_forms(
    connection: grafana.Connection, api: deployment.GrafanaApi
) -> grafana.Forms:
    """Gives the API that this Grafana speaks; when it does not answer, that shows."""
    try:
        return grafana.choose(await grafana.Grafana(connection).fetch_health(), api)
    except errors.ServerUnavailable:
        return grafana.CLASSIC


async def _with_cluster(
    place: Place,
    environment: environments.Environment,
    environ: Mapping[str, str],
    built: Sequence[artifacts.Artifact],
) -> Place:
    deployed = environment.deploy.kubernetes if environment.deploy else None
    if deployed is None:
        return place
    kubectl = kubernetes.Kubectl(
        clusters.find_program("kubectl", environ), deployed.context
    )
    way = "operator" if deployed.operator else "overlays"
    wanted = await clusters.want_objects(
        built, environment.name, kubectl, f"{way}/{environment.name}"
    )
    return _with_surface(
        place,
        resources.Surface.KUBERNETES,
        cluster.ClusterReader(kubectl),
        cluster.ClusterWriter(kubectl),
        wanted,
    )


def _with_charts(
    place: Place,
    deploy: deployment.Deployment,
    environ: Mapping[str, str],
    built: Sequence[artifacts.Artifact],
) -> Place:
    if not deploy.charts:
        return place
    context = deploy.kubernetes.context if deploy.kubernetes else ""
    helm = kubernetes.Helm(clusters.find_program("helm", environ), context)
    return _with_surface(
        place,
        resources.Surface.HELM,
        charts.ChartReader(helm),
        charts.ChartWriter(helm),
        clusters.want_charts(built, deploy.charts),
    )


def _with_directory(
    place: Place,
    folder: folders.Folder,
    kinds: files.FileSet,
    server: served.Served,
    built: Sequence[artifacts.Artifact],
) -> Place:
    reader = directories.DirectoryReader(folder, kinds, server)
    writer = directories.DirectoryWriter(folder, kinds, server)
    wanted = wanting.files_of(built, kinds)
    place = _with_surface(place, kinds.surface, reader, writer, wanted)
    judges = {**place.surfaces.judges, kinds.surface: writer}
    return replace(place, surfaces=replace(place.surfaces, judges=judges))


def _with_surface(
    place: Place,
    surface: resources.Surface,
    reader: protocols.Reader,
    writer: protocols.Writer,
    wanted: memories.State,
) -> Place:
    surfaces = replace(
        place.surfaces,
        readers={**place.surfaces.readers, surface: reader},
        writers={**place.surfaces.writers, surface: writer},
    )
    return Place(surfaces=surfaces, wanted={**place.wanted, **wanted})


def _locate(chosen: environments.Environment, root: Path) -> environments.Environment:
    """Gives the environment; that of the local stack with its ports and folders."""
    if chosen.name != live.LOCAL or chosen.deploy is not None:
        return chosen
    ports = live.running_ports(root)
    if not ports:
        raise errors.InputError(
            "expected a running stack for the environment local, found none; start it"
            " with `up`, or name another environment with --env"
        )
    folder = layout.Layout.of_project(root).build

    def directory(name: str, servers: Sequence[str]) -> deployment.Directory:
        urls = tuple(
            f"http://{live.HOST}:{ports[one]}" for one in servers if one in ports
        )
        return deployment.Directory(path=str(folder / name), servers=urls)

    return replace(
        live.at_ports(chosen, ports),
        deploy=deployment.Deployment(
            prometheus=directory("prometheus", profiles.PROMETHEUS),
            alertmanager=directory("alertmanager", profiles.ALERTMANAGERS),
            grafana=directory("grafana", ()),
        ),
    )


async def _find_judge(name: str, environ: Mapping[str, str]) -> tools.Program:
    settings = binaries.settings_from_environ(environ, {})
    binary = (await binaries.acquire((name,), settings))[name]
    return tools.Program(
        name=name,
        path=binary.path,
        environment={**environ, **binary.environment},
    )
