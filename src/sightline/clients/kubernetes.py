"""A Kubernetes cluster, through the user's own `kubectl`; a Helm, through their `helm`.

Whoever may do what, and how one logs in, is settled there and not here. Manifests and
values go as files that only their owner can read.

https://kubernetes.io/docs/reference/using-api/server-side-apply/ and
https://helm.sh/docs/helm/
"""

import contextlib
import json
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar

import pydantic

from sightline import errors
from sightline.clients import tools
from sightline.model import findings

__all__ = ["FIELD_MANAGER", "Helm", "Kubectl", "Manifest", "Release", "Values"]

_T = TypeVar("_T")

FIELD_MANAGER: Final = "sightline"
_LONGEST_REASON: Final = 400

Manifest = dict[str, object]
Values = dict[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """A release of a chart as it is listed.

    Attributes:
        chart: its name with its version, such as `prometheus-29.27.0`.
        status: `deployed`, `failed`, `pending-upgrade` and others.
    """

    name: str
    namespace: str
    revision: str
    status: str
    chart: str


_OBJECT: Final = pydantic.TypeAdapter(Manifest)
_VALUES: Final = pydantic.TypeAdapter(Values | None)
_RELEASES: Final = pydantic.TypeAdapter(tuple[Release, ...])


class Kubectl:
    """One cluster.

    Every method raises `errors.ServerUnavailable` when there is no usable answer, and
    `errors.ComponentMissing` without a `kubectl`.

    Args:
        program: the `kubectl`.
        context: of its kubeconfig; empty takes the current one.
    """

    def __init__(self, program: tools.Program, context: str) -> None:
        self._program = program
        self._context = (f"--context={context}",) if context else ()

    async def fetch(self, manifests: Sequence[Manifest]) -> tuple[Manifest, ...]:
        """Gives those of the objects that are there, with who manages which field."""
        if not manifests:
            return ()
        said = await self._with_file(
            manifests,
            lambda file: (
                "get",
                f"--filename={file}",
                "--ignore-not-found",
                "--show-managed-fields",
                "--output=json",
            ),
        )
        if not said.strip():
            return ()
        answer = _read(_OBJECT, said, "kubectl get")
        items = answer.get("items")
        if answer.get("kind") == "List" and isinstance(items, list):
            return tuple(items)
        return (answer,)

    async def apply(
        self, manifests: Sequence[Manifest], *, is_trial: bool, takes_over: bool
    ) -> None:
        """Applies objects on the server's side.

        Args:
            manifests: the objects.
            is_trial: the server judges, and stores nothing.
            takes_over: fields that another manager owns become ours.
        """
        await self._with_file(
            manifests,
            lambda file: (
                "apply",
                "--server-side",
                f"--field-manager={FIELD_MANAGER}",
                f"--filename={file}",
                *(("--dry-run=server",) if is_trial else ()),
                *(("--force-conflicts",) if takes_over else ()),
            ),
        )

    async def delete(self, manifests: Sequence[Manifest]) -> None:
        """Deletes objects, and waits until they are gone."""
        await self._with_file(
            manifests,
            lambda file: (
                "delete",
                f"--filename={file}",
                "--ignore-not-found",
                "--wait=true",
            ),
        )

    async def render(self, folder: Path) -> str:
        """Gives what a kustomization makes; needs no cluster."""
        return await _run(self._program, ("kustomize", str(folder)))

    async def _with_file(
        self,
        manifests: Sequence[Manifest],
        arguments: Callable[[str], tuple[str, ...]],
    ) -> str:
        document = {"apiVersion": "v1", "kind": "List", "items": list(manifests)}
        with _private_file(document) as file:
            return await _run(self._program, (*self._context, *arguments(file)))


class Helm:
    """The releases of one cluster; raises as `Kubectl`."""

    def __init__(self, program: tools.Program, context: str) -> None:
        self._program = program
        self._context = (f"--kube-context={context}",) if context else ()

    async def list(self, namespace: str) -> tuple[Release, ...]:
        """Gives the releases of a namespace, failed and pending ones included."""
        said = await self._run(
            "list", f"--namespace={namespace}", "--all", "--output=json"
        )
        return _read(_RELEASES, said, "helm list")

    async def fetch_values(self, release: str, namespace: str) -> Values:
        """Gives the values that somebody set, without the chart's defaults."""
        said = await self._run(
            "get", "values", release, f"--namespace={namespace}", "--output=json"
        )
        return _read(_VALUES, said, "helm get values") or {}

    async def upgrade(self, release: Release, version: str, values: Values) -> None:
        """Installs or upgrades a release, and goes back by itself where that fails.

        Args:
            release: its `chart` is the chart's name or path, without the version.
            version: of the chart.
            values: all of them.
        """
        with _private_file(values) as file:
            await self._run(
                "upgrade",
                release.name,
                release.chart,
                "--install",
                "--atomic",
                "--create-namespace",
                f"--namespace={release.namespace}",
                f"--version={version}",
                f"--values={file}",
            )

    async def uninstall(self, release: str, namespace: str) -> None:
        """Removes a release, and waits until it is gone."""
        await self._run("uninstall", release, f"--namespace={namespace}", "--wait")

    async def _run(self, *arguments: str) -> str:
        return await _run(self._program, (*arguments, *self._context))


@contextlib.contextmanager
def _private_file(document: object) -> Iterator[str]:
    """Gives a file with a document, which its owner alone can read, for a while."""
    with tempfile.NamedTemporaryFile(
        "w", prefix="sightline-", suffix=".json", encoding="utf-8"
    ) as file:
        json.dump(document, file)
        file.flush()
        yield file.name


async def _run(program: tools.Program, arguments: tuple[str, ...]) -> str:
    match await program.run(arguments):
        case findings.NotChecked(reason=reason):
            raise errors.ComponentMissing(reason)
        case tools.Verdict(is_accepted=True, output=output):
            return output
        case tools.Verdict(messages=messages):
            asked = next(one for one in arguments if not one.startswith("-"))
            told = " ".join(messages.split())[:_LONGEST_REASON]
            raise errors.ServerUnavailable(f"{program.name} {asked}: {told}")


def _read(adapter: pydantic.TypeAdapter[_T], said: str, asked: str) -> _T:
    try:
        return adapter.validate_json(said)
    except pydantic.ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(map(str, first["loc"])) or "the answer"
        # The cause would hold what was answered: it is left out on purpose.
        raise errors.ServerUnavailable(
            f"{asked}: unexpected answer at {place}: {first['msg']}"
        ) from None
