"""The rules of CONTRIBUTING.md that a machine can hold."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = sorted((ROOT / "src").rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))
MODULES = [path for path in SOURCES if path.name not in {"__init__.py", "__main__.py"}]
MAXIMUM_MODULE_LINES = 600
MAXIMUM_FUNCTION_LINES = 50


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def _functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def _code_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    first = function.body[0]
    docstring = (
        (first.end_lineno or 0) - first.lineno + 1
        if ast.get_docstring(function) is not None
        else 0
    )
    return (function.end_lineno or 0) - function.lineno + 1 - docstring


@pytest.mark.parametrize("path", SOURCES, ids=_name)
def test_no_module_passes_600_lines(path: Path) -> None:
    lines = path.read_text().count("\n")
    assert lines <= MAXIMUM_MODULE_LINES


@pytest.mark.parametrize("path", SOURCES, ids=_name)
def test_no_function_passes_50_lines_of_code(path: Path) -> None:
    tree = ast.parse(path.read_text())
    assert [
        f"{function.name} ({_code_lines(function)})"
        for function in _functions(tree)
        if _code_lines(function) > MAXIMUM_FUNCTION_LINES
    ] == []


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_all_names_every_public_definition_in_order(path: Path) -> None:
    tree = ast.parse(path.read_text())
    exported: list[str] | None = None
    public: set[str] = set()
    for node in tree.body:
        match node:
            case ast.Assign(targets=[ast.Name(id="__all__")], value=value):
                exported = ast.literal_eval(value)
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                public.add(node.name)
            case _:
                continue
    public = {name for name in public if not name.startswith("_")}
    assert exported is not None, "the module has no __all__"
    # ruff (RUF022) keeps the order; what is left is that nothing public is missing.
    assert public - set(exported) == set()


@pytest.mark.parametrize("path", TESTS, ids=_name)
def test_every_test_function_is_collected(path: Path) -> None:
    tree = ast.parse(path.read_text())
    tests = {f.name for f in _functions(tree) if f.name.startswith("test_")}
    scopes: list[ast.Module | ast.ClassDef] = [tree]
    scopes += [node for node in tree.body if isinstance(node, ast.ClassDef)]
    collected = {
        node.name
        for scope in scopes
        for node in scope.body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    assert tests - collected == set(), "nested tests never run"
    assert not tests or path.name.startswith("test_"), "pytest does not read this file"


def test_no_path_of_one_machine_is_in_the_tree() -> None:
    pattern = re.compile(r"(?:^|[\s\"'=(])/(?:work|root|home/\w+)/")
    found = [
        f"{_name(path)}:{number}"
        for folder in ("src", "tests", "script", "docs", "monitoring", "bench")
        for path in sorted((ROOT / folder).rglob("*"))
        if path.suffix in {".py", ".md", ".yaml", ".yml", ".json", ".js", ".toml", ""}
        and path.is_file()
        and "vendor" not in path.parts
        for number, line in enumerate(
            path.read_text(errors="replace").splitlines(), start=1
        )
        if pattern.search(line)
    ]
    assert found == []
