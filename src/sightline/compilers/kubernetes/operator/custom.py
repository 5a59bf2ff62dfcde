"""How the operator's kinds of objects are written."""

from typing import Final

from sightline.compilers import documents
from sightline.compilers.kubernetes import objects

__all__ = ["STABLE", "custom_resource"]

STABLE: Final = "v1"
_GROUP: Final = "monitoring.coreos.com"


def custom_resource(
    kind: str,
    name: str,
    spec: documents.Document,
    version: str = STABLE,
) -> objects.Object:
    """Gives an object of the operator's group."""
    return {
        "apiVersion": f"{_GROUP}/{version}",
        "kind": kind,
        "metadata": objects.describe(name),
        "spec": spec,
    }
