"""Work beside this process gives its result, or says how it failed."""

import os

import pytest

from sightline.app.checking import aside

pytestmark = pytest.mark.integration


def test_the_result_comes_from_another_process() -> None:
    pid, parent = aside.Work(lambda: (os.getpid(), os.getppid())).result()
    assert pid != os.getpid()
    assert parent == os.getpid()


def test_a_failure_comes_with_its_traceback() -> None:
    def fail() -> int:
        raise ValueError("no such luck")

    with pytest.raises(RuntimeError, match=r"(?s)in fail.*ValueError: no such luck"):
        aside.Work(fail).result()


def test_a_process_that_dies_is_told_of() -> None:
    with pytest.raises(RuntimeError, match="the process ended without a result"):
        aside.Work(lambda: os._exit(3)).result()
