"""What every shape of a spec is made from."""

import pydantic

__all__ = ["Shape"]


class Shape(pydantic.BaseModel):
    """A mapping with known keys; any other key is refused."""

    model_config = pydantic.ConfigDict(extra="forbid", frozen=True)
