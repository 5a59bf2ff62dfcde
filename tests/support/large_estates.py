"""A spec with very many services, made from the shipped one."""

import shutil
from pathlib import Path
from typing import Final

import yaml

__all__ = ["write"]

_SHIPPED: Final = Path(__file__).parents[2] / "monitoring"


def write(root: Path, count: int) -> Path:
    """Copies the shipped spec and gives it `count` services with all their routes.

    Returns:
        `root`, the folder in which `monitoring/` lies now.
    """
    shutil.copytree(_SHIPPED, root / "monitoring")
    path = root / "monitoring/services.yaml"
    services = yaml.safe_load(path.read_text())["services"]
    kinds = list(services.values())
    more = {
        f"service-{number}": kinds[number % len(kinds)] | {"depends_on": ["postgres"]}
        for number in range(count - len(services))
    }
    path.write_text(yaml.safe_dump({"services": services | more}))
    return root
