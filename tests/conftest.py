"""Fixtures that every test may use."""

import asyncio
import os
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from sightline.stack.acquire import binaries as acquiring

_JUDGES_AND_COMPONENTS = (
    "prometheus",
    "promtool",
    "alertmanager",
    "amtool",
    "postgres",
    "initdb",
    "redis",
    "postgres-exporter",
    "redis-exporter",
    "blackbox-exporter",
    "node-exporter",
    "process-exporter",
)


@pytest.fixture(scope="session")
def acquired() -> Mapping[str, acquiring.Binary]:
    """The real programs, found as `sightline up` finds them, or fetched."""
    settings = acquiring.settings_from_environ(os.environ, {})
    # In a thread of its own: this thread's event loop belongs to pytest-asyncio.
    with ThreadPoolExecutor(1) as thread:
        acquire = acquiring.acquire(_JUDGES_AND_COMPONENTS, settings)
        return thread.submit(asyncio.run, acquire).result()


@pytest.fixture(scope="session")
def binaries(acquired: Mapping[str, acquiring.Binary]) -> Mapping[str, Path]:
    """The paths of the real programs, by name: `binaries["promtool"]`."""
    return {name: binary.path for name, binary in acquired.items()}
