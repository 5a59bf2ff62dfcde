"""What differs between two documents, in the words of those who read them."""

from collections.abc import Iterator
from typing import assert_never

from sightline.deploy import resources
from sightline.deploy.differences import boards, routing, rule_groups, texts, trees

__all__ = ["describe", "describe_new"]


def describe(before: resources.Resource, after: resources.Resource) -> tuple[str, ...]:
    """Gives the difference between two resources, a line for each thing that changed.

    What stands under a secret's key is never shown; nothing when nothing differs. Two
    documents that differ in nothing that their form speaks of differ in some line
    still.
    """
    if before.fingerprint == after.fingerprint:
        return ()
    lines = tuple(_compare(before.document, after.document, after.form) or ())
    return lines or tuple(trees.compare(before.document, after.document))


def describe_new(resource: resources.Resource) -> tuple[str, ...]:
    """Gives what a new resource brings, in a few lines; none for most forms."""
    if resource.form is resources.Form.RULES:
        return tuple(rule_groups.summarise(resource.document))
    if resource.form is resources.Form.DASHBOARD:
        return tuple(boards.summarise(resource.document))
    return ()


def _compare(
    before: resources.Document, after: resources.Document, form: resources.Form
) -> Iterator[str] | None:
    match form:
        case resources.Form.TEXT:
            if isinstance(before, str) and isinstance(after, str):
                return texts.compare(before, after)
            return None
        case resources.Form.RULES:
            return rule_groups.compare(before, after)
        case resources.Form.ALERTMANAGER:
            return routing.compare(before, after)
        case resources.Form.DASHBOARD:
            return boards.compare(before, after)
        case resources.Form.TREE:
            return trees.compare(before, after)
        case _:
            assert_never(form)
