"""The faults that the platform can be given: what breaks, and which alert must say so.

Names are a contract: drills and the command line use them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sightline.demo import degradations

__all__ = [
    "FAULTS",
    "Degrade",
    "Effect",
    "Fault",
    "Stop",
    "Withdraw",
    "read_active",
    "record",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Degrade:
    """A program keeps running, and does badly."""

    service: str
    kind: degradations.Kind
    parameters: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Stop:
    """A component is down; whoever looks for it looks in vain."""

    component: str


@dataclass(frozen=True, slots=True)
class Withdraw:
    """Components are gone, as if they had been undeployed; nobody looks for them.

    Attributes:
        pattern: matches their names, as `fnmatch` does.
    """

    pattern: str


Effect = Degrade | Stop | Withdraw


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One way to break the platform.

    Attributes:
        alert: the alert that must fire.
        service: the alert's label `service`.
        effects: one degradation, or any number of components.
        consequences: other alerts that may rightly fire.
    """

    name: str
    description: str
    alert: str
    service: str
    effects: tuple[Effect, ...]
    consequences: tuple[str, ...] = ()

    @property
    def degradation(self) -> Degrade | None:
        """What a program is told to do badly; `None` where components go."""
        match self.effects:
            case (Degrade() as only,):
                return only
            case _:
                return None


_ALWAYS: Final = 1.0
_SLOW_SECONDS: Final = 1.6
_HANG_SECONDS: Final = 3600.0
_ERRORS: Final = degradations.Kind.ERRORS
_DEGRADED: Final = ("ErrorRateElevated", "HighErrorRate")
_SLOWED: Final = ("LatencyElevated", "HighLatency", "TailLatencyHigh")


def _failing(ratio: float) -> Mapping[str, float]:
    return {"ratio": ratio, "status": 500}


_ALL: Final = (
    Fault(
        name="billing-errors",
        description="billing-svc answers every request with 500",
        alert="HighErrorRate",
        service="billing-svc",
        effects=(
            Degrade(service="billing-svc", kind=_ERRORS, parameters=_failing(_ALWAYS)),
        ),
        consequences=_DEGRADED,
    ),
    Fault(
        name="market-slow",
        description=f"market-svc takes {_SLOW_SECONDS} s longer for every request",
        alert="HighLatency",
        service="market-svc",
        effects=(
            Degrade(
                service="market-svc",
                kind=degradations.Kind.SLOW,
                parameters={"seconds": _SLOW_SECONDS},
            ),
        ),
        consequences=_SLOWED,
    ),
    Fault(
        name="gateway-errors",
        description="api-gateway answers every fifth request with 500",
        alert="HighErrorRate",
        service="api-gateway",
        effects=(
            Degrade(service="api-gateway", kind=_ERRORS, parameters=_failing(0.2)),
        ),
        consequences=_DEGRADED,
    ),
    Fault(
        name="replica-gone",
        description="one instance of auth-svc is down",
        alert="ServiceReplicasLow",
        service="auth-svc",
        effects=(Stop("auth-svc-3"),),
    ),
    Fault(
        name="auth-gone",
        description="all instances of auth-svc are deleted, and their targets too",
        alert="ServiceDown",
        service="auth-svc",
        effects=(Withdraw("auth-svc-*"),),
        consequences=_DEGRADED,
    ),
    Fault(
        name="postgres-down",
        description="PostgreSQL is stopped; its exporter says so",
        alert="DatabaseUnavailable",
        service="postgres",
        effects=(Stop("postgres"),),
        consequences=_DEGRADED,
    ),
    Fault(
        name="postgres-exporter-down",
        description="the exporter of PostgreSQL is stopped; the database is well",
        alert="DatabaseUnobserved",
        service="postgres",
        effects=(Stop("postgres-exporter"),),
        consequences=("ExporterDown",),
    ),
    Fault(
        name="postgres-and-exporter-down",
        description="PostgreSQL and its exporter are stopped together",
        alert="DatabaseUnavailable",
        service="postgres",
        effects=(Stop("postgres-exporter"), Stop("postgres")),
        consequences=(*_DEGRADED, "DatabaseUnobserved", "ExporterDown"),
    ),
    Fault(
        name="queue-backlog",
        description="more jobs are ordered than the worker can do",
        alert="QueueBacklog",
        service="job-worker",
        effects=(
            Degrade(
                service="job-worker",
                kind=degradations.Kind.BACKLOG,
                parameters={"depth": 1500, "seconds": 1},
            ),
        ),
    ),
    Fault(
        name="redis-full",
        description="Redis is filled with junk up to 90 % of its memory",
        alert="RedisMemoryHigh",
        service="redis",
        effects=(
            Degrade(
                service="job-worker",
                kind=degradations.Kind.FILL,
                parameters={"ratio": 0.9},
            ),
        ),
    ),
    Fault(
        name="redis-down",
        description="Redis is stopped: no sessions, no cache, no queues",
        alert="HighErrorRate",
        service="auth-svc",
        effects=(Stop("redis"),),
        consequences=_DEGRADED,
    ),
    Fault(
        name="payment-failing",
        description="the payment provider answers 500",
        alert="PaymentProcessingDown",
        service="billing-svc",
        effects=(
            Degrade(
                service="payment-provider", kind=_ERRORS, parameters=_failing(_ALWAYS)
            ),
        ),
        consequences=_DEGRADED,
    ),
    Fault(
        name="payment-hanging",
        description="the payment provider takes requests and never answers",
        alert="PaymentProcessingDown",
        service="billing-svc",
        effects=(
            Degrade(
                service="payment-provider",
                kind=degradations.Kind.SLOW,
                parameters={"seconds": _HANG_SECONDS},
            ),
        ),
        consequences=(*_DEGRADED, *_SLOWED),
    ),
)

FAULTS: Final[Mapping[str, Fault]] = {fault.name: fault for fault in _ALL}
"""Every fault by its name."""


def record(
    fault: Fault, started: float, until: float | None
) -> degradations.Degradation:
    """Gives what is written down of a fault that begins.

    Where components go there is nothing for a program to obey; the record then only
    says that the fault is in force, and since when.
    """
    degrade = fault.degradation
    return degradations.Degradation(
        service=degrade.service if degrade else "",
        kind=degrade.kind if degrade else degradations.Kind.COMPONENTS,
        parameters=degrade.parameters if degrade else {},
        started=started,
        until=until,
    )


def read_active(folder: Path, now: float) -> Mapping[str, degradations.Degradation]:
    """Gives the faults in force, by name, out of the folder of their records."""
    active = {}
    for name in FAULTS:
        path = folder / f"{name}.json"
        if path.is_file():
            found = degradations.decode(path.read_text("utf-8"))
            if not found.is_over(now):
                active[name] = found
    return active
