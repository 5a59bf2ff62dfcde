"""Kubernetes as a surface: server-side apply under a field manager of our own."""

import json
from collections.abc import Collection, Mapping, Sequence
from typing import Final

from sightline import errors
from sightline.clients import kubernetes
from sightline.deploy import changes, observations, resources
from sightline.deploy.surfaces import kubernetes_objects, protocols

__all__ = ["ClusterReader", "ClusterWriter"]

_SERVERS_OWN: Final = frozenset({"status"})


class ClusterReader:
    """Reads objects; a `protocols.Reader`."""

    def __init__(self, kubectl: kubernetes.Kubectl) -> None:
        self._kubectl = kubectl

    async def observe(
        self, interest: Collection[resources.Resource]
    ) -> observations.Observation:
        """Gives the objects asked for, reduced to what of them is ours."""
        surface = resources.Surface.KUBERNETES
        wanted = {one.identity: _manifest(one) for one in interest}
        try:
            live = await self._kubectl.fetch(list(wanted.values()))
        except errors.SightlineError as error:
            return observations.blind(surface, interest, str(error))
        found = (_reduce(one, wanted) for one in live)
        return observations.Observation(
            surface=surface, found={one.identity: one for one in found}
        )


class ClusterWriter:
    """Changes objects; a `protocols.Writer`.

    The server judges all objects of a stage before it stores the first of them.
    """

    def __init__(self, kubectl: kubernetes.Kubectl) -> None:
        self._kubectl = kubectl

    async def apply(
        self, pending: Sequence[changes.Pending], landed: protocols.Landed
    ) -> None:
        """Applies or deletes the objects of one stage, one after another."""
        for writing in pending:
            if not isinstance(writing, changes.Delete):
                await self._apply(writing, is_trial=True)
        for change in pending:
            if isinstance(change, changes.Delete):
                await self._kubectl.delete([_manifest(change.before)])
            else:
                await self._apply(change, is_trial=False)
            landed(change.identity)

    async def _apply(self, change: changes.Writing, *, is_trial: bool) -> None:
        manifest = _manifest(change.after)
        # What the plan showed as somebody's work, and was agreed to, is taken over.
        takes_over = change.drift is not None
        if isinstance(change, changes.Update):
            takes_over = takes_over or change.is_adopted
            manifest = _at_revision(manifest, change.before.revision)
        try:
            await self._kubectl.apply(
                [manifest], is_trial=is_trial, takes_over=takes_over
            )
        except errors.ServerUnavailable as error:
            if "conflict" in str(error).lower():
                raise errors.LiveChanged(f"{change.identity}: {error}") from error
            raise


def _manifest(resource: resources.Resource) -> kubernetes.Manifest:
    found: kubernetes.Manifest = json.loads(resource.text)
    return found


def _at_revision(manifest: kubernetes.Manifest, revision: str) -> kubernetes.Manifest:
    """Gives the object with the version that it may replace, and no other."""
    metadata = manifest.get("metadata")
    if not revision or not isinstance(metadata, dict):
        return manifest
    return {**manifest, "metadata": {**metadata, "resourceVersion": revision}}


def _reduce(
    live: kubernetes.Manifest,
    wanted: Mapping[resources.Identity, kubernetes.Manifest],
) -> resources.Resource:
    asked = wanted.get(kubernetes_objects.identify(live), {})
    plain: dict[str, resources.Document] = json.loads(
        json.dumps({key: one for key, one in live.items() if key not in _SERVERS_OWN})
    )
    shape: dict[str, resources.Document] = json.loads(json.dumps(asked))
    found = kubernetes_objects.project(plain, shape, _owned(plain))
    return kubernetes_objects.read(live, found)


def _owned(live: Mapping[str, resources.Document]) -> Mapping[str, resources.Document]:
    """Gives the fields that our field manager applied."""
    metadata = live.get("metadata")
    managed = metadata.get("managedFields") if isinstance(metadata, Mapping) else None
    for entry in managed if isinstance(managed, list) else []:
        if (
            isinstance(entry, Mapping)
            and entry.get("manager") == kubernetes.FIELD_MANAGER
            and entry.get("operation") == "Apply"
            and isinstance(entry.get("fieldsV1"), Mapping)
        ):
            fields = entry["fieldsV1"]
            assert isinstance(fields, Mapping)  # noqa: S101 - narrows for the checker
            return fields
    return {}
