"""`check` as a process, over files that nobody should write: it ends, and says why."""

import random
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import pytest

pytestmark = pytest.mark.integration

_DEFECTS: Final = Path(__file__).parents[1] / "cases" / "check" / "defects" / "broken"
_LIMIT_SECONDS: Final = 60
_SEED: Final = 20_301_101


def _check(folder: Path, *paths: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - the program under test
        [sys.executable, "-m", "sightline", "check", *(paths or (".",))],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=_LIMIT_SECONDS,
        check=False,
    )


def _rule(expr: str) -> str:
    return f"groups: [{{name: a, rules: [{{alert: A, expr: '{expr}'}}]}}]\n"


def _laughs() -> str:
    lines = ["a: &a [x, x, x, x, x, x, x, x, x]"]
    for inner, outer in zip("abcdefghijk", "bcdefghijkl", strict=True):
        lines.append(f"{outer}: &{outer} [{', '.join([f'*{inner}'] * 9)}]")
    return "\n".join([*lines, "groups: *l\n"])


_HOSTILE: Final[Mapping[str, tuple[str, str]]] = {
    "brackets.yml": ("[" * 200_000, "expected at most 64 levels of nesting"),
    "brackets.json": ("[" * 200_000, "expected at most 64 levels of nesting"),
    "laughs.yml": (_laughs(), "expected aliases that repeat at most 10,000 values"),
    "parentheses.yml": (
        _rule("(" * 40_000 + "up" + ")" * 40_000),
        "an expression as deeply nested as this is not analysed",
    ),
    "sums.yml": (
        _rule("+".join(["up"] * 30_000)),
        "an expression as deeply nested as this is not analysed",
    ),
    "letters.yml": (_rule("x" * 200_001), "longer than 200,000 characters"),
    "repetitions.yml": (_rule(f'up{{a=~"{"x?" * 40 + "x" * 40}"}} == 1'), "0 findings"),
    "braces.yml": (
        _rule("up == 0").replace(
            "}]}]", ", annotations: {a: '" + "{{" * 9_000 + "'}}]}]"
        ),
        "expected '}}' after '{{', found none",
    ),
}


@pytest.mark.parametrize("name", _HOSTILE)
def test_a_file_that_is_made_to_exhaust_a_reader_is_judged(
    tmp_path: Path, name: str
) -> None:
    text, said = _HOSTILE[name]
    (tmp_path / name).write_text(text)
    checked = _check(tmp_path, name)
    assert checked.returncode in {0, 1}
    assert checked.stderr == ""
    assert said in checked.stdout


def test_a_file_of_50_megabytes_is_refused_at_once(tmp_path: Path) -> None:
    with (tmp_path / "rules.yml").open("w") as file:
        file.write("groups:\n")
        file.writelines(
            f"- {{name: group-{number}, rules: []}} # {'x' * 950}\n"
            for number in range(50_000)
        )
    assert (tmp_path / "rules.yml").stat().st_size > 49_000_000
    checked = _check(tmp_path)
    assert checked.returncode == 1
    assert checked.stdout.startswith(
        "rules.yml:1:1: error: expected at most 16,000,000 bytes, found a larger file"
    )


def test_random_bytes_and_torn_files_give_findings_alone(tmp_path: Path) -> None:
    chance = random.Random(_SEED)
    written = [path.read_bytes() for path in sorted(_DEFECTS.iterdir())]
    for number in range(150):
        suffix = chance.choice([".yml", ".json", ".tmpl", ".rules"])
        if number % 3 == 0:
            content = chance.randbytes(chance.randrange(4_000))
        else:
            content = _tear(chance.choice(written), chance)
        (tmp_path / f"{number}{suffix}").write_bytes(content)
    checked = _check(tmp_path)
    assert checked.returncode == 1
    assert checked.stderr == ""
    assert " findings: " in checked.stdout.splitlines()[-1]


def _tear(content: bytes, chance: random.Random) -> bytes:
    """Cuts some stretches out, doubles some, and changes some bytes."""
    torn = bytearray(content)
    for _ in range(chance.randrange(1, 6)):
        start = chance.randrange(len(torn) + 1)
        stretch = bytes(torn[start : start + chance.randrange(40)])
        torn[start : start + len(stretch)] = chance.choice(
            [b"", stretch * 2, chance.randbytes(3), b"{{", b"&a ", b"*a", b"- ", b": "]
        )
    return bytes(torn)


def test_of_a_folder_only_what_seems_ours_must_be_readable(tmp_path: Path) -> None:
    (tmp_path / "mkdocs.yml").write_text("a: !!python/name:b\n")
    (tmp_path / "broken.json").write_text("//")
    (tmp_path / "rules.yml").write_text("groups:\n  - name: a\n   rules: []\n")
    checked = _check(tmp_path).stdout
    assert "rules.yml:3:4: error: expected YAML, found a mistake" in checked
    assert "not checked: broken.json: expected a JSON value" in checked
    assert checked.endswith("1 finding\n")
    assert "broken.json:1:1: error" in _check(tmp_path, "broken.json").stdout
