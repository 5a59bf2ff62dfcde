import pytest

from sightline.deploy import resources


@pytest.mark.parametrize(
    ("number", "same"),
    [(1.0, 1), (-0.0, 0), (1e16, 10**16), (1e22, 10**22), (100.0, 100)],
)
def test_whole_numbers_are_the_same_however_they_are_spelled(
    number: float, same: int
) -> None:
    assert resources.fingerprint(number) == resources.fingerprint(same)
    assert resources.fingerprint({"a": [number]}) == resources.fingerprint(
        {"a": [same]}
    )


@pytest.mark.parametrize(
    ("one", "other"),
    [("1.0", "1"), (1.0, "1"), (1.5, 1), (True, "true"), (1e-5, 0), ("1e5", 100000)],
)
def test_what_differs_is_never_the_same(
    one: resources.Document, other: resources.Document
) -> None:
    assert resources.fingerprint([one]) != resources.fingerprint([other])
