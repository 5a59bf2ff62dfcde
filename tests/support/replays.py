"""What Prometheus's own rule engine does with rules over a long period.

promtool evaluates rules at every interval of a test and records `ALERTS` as the
server does. Its answers are instants; whether an alert fired at each of 48 evaluations
is therefore asked as one number with a bit for each.
"""

import re
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

import yaml

__all__ = ["Fired", "fired_by_promtool"]

_BITS = 48
"""A float holds 53 bits exactly."""

Fired = Mapping[tuple[tuple[str, str], ...], set[int]]
"""By the alert's labels: the evaluations at which it fires."""

_GOT = re.compile(r"\{([^}]*)\} ([0-9.E+]+)", re.ASCII)
_LABEL = re.compile(r'(\w+)="([^"]*)"')


def fired_by_promtool(
    promtool: Path,
    folder: Path,
    groups: Sequence[Mapping[str, object]],
    series: Mapping[str, str],
    count: int,
) -> Fired:
    """Gives when alerts fire, evaluated once a minute from the time 0 on.

    Args:
        promtool: the program.
        folder: for its files.
        groups: rule groups as they stand in a rule file, one minute each.
        series: promtool's notation of values, by selector.
        count: of evaluations.
    """
    rules, test = folder / "rules.yml", folder / "test.yml"
    rules.write_text(yaml.safe_dump({"groups": list(groups)}))
    last = [min(first + _BITS, count) - 1 for first in range(0, count, _BITS)]
    test.write_text(yaml.safe_dump(_test_of(rules, series, last)))
    run = subprocess.run(
        [promtool, "test", "rules", test], capture_output=True, text=True, check=False
    )
    answers = re.split(r"expr: ", run.stderr + run.stdout)[1:]
    fired: dict[tuple[tuple[str, str], ...], set[int]] = {}
    for answer in answers:
        at = _time_of(answer)
        got = answer.partition("got:")[2]
        for labels, number in _GOT.findall(got):
            alert = fired.setdefault(tuple(sorted(_LABEL.findall(labels))), set())
            bits = int(float(number))
            alert |= {at - bit for bit in range(_BITS) if bits >> bit & 1}
    return fired


def _time_of(answer: str) -> int:
    found = re.search(r"time: ([0-9dhms]+)", answer)
    assert found, answer
    lengths = {"d": 1440.0, "h": 60.0, "m": 1.0, "s": 1 / 60}
    parts = re.findall(r"(\d+)([dhms])", found[1])
    return round(sum(int(number) * lengths[unit] for number, unit in parts))


def _test_of(
    rules: Path, series: Mapping[str, str], last: Sequence[int]
) -> Mapping[str, object]:
    bits = (
        'sum_over_time((ALERTS{alertstate="firing"}'
        " * 2 ^ scalar((vector(%d) - time()) / 60))[%dm:1m])"
    )
    return {
        "rule_files": [str(rules)],
        "evaluation_interval": "1m",
        "tests": [
            {
                "interval": "1m",
                "input_series": [
                    {"series": name, "values": values}
                    for name, values in series.items()
                ],
                "promql_expr_test": [
                    {"expr": bits % (60 * at, _BITS), "eval_time": f"{at}m"}
                    for at in last
                ],
            }
        ],
    }
