"""Plans and applies for one environment, with the ledger of its past."""

import asyncio
import datetime as dt
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

import httpx

from sightline import errors
from sightline.app import live
from sightline.app.deploying import places
from sightline.clients import servers
from sightline.deploy import (
    applying,
    explaining,
    ledgers,
    memories,
    observations,
    planning,
    plans,
    resources,
)
from sightline.spec import loading
from sightline.stack import layout

__all__ = ["Consent", "Request", "apply", "make_plan"]

_PATIENCE_SECONDS: Final = 60.0
"""A server that reads ten thousand rules anew takes its time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What is to be planned or applied.

    Attributes:
        root: the project.
        environ: the environment variables.
        environment: by name; the local stack when it is `None` and the spec has one.
        surfaces: those that are looked at; all of them when it is empty.
        ledger: the folder of the ledgers; `None` is below the project's `.sightline`.
        is_rollback: go back to the state before, instead of what the spec wants.
        expected: the fingerprint of the only plan that may be applied, or how it
            begins; empty for any.
    """

    root: Path
    environ: Mapping[str, str] = field(repr=False)
    environment: str | None = None
    surfaces: tuple[resources.Surface, ...] = ()
    ledger: Path | None = None
    is_rollback: bool = False
    expected: str = ""


Consent = Callable[[plans.Plan], bool]
"""Is shown a plan that changes something, and says whether it may be applied."""


def make_plan(request: Request) -> plans.Plan:
    """Gives the plan; nothing is written, the ledger included.

    Raises:
        SpecInvalid: the spec has findings.
        InputError: there is no such environment, or it is deployed nowhere.
        ComponentMissing: an official tool is not to be had.
    """
    return asyncio.run(_make_plan(request))


def apply(
    request: Request, consent: Consent, watcher: applying.Watcher
) -> tuple[plans.Plan, applying.Report | None]:
    """Plans, asks for consent, and applies; gives `None` when it was refused.

    Raises:
        ApplyRunning: another apply to the environment is running.
        EnvironmentFailed: something could not be seen, or a stage failed.
    """
    return asyncio.run(_apply(request, consent, watcher))


async def _make_plan(request: Request) -> plans.Plan:
    async with servers.open_client(_PATIENCE_SECONDS) as client:
        work = await _Work.begin(request, client)
        return await work.plan()


async def _apply(
    request: Request, consent: Consent, watcher: applying.Watcher
) -> tuple[plans.Plan, applying.Report | None]:
    async with servers.open_client(_PATIENCE_SECONDS) as client:
        work = await _Work.begin(request, client)
        with ledgers.hold_lock(work.folder, _who(request.environ)):
            plan = await work.plan()
            _require_sight(plan)
            _require_expected(plan, request.expected)
            if plan.pending and not consent(plan):
                return plan, None
            report = await applying.apply(
                plan, work.place.surfaces, work.ledger, watcher
            )
            return plan, report


@dataclass(frozen=True, slots=True, kw_only=True)
class _Work:
    """An environment, its live systems and its past."""

    request: Request
    name: str
    place: places.Place
    folder: Path
    ledger: ledgers.Ledger

    @classmethod
    async def begin(cls, request: Request, client: httpx.AsyncClient) -> "_Work":
        declared = loading.require(request.root)
        chosen = live.choose(declared, request.environment)
        place = await places.connect(
            declared, chosen, request.root, request.environ, client
        )
        folder = (
            request.ledger or layout.Layout.of_project(request.root).ledgers
        ) / chosen.name
        ledger = ledgers.Ledger(
            folder, _who(request.environ), lambda: dt.datetime.now(dt.UTC)
        )
        return cls(
            request=request,
            name=chosen.name,
            place=place,
            folder=folder,
            ledger=ledger,
        )

    async def plan(self) -> plans.Plan:
        memory = self.ledger.read()
        wanted = _only(self._wanted(memory), self._surfaces)
        applied = _only(memory.applied, self._surfaces)
        within = replace(memory, applied=applied)
        interest = planning.interest(wanted, within)
        seen = await asyncio.gather(
            *(self._look(surface, interest) for surface in self._surfaces)
        )
        plan = planning.make_plan(self.name, wanted, seen, within)
        # What lies on surfaces that are not looked at stays what it was.
        elsewhere = {
            key: one for key, one in memory.applied.items() if key not in applied
        }
        return replace(plan, state={**elsewhere, **wanted})

    @property
    def _surfaces(self) -> tuple[resources.Surface, ...]:
        there = tuple(self.place.surfaces.readers)
        chosen = self.request.surfaces or there
        for surface in chosen:
            if surface not in there:
                known = ", ".join(one.value for one in there)
                raise errors.InputError(
                    f"expected one of the surfaces of {self.name}, {known}; found"
                    f" {surface.value!r}"
                )
        return chosen

    def _wanted(self, memory: memories.Memory) -> memories.State:
        if not self.request.is_rollback:
            return self.place.wanted
        if memory.way_back is None:
            raise errors.InputError(
                f"the ledger of {self.name} holds no state to go back to: it needs an"
                " apply that finished, and one after it"
            )
        return memory.way_back

    async def _look(
        self, surface: resources.Surface, interest: tuple[resources.Resource, ...]
    ) -> observations.Observation:
        asked = [one for one in interest if one.identity.surface == surface.value]
        return await self.place.surfaces.readers[surface].observe(asked)


def _only(
    state: memories.State, surfaces: tuple[resources.Surface, ...]
) -> memories.State:
    names = {surface.value for surface in surfaces}
    return {key: one for key, one in state.items() if key.surface in names}


def _require_sight(plan: plans.Plan) -> None:
    if plan.unseen:
        told = "\n    ".join(explaining.tell_unseen(plan))
        raise errors.ServerUnavailable(
            f"nothing is applied while this cannot be seen:\n    {told}\n"
            "choose what can be seen with --surface, or mend it"
        )


def _require_expected(plan: plans.Plan, expected: str) -> None:
    if not plan.fingerprint.startswith(expected):
        raise errors.LiveChanged(
            f"expected the plan {expected}, found"
            f" {plan.fingerprint[: resources.SHOWN_DIGITS]}: the live systems or the"
            " spec are not what they were; look at the new plan"
        )


def _who(environ: Mapping[str, str]) -> str:
    names = ("GITHUB_ACTOR", "GITLAB_USER_LOGIN", "SUDO_USER", "USER", "LOGNAME")
    user = next((environ[name] for name in names if environ.get(name)), "somebody")
    return f"{user}@{socket.gethostname()}"
