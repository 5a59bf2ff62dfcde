"""The artifacts of a build as the resources that are wanted."""

from collections.abc import Iterable

from sightline.deploy import memories, resources
from sightline.deploy.surfaces import files
from sightline.model import artifacts

__all__ = ["files_of"]


def files_of(
    built: Iterable[artifacts.Artifact], kinds: files.FileSet
) -> memories.State:
    """Gives the files of one surface that a build made, by identity.

    They lie in the build's folder of the surface's name.
    """
    found: dict[resources.Identity, resources.Resource] = {}
    for artifact in built:
        top, *rest = artifact.path.parts
        if top != kinds.surface.value or not rest:
            continue
        one = kinds.read("/".join(rest), artifact.text)
        if one is not None:
            found[one.identity] = one
    return found
