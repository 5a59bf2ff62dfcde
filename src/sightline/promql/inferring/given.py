"""The facts about the arguments of a call, by what the parser made sure they are."""

from collections.abc import Sequence

from sightline.promql import facts

__all__ = ["scalar", "text", "vector"]


def vector(arguments: Sequence[facts.Fact], index: int = 0) -> facts.Vector:
    """Gives the facts about an argument that is a vector.

    Raises:
        TypeError: when it is none: the tree was not made by the parser.
    """
    found = arguments[index]
    if not isinstance(found, facts.Vector):
        raise TypeError(f"argument {index + 1} is no vector: parse before inferring")
    return found


def scalar(arguments: Sequence[facts.Fact], index: int) -> facts.Scalar:
    """Gives the facts about an argument that is a number.

    Raises:
        TypeError: when it is none: the tree was not made by the parser.
    """
    found = arguments[index]
    if not isinstance(found, facts.Scalar):
        raise TypeError(f"argument {index + 1} is no number: parse before inferring")
    return found


def text(arguments: Sequence[facts.Fact], index: int) -> str:
    """Gives an argument that is a text.

    Raises:
        TypeError: when it is none: the tree was not made by the parser.
    """
    found = arguments[index]
    if not isinstance(found, facts.Text):
        raise TypeError(f"argument {index + 1} is no text: parse before inferring")
    return found.text
