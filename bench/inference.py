"""How long it takes to read and to judge PromQL.

The rules are those of a large estate: alerts and recordings over the metrics of the
bundled exporters, no two alike. Beside our parser stands promql-parser, a parser in
Rust, reading the same texts and visiting every node, which is where inference only
begins. Times are those of the processor, so that neighbours do not count.
"""

import statistics
import sys
import time
from collections.abc import Callable, Sequence
from typing import Final

import promql_parser

from sightline.promql import ast, bundled, catalogue, inference, parsing

_RULES: Final = 10_000
_PROMISED_SECONDS: Final = 5.0
_ROUNDS: Final = 3
_SHAPES: Final = (
    "sum by (job, instance) (rate({0}[{1}m])) > {2}",
    "sum(rate({0}{{job='a'}}[{1}m])) / sum(rate({0}[{1}m])) > 0.{2}",
    "max_over_time({0}[{1}m]) - on (job) group_left () max by (job) ({0}) > {2}",
    "histogram_quantile(0.9, sum by (le, job) (rate({0}_bucket[{1}m]))) > {2}",
    "absent({0}{{job='x{2}'}}) or {0} == {2} unless on (job) up == 0",
)


def main() -> int:
    """Prints the table; 1 when reading and judging takes longer than is promised."""
    texts = _rules()
    known = bundled.load_catalogue()
    trees = [parsing.parse(text) for text in texts]
    rows = {
        "reading": _measure(lambda: _read(texts)),
        "inference": _measure(lambda: _judge(trees, known)),
        "promql-parser, reading": _measure(lambda: _read_elsewhere(texts)),
        "promql-parser, reading and visiting": _measure(lambda: _visit(texts)),
    }
    print(f"{_RULES:,} rules, {sum(map(len, texts)) / _RULES:.0f} characters each")
    for name, seconds in rows.items():
        print(f"{name:<38}{seconds:7.2f} s {seconds / _RULES * 1e6:7.0f} µs each")
    return int(rows["reading"] + rows["inference"] > _PROMISED_SECONDS)


def _rules() -> Sequence[str]:
    names = sorted(bundled.load_catalogue().metrics)
    return [
        _SHAPES[number % len(_SHAPES)].format(
            names[number % len(names)], 1 + number % 59, number
        )
        for number in range(_RULES)
    ]


def _read(texts: Sequence[str]) -> None:
    for text in texts:
        parsing.parse(text)


def _judge(trees: Sequence[ast.Expression], known: catalogue.Catalogue) -> None:
    for tree in trees:
        inference.infer(tree, known)


def _read_elsewhere(texts: Sequence[str]) -> None:
    for text in texts:
        promql_parser.parse(text)


def _visit(texts: Sequence[str]) -> None:
    for text in texts:
        promql_parser.walk(promql_parser.parse(text), lambda _: True)


def _measure(work: Callable[[], None]) -> float:
    """Gives the median of some rounds, in seconds."""
    return statistics.median(_time(work) for _ in range(_ROUNDS))


def _time(work: Callable[[], None]) -> float:
    begin = time.process_time()
    work()
    return time.process_time() - begin


if __name__ == "__main__":
    sys.exit(main())
