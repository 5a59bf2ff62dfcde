"""Sets of label sets: which labels series may and must have, and with which values.

An empty label is no label in Prometheus, so absence is one more value that a label
may have. `LabelSet` holds what is known of every label at once, those that nobody
named included: they are `rest`.
"""

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

__all__ = ["ABSENT", "ANY", "MAYBE", "METRIC_NAME", "NO_LABELS", "Label", "LabelSet"]

METRIC_NAME: Final = "__name__"

_MOST_VALUES: Final = 1_000
"""Above this many known values a label is taken to have any."""


@dataclass(frozen=True, slots=True)
class Label:
    """What one label can be.

    Attributes:
        texts: the values that it may have where it is present; `None` for any.
        may_be_absent: some series may lack it.
    """

    texts: frozenset[str] | None
    may_be_absent: bool = False

    @classmethod
    def of(cls, *texts: str) -> "Label":
        """Gives a label with one of these values; an empty one stands for absence."""
        present = frozenset(texts) - {""}
        if len(present) > _MOST_VALUES:
            return MAYBE if "" in texts else ANY
        return cls(present, may_be_absent="" in texts)

    @property
    def may_be_present(self) -> bool:
        """Some series may have it."""
        return self.texts is None or bool(self.texts)

    @property
    def is_certain(self) -> bool:
        """Every series has it."""
        return not self.may_be_absent

    @property
    def is_impossible(self) -> bool:
        """No series can be like this."""
        return not self.may_be_absent and not self.may_be_present

    @property
    def count(self) -> float:
        """How many different values there are, absence included; may be infinite."""
        known = math.inf if self.texts is None else len(self.texts)
        return known + self.may_be_absent

    def join(self, other: "Label") -> "Label":
        """Gives what either can be."""
        absent = self.may_be_absent or other.may_be_absent
        if self.texts is None or other.texts is None:
            return Label(None, absent)
        texts = self.texts | other.texts
        return Label(texts if len(texts) <= _MOST_VALUES else None, absent)

    def meet(self, other: "Label") -> "Label":
        """Gives what both can be."""
        absent = self.may_be_absent and other.may_be_absent
        if self.texts is None:
            return Label(other.texts, absent)
        if other.texts is None:
            return Label(self.texts, absent)
        return Label(self.texts & other.texts, absent)

    def filter(self, test: Callable[[str], bool]) -> "Label":
        """Gives what is left of it when `test` decides; it asks for absence with ""."""
        absent = self.may_be_absent and test("")
        if self.texts is None:
            return Label(None, absent)
        return Label(frozenset(filter(test, self.texts)), absent)

    def values(self) -> frozenset[str] | None:
        """Gives all values, with "" for absence; `None` when they are not known."""
        if self.texts is None:
            return None
        return self.texts | {""} if self.may_be_absent else self.texts


ABSENT: Final = Label(frozenset(), may_be_absent=True)
"""No series has the label."""

ANY: Final = Label(None)
"""Every series has the label, with a value that is not known."""

MAYBE: Final = Label(None, may_be_absent=True)
"""Nothing is known of the label."""


@dataclass(frozen=True, slots=True)
class LabelSet:
    """What is known of the labels of a vector's series.

    Attributes:
        named: what is known of single labels, the metric's name among them.
        rest: what every other label can be: `ABSENT` when all are named, `MAYBE`
            when there may be others.
    """

    named: Mapping[str, Label]
    rest: Label = ABSENT

    def __getitem__(self, name: str) -> Label:
        """Gives what is known of a label."""
        return self.named.get(name, self.rest)

    @property
    def is_closed(self) -> bool:
        """No series has a label that is not named here."""
        return not self.rest.may_be_present

    @property
    def certain(self) -> frozenset[str]:
        """The labels that every series has."""
        return frozenset(name for name, label in self.named.items() if label.is_certain)

    @property
    def possible(self) -> frozenset[str]:
        """The labels that some series may have; there may be more unless closed."""
        return frozenset(
            name for name, label in self.named.items() if label.may_be_present
        )

    @property
    def is_impossible(self) -> bool:
        """No series can have such labels."""
        return any(label.is_impossible for label in self.named.values())

    def keep(self, names: Iterable[str]) -> "LabelSet":
        """Gives the sets with these labels alone, as `by` and `on` leave them."""
        return LabelSet({}).set({name: self[name] for name in names})

    def drop(self, names: Iterable[str]) -> "LabelSet":
        """Gives the sets without these labels, as `without` and `ignoring` do."""
        if not self.is_closed:
            return self.set(dict.fromkeys(names, ABSENT))
        dropped = self.named.keys() & set(names)
        if not dropped:
            return self
        kept = {name: self.named[name] for name in self.named if name not in dropped}
        return LabelSet(kept, self.rest)

    def set(self, labels: Mapping[str, Label]) -> "LabelSet":
        """Gives the sets in which these labels are as given."""
        named = {**self.named, **labels}
        if self.is_closed:
            named = {name: label for name, label in named.items() if label != ABSENT}
        return LabelSet(named, self.rest)

    def join(self, other: "LabelSet") -> "LabelSet":
        """Gives the sets that are in either."""
        names = self.named.keys() | other.named.keys()
        return LabelSet(
            {name: self[name].join(other[name]) for name in sorted(names)},
            self.rest.join(other.rest),
        )

    def meet(self, other: "LabelSet", names: Iterable[str]) -> "LabelSet":
        """Gives the sets of this one that agree with some set of `other` in `names`."""
        return self.set({name: self[name].meet(other[name]) for name in names})

    def count_combinations(self, names: Iterable[str]) -> float:
        """Gives how many series can differ in these labels alone."""
        return math.prod(self[name].count for name in names)


NO_LABELS: Final = LabelSet({})
"""The one label set without a label."""
