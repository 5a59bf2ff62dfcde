import pytest

from sightline.stack.acquire import versions


@pytest.mark.parametrize(
    ("printed", "version"),
    [
        ("prometheus, version 3.5.3+ds1 (branch: debian/sid)", (3, 5, 3)),
        ("process-exporter, version  (branch: x, revision: 0.8.7-2)", (0, 8, 7)),
        ("postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)", (15, 18)),
        ("Redis server v=7.0.15 sha=00000000:0 malloc=jemalloc-5.3.0", (7, 0, 15)),
        ("5:8.0.2-3+deb13u3", (8, 0, 2)),
        ("", None),
        ("no number here", None),
    ],
)
def test_version_is_the_first_dotted_number(
    printed: str, version: versions.Version | None
) -> None:
    assert versions.parse_version(printed) == version


def test_unknown_version_is_written_as_nothing() -> None:
    assert versions.render_version(None) == ""
    assert versions.render_version((3, 5, 3)) == "3.5.3"
