"""What differs between two documents, in the words of those who read them."""

from typing import assert_never

from sightline.deploy import resources
from sightline.deploy.differences import texts, trees

__all__ = ["describe", "describe_new"]


def describe(before: resources.Resource, after: resources.Resource) -> tuple[str, ...]:
    """Gives the difference between two resources, a line for each thing that changed.

    Values of keys that hold secrets are never shown; none when nothing differs.
    """
    if before.fingerprint == after.fingerprint:
        return ()
    match after.form:
        case resources.Form.TEXT:
            return tuple(texts.compare(before.document, after.document))
        case (
            resources.Form.TREE
            | resources.Form.RULES
            | resources.Form.ALERTMANAGER
            | resources.Form.DASHBOARD
        ):
            return tuple(trees.compare(before.document, after.document))
        case _:
            assert_never(after.form)


def describe_new(resource: resources.Resource) -> tuple[str, ...]:
    """Gives what a new resource holds, in a few lines."""
    del resource
    return ()
