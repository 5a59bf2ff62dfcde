"""A cluster of an environment, and what its build wants there."""

import shutil
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import yaml

from sightline import errors
from sightline.clients import kubernetes, tools
from sightline.deploy import memories
from sightline.deploy.surfaces import charts, kubernetes_objects
from sightline.formats import plain_yaml
from sightline.model import artifacts, deployment

__all__ = ["find_program", "want_charts", "want_objects"]

_KUBECTL_PATIENCE_SECONDS = 120.0
_HELM_PATIENCE_SECONDS = 900.0
"""A release is waited for until all of its pods are ready."""


def find_program(name: str, environ: Mapping[str, str]) -> tools.Program:
    """Gives the user's own `kubectl` or `helm`, from their PATH."""
    found = shutil.which(name, path=environ.get("PATH", ""))
    patience = _HELM_PATIENCE_SECONDS if name == "helm" else _KUBECTL_PATIENCE_SECONDS
    return tools.Program(
        name=name,
        path=Path(found) if found else None,
        environment=dict(environ),
        timeout_seconds=patience,
    )


async def want_objects(
    built: Sequence[artifacts.Artifact],
    environment: str,
    kubectl: kubernetes.Kubectl,
    folder: str,
) -> memories.State:
    """Gives the objects that a build wants in the cluster, Secrets left out.

    A Secret holds what only its owner knows: the build refers to it, and an apply
    neither reads nor writes it.

    Args:
        built: the build.
        environment: its name.
        kubectl: renders a kustomization.
        folder: of the environment's kustomization, below `kubernetes/`.

    Raises:
        InputError: the build wants nothing there.
        ComponentMissing: it is a kustomization, and there is no `kubectl`.
    """
    texts = {
        "/".join(one.path.parts[1:]): one.text
        for one in built
        if one.path.parts[0] == "kubernetes"
    }
    if not texts:
        raise errors.InputError(
            f"{environment} is deployed to a cluster, and its build has nothing for one"
        )
    found = {}
    for manifest in _parse(await _render(texts, folder, kubectl)):
        if manifest.get("kind") != "Secret":
            one = kubernetes_objects.read(manifest)
            found[one.identity] = one
    return found


def want_charts(
    built: Sequence[artifacts.Artifact], among: Sequence[deployment.Chart]
) -> memories.State:
    """Gives the releases that are wanted, each with the values of the build.

    Raises:
        InputError: the build has no such file of values.
    """
    texts = {str(one.path): one.text for one in built}
    found = {}
    for chart in among:
        if chart.values not in texts:
            known = ", ".join(name for name in texts if name.startswith("helm/"))
            raise errors.InputError(
                f"expected the values of {chart.release} in {chart.values}, found no"
                f" such file in the build; it has: {known or 'none below helm/'}"
            )
        values = plain_yaml.read(texts[chart.values])
        one = charts.want(chart, values if isinstance(values, dict) else {})
        found[one.identity] = one
    return found


async def _render(
    texts: Mapping[str, str], whole: str, kubectl: kubernetes.Kubectl
) -> Sequence[str]:
    """Gives the manifests; those of the environment's folder, where there is one."""
    for folder in (whole, ""):
        if f"{folder}/kustomization.yaml".lstrip("/") in texts:
            with tempfile.TemporaryDirectory(prefix="sightline-") as place:
                _write(texts, Path(place))
                return [await kubectl.render(Path(place, folder))]
    return tuple(texts.values())


def _write(texts: Mapping[str, str], folder: Path) -> None:
    for name, text in texts.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def _parse(texts: Sequence[str]) -> Sequence[kubernetes.Manifest]:
    found: list[kubernetes.Manifest] = []
    for text in texts:
        try:
            documents = list(plain_yaml.read_all(text))
        except yaml.YAMLError as error:
            raise errors.InputError(
                f"what is built for the cluster is no YAML: {error}"
            ) from error
        found += [
            one
            for one in documents
            if isinstance(one, dict) and "apiVersion" in one and "metadata" in one
        ]
    return found
