"""Forecasts of 300 hourly series of 90 days, a week ahead, beside two other methods.

The series look like those of a platform: days and weeks, growth, new levels, outages,
disks that fill and are cleaned up, and gaps. Their last week is held out. Errors are
sums of absolute errors as a share of the sum of the numbers, printed as mean and median
over the series; the seasonal-naive method has the same splits.

With `--peer PYTHON`, a Python that has statsforecast, its MSTL with AutoETS forecasts
the same series in a process of its own. Without, that is said.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from sightline.review import forecasting

_SERIES: Final = 300
_HOURS: Final = 90 * 24
_AHEAD: Final = 7 * 24
_SEED: Final = 20_261_130

_PEER: Final = """
import sys, time, warnings
import numpy as np, pandas as pd
warnings.simplefilter("ignore")
from statsforecast import StatsForecast
from statsforecast.models import MSTL, AutoETS
known = np.load(sys.argv[1])["known"]
ahead = int(sys.argv[2])
times = pd.date_range("2026-01-01", periods=known.shape[1], freq="h")
frame = pd.concat(
    pd.DataFrame({"unique_id": f"{at:03d}", "ds": times, "y": row})
    for at, row in enumerate(known)
)
began = time.perf_counter()
model = MSTL(season_length=[24, 168], trend_forecaster=AutoETS(model="ZZN"))
made = StatsForecast(models=[model], freq="h", n_jobs=1).forecast(df=frame, h=ahead)
seconds = time.perf_counter() - began
table = made.sort_values(["unique_id", "ds"])["MSTL"].to_numpy()
np.savez(sys.argv[3], made=table.reshape(-1, ahead), seconds=seconds)
"""

_Numbers = npt.NDArray[np.float64]
_Shape = Callable[[np.random.Generator], _Numbers]


def _hours() -> _Numbers:
    return np.arange(_HOURS, dtype=np.float64)


def _week(chance: np.random.Generator) -> _Numbers:
    """Gives days and weeks around 1."""
    hours = _hours()
    depth, weekend = chance.uniform(0.2, 0.8), chance.uniform(0.3, 1.0)
    daily = 1 - depth * np.cos(2 * np.pi * (hours - chance.uniform(0, 24)) / 24)
    is_weekend = (hours // 24) % 7 >= 5  # noqa: PLR2004 - Saturday
    return np.asarray(daily * np.where(is_weekend, weekend, 1.0))


def _noise(chance: np.random.Generator, share: float) -> _Numbers:
    return chance.normal(1.0, share, _HOURS)


def _traffic(chance: np.random.Generator) -> _Numbers:
    growth = np.exp(chance.normal(0.1, 0.2) * _hours() / _HOURS)
    noise = _noise(chance, chance.uniform(0.02, 0.15))
    return np.asarray(_week(chance) * growth * noise)


def _stepped(chance: np.random.Generator) -> _Numbers:
    at = int(chance.uniform(0.2, 0.95) * _HOURS)
    level = np.where(_hours() < at, 1.0, chance.uniform(0.5, 2.0))
    return np.asarray(_traffic(chance) * level)


def _outages(chance: np.random.Generator) -> _Numbers:
    made = _traffic(chance)
    for at in chance.integers(0, _HOURS - 8, 6):
        made[at : at + chance.integers(1, 8)] *= chance.choice([0.05, 4.0])
    return made


def _filling(chance: np.random.Generator) -> _Numbers:
    """Gives a disk: it grows by day more than by night, and is cleaned up at times."""
    grown = np.cumsum(_week(chance) * chance.uniform(1e-5, 3e-4))
    every = int(chance.uniform(20, 200) * 24)
    cleaned = np.floor(_hours() / every) * grown[min(every, _HOURS - 1)] * 0.8
    return np.asarray(0.3 + grown - cleaned + chance.normal(0, 0.002, _HOURS))


def _wandering(chance: np.random.Generator) -> _Numbers:
    walk = np.cumsum(chance.normal(0, 0.01, _HOURS))
    return np.asarray(np.exp(walk - walk.mean()) * (0.7 + 0.3 * _week(chance)))


_SHAPES: Final[tuple[_Shape, ...]] = (
    _traffic,
    _stepped,
    _outages,
    _filling,
    _wandering,
)


def _make() -> _Numbers:
    chance = np.random.default_rng(_SEED)
    made = [_SHAPES[at % len(_SHAPES)](chance) for at in range(_SERIES)]
    return np.stack(made) * chance.lognormal(2, 2, (_SERIES, 1))


def _errors(actual: _Numbers, made: _Numbers) -> _Numbers:
    pairs = zip(actual, made, strict=True)
    return np.array([forecasting.wape(one, other) for one, other in pairs])


def _by_peer(python: Path, known: _Numbers) -> tuple[_Numbers, float] | str:
    with tempfile.TemporaryDirectory(prefix="sightline-bench-") as name:
        given, answer = Path(name) / "given.npz", Path(name) / "answer.npz"
        np.savez(given, known=known)
        run = subprocess.run(  # noqa: S603 - the peer
            [python, "-c", _PEER, given, str(_AHEAD), answer],
            capture_output=True,
            text=True,
            check=False,
        )
        if run.returncode:
            return (run.stderr.strip().splitlines() or ["no reason"])[-1]
        with np.load(answer) as made:
            return made["made"], float(made["seconds"])


def _lines(peer: Path | None) -> Iterator[str]:
    series = _make()
    known, actual = series[:, :-_AHEAD], series[:, -_AHEAD:]
    began, cpu = time.perf_counter(), time.process_time()
    forecasts = [forecasting.forecast(one, _AHEAD) for one in known]
    seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
    made = np.stack([one.numbers for one in forecasts if one is not None])
    naive = known[:, -_AHEAD:]
    yield f"{_SERIES} hourly series of 90 days, {_AHEAD} hours ahead"
    ours = _errors(actual, made)
    plain = _errors(actual, naive)
    yield _line("sightline", ours, f"{seconds:6.1f} s ({cpu:.1f} s of CPU)")
    yield _line("seasonal naive", plain, f"nearer on {(plain < ours).mean():.0%}")
    if peer is None:
        yield "  statsforecast    not measured: no --peer PYTHON that has it"
    else:
        match _by_peer(peer, known):
            case str(reason):
                yield f"  statsforecast    not measured: {reason}"
            case theirs, took:
                errors = _errors(actual, theirs)
                yield _line("statsforecast", errors, f"{took:6.1f} s, MSTL + AutoETS")
                yield f"  nearer than statsforecast on {(ours < errors).mean():.0%}"
    yield from _ranges(forecasts, actual)


def _ranges(
    forecasts: list[forecasting.Forecast | None], actual: _Numbers
) -> Iterator[str]:
    """Gives what the ranges held, of those that call themselves calibrated or not."""
    held: dict[bool, list[float]] = {True: [], False: []}
    for one, truth in zip(forecasts, actual, strict=True):
        if one is not None:
            is_within = np.abs(truth - one.numbers) <= one.margin
            held[one.is_calibrated].append(float(is_within.mean()))
    for is_calibrated, shares in held.items():
        if shares:
            name = "calibrated" if is_calibrated else "not calibrated"
            mean = np.mean(shares)
            yield f"  ranges of 80 %, {name}: {len(shares)} held {mean:.0%} of hours"


def _line(name: str, errors: _Numbers, more: str) -> str:
    mean, median = errors.mean(), np.median(errors)
    return f"  {name:<15}  mean {mean:6.1%}  median {median:6.1%}  {more}".rstrip()


def main() -> int:
    """Prints the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--peer", type=Path, metavar="PYTHON")
    for line in _lines(parser.parse_args().peer):
        print(line, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
