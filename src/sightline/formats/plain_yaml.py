"""YAML as plain objects, quickly, where no place in the file is asked for."""

from typing import Final

import yaml

__all__ = ["read"]

# A build is half a megabyte of rules: libyaml reads it ten times as fast.
_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read(text: str) -> object:
    """Gives a YAML document as plain objects; raises `yaml.YAMLError`."""
    return yaml.load(text, Loader=_LOADER)  # noqa: S506 - a safe loader
