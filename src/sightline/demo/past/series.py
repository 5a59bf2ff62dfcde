"""Series of a past: labels, times and numbers, and how they are written down."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

__all__ = ["MARKER", "Numbers", "Series", "Times", "write"]

MARKER: Final = "sightline_generated_history"
"""Is 1 while the past is made up."""

Times = npt.NDArray[np.int64]
"""Unix seconds, rising."""

Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Series:
    """One series; as many `numbers` as `times`."""

    name: str
    labels: Mapping[str, str]
    times: Times
    numbers: Numbers


def write(made: Iterable[Series], path: Path) -> int:
    """Writes series as OpenMetrics text, and gives the number of samples.

    https://prometheus.io/docs/prometheus/latest/storage/#backfilling-from-openmetrics-format
    """
    count = 0
    with path.open("w", encoding="utf-8") as file:
        for one in made:
            selector = _selector(one)
            numbers: Sequence[float] = np.round(one.numbers, 6).tolist()
            file.write(
                "".join(
                    f"{selector} {number!r} {time}\n"
                    for number, time in zip(numbers, one.times.tolist(), strict=True)
                )
            )
            count += len(numbers)
        file.write("# EOF\n")
    return count


def _selector(one: Series) -> str:
    labels = ",".join(f'{name}="{text}"' for name, text in sorted(one.labels.items()))
    return f"{one.name}{{{labels}}}"
