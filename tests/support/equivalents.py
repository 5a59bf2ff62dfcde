"""The mutants of a small rule file that are called equivalent."""

from sightline.formats import estates
from sightline.proofs import mutants, rulebook, slices

__all__ = ["name_equivalents"]


def name_equivalents(alert: str, record: str = "up") -> dict[str, str]:
    """Gives the reason for each, by what it changes.

    Args:
        alert: the expression of the one alert.
        record: what is recorded as `job:x:y`.
    """
    rules = (
        "groups: [{name: one, rules: ["
        f"{{record: 'job:x:y', expr: '{record}'}}, {{alert: One, expr: '{alert}'}}]}}]"
    )
    estate = estates.read_texts([("one.yml", rules)])
    book = rulebook.read_rulebook(estate.rule_files)
    (one,) = book.alerts
    assert one.tree is not None
    piece = slices.open_slice(one, one.tree, book)
    made = mutants.mutate(piece, set(), "a")
    return {mutant.change: mutant.equivalent for mutant in made if mutant.equivalent}
