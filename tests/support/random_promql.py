"""Random PromQL over a few declared metrics, valid by construction."""

import random
import re
from collections.abc import Callable, Sequence

METRICS = {
    "requests_total": ("job", "code"),
    "errors_total": ("job",),
    "latency_seconds_bucket": ("job", "le"),
    "latency_seconds_count": ("job",),
    "temperature_celsius": ("job", "room"),
    "working": ("job",),
    "used_bytes": ("job", "room"),
    "limit_bytes": ("job",),
    "build_info": ("job", "version"),
    "optional": ("job", "extra"),
    "idle_seconds": ("quantile",),
    "lonely": (),
    "gone": ("job",),
}
LABELS = ("job", "code", "room", "version", "extra", "le", "quantile", "nowhere")
VALUES = {
    "job": ("api", "web", "nobody"),
    "code": ("200", "404", "500", "503", "600"),
    "room": ("attic", "cellar"),
    "version": ("1.2", "1.3"),
    "extra": ("yes", ""),
    "le": ("0.1", "1.0", "10.0", "+Inf"),
    "quantile": ("0.5", "0.9"),
    "nowhere": ("", "here"),
}
PATTERNS = (".*", ".+", "5..", "api|web", "a.*", "", "(200|404)", "[a-c].*", "0.*")
NUMBERS = ("0", "1", "2", "-1", "0.5", "5", "100", "-3", "0.95", "Inf", "NaN", "1e3")
RANGES = ("1m", "2m", "5m")

# Words in a row read better than a hundred quotes.
# ruff: noqa: SIM905
_OF_VALUES = (
    "abs ceil floor exp sqrt ln log2 log10 sgn sin cos tan asin acos atan sinh "
    "cosh tanh asinh acosh atanh deg rad timestamp sort sort_desc day_of_month "
    "day_of_week day_of_year days_in_month hour minute month year "
).split()
_OF_SAMPLES = (
    "avg_over_time changes count_over_time delta deriv idelta increase irate "
    "last_over_time max_over_time min_over_time present_over_time rate resets "
    "stddev_over_time stdvar_over_time sum_over_time "
).split()
_QUANTILE = (
    "histogram_quantile(0.9, sum by (job, le) (rate(latency_seconds_bucket[5m])))"
)
_AGGREGATES = ("sum", "avg", "min", "max", "count", "group", "stddev", "stdvar")
_ARITHMETIC = ("+", "-", "*", "/", "%", "^", "atan2")
_COMPARISONS = ("==", "!=", "<", "<=", ">", ">=")
_SETS = ("and", "or", "unless")


class Writer:
    """Writes expressions, always the same for one seed."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def vector(self, depth: int) -> str:
        """Gives an instant vector, with at most `depth` operations around it."""
        if depth <= 0 or self._random.random() < 0.1:
            return self._selector()
        forms: Sequence[tuple[int, Callable[[int], str]]] = (
            (4, self._of_samples),
            (5, self._aggregate),
            (5, self._between_vectors),
            (4, self._with_number),
            (3, self._of_values),
            (2, self._special),
            (1, lambda d: f"-{self._closed(d)}"),
            (1, lambda d: f"({self.vector(d)})"),
        )
        weights = [weight for weight, _ in forms]
        (form,) = self._random.choices([form for _, form in forms], weights)
        return form(depth - 1)

    def _pick(self, choices: Sequence[str]) -> str:
        return self._random.choice(choices)

    def _some(self, choices: Sequence[str], most: int) -> list[str]:
        count = self._random.randint(0, most)
        return self._random.sample(list(choices), min(count, len(choices)))

    def _selector(self) -> str:
        name = self._pick(list(METRICS))
        matchers = []
        for label in self._some(METRICS[name] or LABELS, 2):
            if self._random.random() < 0.5:
                operator, text = self._pick(("=", "!=")), self._pick(VALUES[label])
            else:
                operator, text = self._pick(("=~", "!~")), self._pick(PATTERNS)
            matchers.append(f'{label}{operator}"{text}"')
        if self._random.random() < 0.1:
            matchers.append(f'{self._pick(LABELS)}="{self._pick(("", "x"))}"')
        offset = " offset 30s" if self._random.random() < 0.05 else ""
        return f"{name}{{{', '.join(matchers)}}}{offset}"

    def _closed(self, depth: int) -> str:
        return f"({self.vector(depth)})"

    def _scalar(self, depth: int) -> str:
        if self._random.random() < 0.8 or depth <= 0:
            return self._pick(NUMBERS)
        return f"scalar({self.vector(depth - 1)})"

    def _matrix(self, depth: int) -> str:
        if depth > 0 and self._random.random() < 0.2:
            return f"{self._closed(depth)}[{self._pick(RANGES)}:30s]"
        selector, _, offset = self._selector().partition(" offset ")
        window = f"{selector}[{self._pick(RANGES)}]"
        return f"{window} offset {offset}" if offset else window

    def _of_samples(self, depth: int) -> str:
        if self._random.random() < 0.08:
            return f"quantile_over_time({self._scalar(0)}, {self._matrix(depth)})"
        if self._random.random() < 0.05:
            return f"predict_linear({self._matrix(depth)}, 60)"
        return f"{self._pick(_OF_SAMPLES)}({self._matrix(depth)})"

    def _of_values(self, depth: int) -> str:
        return f"{self._pick(_OF_VALUES)}({self.vector(depth)})"

    def _grouping(self) -> str:
        if self._random.random() < 0.25:
            return ""
        word = self._pick(("by", "by", "without"))
        return f" {word} ({', '.join(self._some(LABELS, 3))})"

    def _aggregate(self, depth: int) -> str:
        grouping, operand = self._grouping(), self.vector(depth)
        chance = self._random.random()
        if chance < 0.1:
            return f"quantile{grouping}({self._scalar(0)}, {operand})"
        if chance < 0.2:
            kind = self._pick(("topk", "bottomk"))
            return f"{kind}{grouping}({self._pick(('0', '1', '3'))}, {operand})"
        if chance < 0.25:
            return f'count_values{grouping}("{self._pick(LABELS)}", {operand})'
        return f"{self._pick(_AGGREGATES)}{grouping}({operand})"

    def _between_vectors(self, depth: int) -> str:
        left, right = self._closed(depth), self._closed(depth)
        if self._random.random() < 0.15:
            left, right = self._share(depth)
            return f"{left} / {right}"
        word = self._pick(("on", "ignoring"))
        labels = self._some(LABELS, 3)
        matching = (
            "" if self._random.random() < 0.4 else f" {word} ({', '.join(labels)})"
        )
        if self._random.random() < 0.3:
            return f"{left} {self._pick(_SETS)}{matching} {right}"
        operator = self._operator()
        if matching and self._random.random() < 0.5:
            side = self._pick(("left", "right"))
            allowed = [each for each in LABELS if word != "on" or each not in labels]
            matching += f" group_{side} ({', '.join(self._some(allowed, 2))})"
        return f"{left} {operator}{matching} {right}"

    def _share(self, depth: int) -> tuple[str, str]:
        """Gives two sides that often are a part and its whole."""
        name = self._pick(("requests_total", "errors_total"))
        window = self._pick(RANGES)
        part = f'rate({name}{{job="api"}}[{window}])'
        whole = f"rate({name}[{window}])"
        grouping = self._pick(("", " by (job)"))
        del depth
        return f"sum{grouping}({part})", f"sum{grouping}({whole})"

    def _operator(self) -> str:
        if self._random.random() < 0.55:
            return self._pick(_ARITHMETIC)
        modifier = self._pick(("", "", " bool"))
        return self._pick(_COMPARISONS) + modifier

    def _with_number(self, depth: int) -> str:
        number, vector = self._scalar(depth), self._closed(depth)
        sides = [number, vector]
        self._random.shuffle(sides)
        return f"{sides[0]} {self._operator()} {sides[1]}"

    def _special(self, depth: int) -> str:
        operand = self.vector(depth)
        target, source = self._pick(LABELS), self._pick(LABELS)
        forms = (
            f"absent({operand})",
            f"absent_over_time({self._matrix(depth)})",
            f"clamp({operand}, {self._scalar(0)}, {self._scalar(0)})",
            f"clamp_min({operand}, {self._scalar(0)})",
            f"clamp_max({operand}, {self._scalar(0)})",
            f"round({operand})",
            f"round({operand}, 0.5)",
            f"vector({self._scalar(depth)})",
            "hour()",
            f'label_replace({operand}, "{target}", "$1", "{source}", "(.*)")',
            f'label_replace({operand}, "{target}", "x$1", "{source}", "(a.*)")',
            f'label_replace({operand}, "{target}", "fixed", "{source}", ".*")',
            f'label_join({operand}, "{target}", "-", "{source}", "job")',
            f"histogram_quantile({self._scalar(0)}, {operand})",
            _QUANTILE,
        )
        return self._pick(forms)


_WORDS = (
    "( ) { } [5m] [5m:1m] , + - == ^ % and or unless by without on ignoring bool"
    " offset group_left rate sum topk foo 5 1e3 0x1f 5m NaN @ #x "
).split(" ")


def mutate(text: str, chance: random.Random) -> str:
    """Gives a text in which some words are dropped, added and swapped."""
    words = re.findall(r"\w+|\s+|.", text)
    for _ in range(chance.randint(1, 3)):
        place = chance.randrange(len(words))
        words[place : place + chance.randint(0, 1)] = [
            f" {chance.choice(_WORDS)} " if chance.random() < 0.7 else ""
        ]
    return "".join(words)
