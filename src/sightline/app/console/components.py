"""The components of the local stack as the supervisor last wrote them down."""

from dataclasses import dataclass
from pathlib import Path

from sightline.stack import runners, states

__all__ = ["ComponentState", "load_components"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ComponentState:
    """One component; `state` is the word that `sightline status` prints."""

    name: str
    state: str
    is_ready: bool
    port: int | None
    version: str


def load_components(run: Path) -> tuple[ComponentState, ...]:
    """Gives the components of a run; none when no stack was started there."""
    found = states.read_state(run / "state.json")
    return tuple(
        ComponentState(
            name=component.name,
            state=component.state,
            is_ready=component.state == runners.State.READY.value,
            port=component.port,
            version=component.version,
        )
        for component in (found.components if found else ())
    )
