"""Serves one program of the platform over HTTP, in a process of its own."""

import importlib
import random
from collections.abc import Mapping
from typing import Final

import prometheus_client
import uvicorn

from sightline.demo import degradations, runtime, settings

__all__ = ["compose", "run"]

_KEEP_ALIVE_SECONDS: Final = 75
_LAST_WORDS_SECONDS: Final = 2
_SUPPORTING: Final[Mapping[str, str]] = {
    "cdn-edge": "sightline.demo.edge",
    "job-worker": "sightline.demo.worker",
    "payment-provider": "sightline.demo.payment_provider",
}


def compose(surroundings: runtime.Surroundings) -> runtime.Program:
    """Gives the program that the settings name; only its own module is imported."""
    name = surroundings.settings.program
    service = f"sightline.demo.services.{name.replace('-', '_')}"
    module = importlib.import_module(_SUPPORTING.get(name, service))
    program: runtime.Program = module.compose(surroundings)
    return program


def run(told: settings.Settings) -> None:
    """Serves until SIGTERM."""
    # They would nearly double the series, and nobody reads them.
    prometheus_client.disable_created_metrics()  # type: ignore[no-untyped-call]  # untyped upstream
    surroundings = runtime.Surroundings(
        settings=told,
        watch=degradations.Watch(told.faults, told.program),
        registry=prometheus_client.REGISTRY,
        chance=random.Random(told.instance),  # noqa: S311 - no secret depends on it
    )
    config = uvicorn.Config(
        runtime.assemble(compose(surroundings), surroundings),
        host=settings.HOST,
        port=told.port,
        http="h11",
        ws="none",
        loop="asyncio",
        lifespan="on",
        log_config=None,
        access_log=False,
        timeout_keep_alive=_KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=_LAST_WORDS_SECONDS,
    )
    uvicorn.Server(config).run()
