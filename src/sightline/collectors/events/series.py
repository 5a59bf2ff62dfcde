"""From what a line says to the series that it counts in.

This is worked out once for each combination of raw values, however many lines have
it; so it may take its time.
"""

import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from sightline.collectors.events import addresses, lookups, pseudonyms
from sightline.model import events

__all__ = ["OVERFLOW", "Resolver", "Series", "Vocabulary", "number_of", "text_of"]

OVERFLOW: Final = "other"
"""The label value of all that are too many to have one of their own."""

Series = tuple[str, ...]
_ABSENT: Final = ("", "-")
_LONGEST_LABEL: Final = 256
_MOST_REMEMBERED: Final = 50_000


def text_of(found: object) -> str | None:
    """Gives a field's value as the text of a label; `None` if there is none.

    Access logs write a dash for nothing. What is longer than any label is cut off.
    """
    match found:
        case None:
            return None
        case bool():
            return "true" if found else "false"
        case float() if found.is_integer():
            return str(int(found))
        case _:
            text = str(found)[:_LONGEST_LABEL]
            return None if text in _ABSENT else text


def number_of(found: object) -> float | None:
    """Gives a field's value as a number; `None` if it is none, or beyond any."""
    if isinstance(found, bool) or not isinstance(found, int | float | str):
        return None
    try:
        return float(found)
    except (ValueError, OverflowError):
        return None


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What labels are read with."""

    known: lookups.Lookups
    hashes: pseudonyms.Pseudonyms

    def reader(self, reading: events.Reading) -> Callable[[str], Sequence[str]]:
        """Gives what turns a text into label values: one, none or several."""
        match reading:
            case events.Reading.TEXT:
                return lambda text: (text,)
            case events.Reading.STATUS_CLASS:
                return lambda text: (f"{text[0]}xx",)
            case events.Reading.KEYED_HASH:
                return lambda text: (self.hashes.name_of(text),)
            case events.Reading.NETWORK:
                return self._network_of
            case events.Reading.COUNTRY:
                return self._country_of
            case events.Reading.LISTS:
                return self._lists_of

    def _network_of(self, text: str) -> Sequence[str]:
        address = addresses.parse_address(text)
        return (addresses.network_of(address) if address else lookups.UNKNOWN,)

    def _country_of(self, text: str) -> Sequence[str]:
        address = addresses.parse_address(text)
        return (self.known.country_of(address) if address else lookups.UNKNOWN,)

    def _lists_of(self, text: str) -> Sequence[str]:
        address = addresses.parse_address(text)
        return self.known.lists_of(address) if address else ()


class Resolver:
    """Finds the series of one metric for the raw values of its fields.

    Attributes:
        fields: that it is to be given, in this order.
        incomplete: events that were left out because a label's field was missing.
    """

    def __init__(self, metric: events.Metric, words: Vocabulary) -> None:
        where, labels = metric.where, metric.labels
        named = [one.field for one in where] + [one.field for one in labels]
        self.fields: tuple[str, ...] = tuple(dict.fromkeys(named))
        self.incomplete = 0
        self._conditions = [(self.fields.index(one.field), one) for one in where]
        self._labels = [
            (self.fields.index(one.field), one, words.reader(one.reading))
            for one in labels
        ]
        self._names = [dict.fromkeys(one.initial) for one in labels]
        self._initial = metric.initial
        self.admit(metric.initial)
        self._remembered: dict[object, tuple[Series, ...] | None] = {}

    def initial(self) -> Iterator[Series]:
        """Gives the series that exist before anything has happened."""
        made = itertools.product(*(label.initial for _, label, _ in self._labels))
        return itertools.chain(made, self._initial)

    def admit(self, known: Iterable[Series]) -> None:
        """Takes up the label values of series that an earlier run had."""
        for series in known:
            for names, name in zip(self._names, series, strict=True):
                names.setdefault(name)

    def forget(self) -> None:
        """Works everything out anew, because a list or a country has changed."""
        self._remembered.clear()

    def resolve(self, raw: object, count: int) -> tuple[Series, ...]:
        """Gives the series of `count` events; none if they do not count here.

        Args:
            raw: the value of the only field, or the tuple of all.
            count: of the events, for those that are left out.
        """
        try:
            found = self._remembered[raw]
        except KeyError:
            if len(self._remembered) >= _MOST_REMEMBERED:
                self._remembered.clear()
            found = self._remembered[raw] = self._work_out(raw)
        if found is None:
            self.incomplete += count
            return ()
        return found

    def _work_out(self, raw: object) -> tuple[Series, ...] | None:
        given = raw if len(self.fields) != 1 else (raw,)
        texts = [text_of(one) for one in given]  # type: ignore[attr-defined]  # the tuple of all
        for place, condition in self._conditions:
            if (texts[place] in condition.values) is condition.negated:
                return ()
        choices = []
        for number, (place, label, read) in enumerate(self._labels):
            text = texts[place]
            if text is not None:
                values = read(text)
            elif label.missing is not None:
                values = (label.missing,)
            elif label.reading is events.Reading.LISTS:
                values = ()  # who has no address is on no list
            else:
                return None
            choices.append([self._bound(number, one) for one in values])
        return tuple(itertools.product(*choices))

    def _bound(self, number: int, name: str) -> str:
        names = self._names[number]
        if name not in names:
            if len(names) >= self._labels[number][1].limit:
                return OVERFLOW
            names[name] = None
        return name
