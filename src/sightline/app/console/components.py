"""The components of the local stack as the supervisor last wrote them down."""

from pathlib import Path

import pydantic

__all__ = ["ComponentState", "load_components"]


class ComponentState(pydantic.BaseModel, frozen=True):
    """One component; the state is the supervisor's own word."""

    name: str
    state: str
    port: int | None = None
    version: str = ""


class _StateFile(pydantic.BaseModel):
    components: list[ComponentState] = []


def load_components(run: Path) -> tuple[ComponentState, ...]:
    """Gives the components of `run/state.json`; none when no stack was started."""
    try:
        content = (run / "state.json").read_bytes()
        return tuple(_StateFile.model_validate_json(content).components)
    except (FileNotFoundError, pydantic.ValidationError):
        return ()
