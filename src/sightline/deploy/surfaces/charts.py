"""Releases of Helm charts as a surface."""

import json
from collections.abc import Collection, Mapping, Sequence
from pathlib import PurePosixPath
from typing import Final

from sightline import errors
from sightline.clients import kubernetes
from sightline.deploy import changes, observations, resources
from sightline.deploy.surfaces import protocols
from sightline.model import deployment

__all__ = ["ChartReader", "ChartWriter", "want"]

_DEPLOYED: Final = "deployed"
_KIND: Final = "release"


def want(chart: deployment.Chart, values: kubernetes.Values) -> resources.Resource:
    """Gives a release as it is wanted."""
    name = PurePosixPath(chart.chart).name
    return _resource(
        chart.release,
        chart.namespace,
        f"{name}-{chart.version}",
        _DEPLOYED,
        values,
        text=json.dumps(
            {"chart": chart.chart, "version": chart.version, "values": values}
        ),
    )


class ChartReader:
    """Reads releases and their values; a `protocols.Reader`."""

    def __init__(self, helm: kubernetes.Helm) -> None:
        self._helm = helm

    async def observe(
        self, interest: Collection[resources.Resource]
    ) -> observations.Observation:
        """Gives the releases asked for; those of others in their namespaces beside."""
        surface = resources.Surface.HELM
        wanted = {one.identity for one in interest}
        found: dict[resources.Identity, resources.Resource] = {}
        others: list[resources.Identity] = []
        try:
            for namespace in sorted({_split(key)[0] for key in wanted}):
                for listed in await self._helm.list(namespace):
                    key = _identity(listed.name, namespace)
                    if key in wanted:
                        found[key] = await self._fetch(listed)
                    else:
                        others.append(key)
        except errors.SightlineError as error:
            return observations.blind(surface, interest, str(error))
        return observations.Observation(
            surface=surface, found=found, others=tuple(others)
        )

    async def _fetch(self, listed: kubernetes.Release) -> resources.Resource:
        values = await self._helm.fetch_values(listed.name, listed.namespace)
        return _resource(
            listed.name,
            listed.namespace,
            listed.chart,
            listed.status,
            values,
            revision=listed.revision,
        )


class ChartWriter:
    """Installs, upgrades and removes releases; a `protocols.Writer`."""

    def __init__(self, helm: kubernetes.Helm) -> None:
        self._helm = helm

    async def apply(
        self, pending: Sequence[changes.Pending], landed: protocols.Landed
    ) -> None:
        """Does the releases of one stage, one after another."""
        for change in pending:
            namespace, name = _split(change.identity)
            if isinstance(change, changes.Delete):
                await self._helm.uninstall(name, namespace)
            else:
                kept = json.loads(change.after.text)
                release = kubernetes.Release(
                    name=name,
                    namespace=namespace,
                    revision="",
                    status="",
                    chart=kept["chart"],
                )
                await self._helm.upgrade(release, kept["version"], kept["values"])
            landed(change.identity)


def _resource(  # noqa: PLR0913 - one release, as Helm lists it
    name: str,
    namespace: str,
    chart: str,
    status: str,
    values: Mapping[str, object],
    *,
    text: str = "",
    revision: str = "",
) -> resources.Resource:
    document = {"chart": chart, "status": status, "values": values}
    return resources.Resource(
        identity=_identity(name, namespace),
        phase=resources.Phase.FOUNDATION,
        document=json.loads(json.dumps(document)),
        text=text,
        revision=revision,
    )


def _identity(name: str, namespace: str) -> resources.Identity:
    return resources.Identity.of(resources.Surface.HELM, _KIND, f"{namespace}/{name}")


def _split(identity: resources.Identity) -> tuple[str, str]:
    namespace, _, name = identity.name.partition("/")
    return namespace, name
