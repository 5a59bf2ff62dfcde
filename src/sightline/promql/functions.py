"""The functions of PromQL: what each takes and gives."""

import enum
from dataclasses import dataclass
from typing import Final

__all__ = ["SIGNATURES", "Signature", "ValueType"]


class ValueType(enum.StrEnum):
    """What an expression gives."""

    SCALAR = "scalar"
    STRING = "string"
    VECTOR = "instant vector"
    MATRIX = "range vector"


@dataclass(frozen=True, slots=True)
class Signature:
    """The types of a function's arguments and of its result.

    Attributes:
        optional: how many of the arguments may be left out, from the last on.
        repeated: how often the last argument may be repeated; `None` without end.
        is_experimental: only behind a flag of the server.
    """

    takes: tuple[ValueType, ...]
    gives: ValueType = ValueType.VECTOR
    optional: int = 0
    repeated: int | None = 0
    is_experimental: bool = False

    @property
    def fewest(self) -> int:
        """The smallest number of arguments."""
        return len(self.takes) - self.optional

    @property
    def most(self) -> int | None:
        """The largest number of arguments; `None` when there is no bound."""
        return None if self.repeated is None else len(self.takes) + self.repeated


_S, _T, _V, _M = ValueType.SCALAR, ValueType.STRING, ValueType.VECTOR, ValueType.MATRIX

_OF_VECTOR: Final = (
    "abs absent acos acosh asin asinh atan atanh ceil cos cosh deg exp floor"
    " histogram_avg histogram_count histogram_stddev histogram_stdvar histogram_sum"
    " ln log10 log2 rad sgn sin sinh sort sort_desc sqrt tan tanh timestamp"
)
_OF_MATRIX: Final = (
    "absent_over_time avg_over_time changes count_over_time delta deriv"
    " first_over_time idelta increase irate last_over_time max_over_time"
    " min_over_time present_over_time rate resets stddev_over_time stdvar_over_time"
    " sum_over_time"
)
_OF_MATRIX_EXPERIMENTAL: Final = (
    "mad_over_time ts_of_first_over_time ts_of_last_over_time ts_of_max_over_time"
    " ts_of_min_over_time"
)
_OF_TIME: Final = (
    "day_of_month day_of_week day_of_year days_in_month hour minute month year"
)

SIGNATURES: Final[dict[str, Signature]] = {
    **{name: Signature((_V,)) for name in _OF_VECTOR.split()},
    **{name: Signature((_M,)) for name in _OF_MATRIX.split()},
    **{
        name: Signature((_M,), is_experimental=True)
        for name in _OF_MATRIX_EXPERIMENTAL.split()
    },
    **{name: Signature((_V,), optional=1) for name in _OF_TIME.split()},
    **{
        name: Signature((_V, _T), optional=1, repeated=None, is_experimental=True)
        for name in ("sort_by_label", "sort_by_label_desc")
    },
    **{
        name: Signature((), _S, is_experimental=True)
        for name in ("end", "range", "start", "step")
    },
    **{
        name: Signature((_S, _S), _S, is_experimental=True)
        for name in ("max_of", "min_of")
    },
    **{
        # The second is the name of the first in Prometheus 2.
        name: Signature((_M, _S, _S), is_experimental=True)
        for name in ("double_exponential_smoothing", "holt_winters")
    },
    "clamp": Signature((_V, _S, _S)),
    "clamp_max": Signature((_V, _S)),
    "clamp_min": Signature((_V, _S)),
    "histogram_fraction": Signature((_S, _S, _V)),
    "histogram_quantile": Signature((_S, _V)),
    "histogram_quantiles": Signature((_V, _T, _S, _S), optional=1, repeated=8),
    "info": Signature((_V, _V), optional=1, is_experimental=True),
    "label_join": Signature((_V, _T, _T, _T), optional=1, repeated=None),
    "label_replace": Signature((_V, _T, _T, _T, _T)),
    "pi": Signature((), _S),
    "predict_linear": Signature((_M, _S)),
    "quantile_over_time": Signature((_S, _M)),
    "round": Signature((_V, _S), optional=1),
    "scalar": Signature((_V,), _S),
    "start_timestamp": Signature((_V,), is_experimental=True),
    "time": Signature((), _S),
    "vector": Signature((_S,)),
}
"""https://prometheus.io/docs/prometheus/latest/querying/functions/"""
