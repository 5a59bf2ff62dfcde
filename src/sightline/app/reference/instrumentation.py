"""The page of `sightline.instrument`: what a service may import, from the sources.

The sources are read, not imported: an adapter imports its framework, which need not be
installed where the page is written.
"""

import ast
import importlib.util
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from sightline.app.reference import tables

__all__ = ["render"]

_PACKAGE: Final = "sightline.instrument"
_INTRODUCTION: Final = """\
# Instrumentation

What a service imports to be measured; how it is used:
[instrument a service](../how-to/instrument-a-service.md). The module of a framework
imports it, and is imported only where it is installed.
"""
_MODULES: Final = (
    "testing",
    "wsgi",
    "django",
    "aiohttp",
    "queues/metrics",
    "queues/celery",
    "queues/rq",
    "queues/arq",
    "databases/metrics",
    "databases/psycopg",
    "databases/asyncpg",
    "databases/redis",
)
"""Those whose names are for services; the others are how it is done."""

_Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def render() -> str:
    """Gives the page of all names that services use."""
    folder = _folder()
    parts = [_INTRODUCTION, f"## {_PACKAGE}\n", _render_package(folder)]
    for name in _MODULES:
        tree = _parse(folder / f"{name}.py")
        parts.append(f"## {_PACKAGE}.{name.replace('/', '.')}\n")
        parts.append(_first_line(tree) + "\n")
        rows = [_row(tree, exported) for exported in _exported(tree)]
        parts.append(tables.render_table(("Name", "Meaning"), rows))
    return "\n".join(parts)


def _folder() -> Path:
    spec = importlib.util.find_spec(_PACKAGE)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(_PACKAGE)
    return Path(spec.origin).parent


def _render_package(folder: Path) -> str:
    """Gives the table of the package's own names, from the modules that define them."""
    tree = _parse(folder / "__init__.py")
    origins = _origins(tree)
    rows = []
    for name in _exported(tree):
        path = folder.parent / f"{origins[name].replace('.', '/')}.py"
        rows.append(_row(_parse(path), name))
    return tables.render_table(("Name", "Meaning"), rows)


def _origins(tree: ast.Module) -> Mapping[str, str]:
    """Gives the module of each imported name, below `sightline`."""
    return {
        alias.name: (node.module or "").removeprefix("sightline.")
        for node in tree.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }


def _exported(tree: ast.Module) -> Iterator[str]:
    for node in tree.body:
        match node:
            case ast.Assign(targets=[ast.Name(id="__all__")], value=listed):
                yield from ast.literal_eval(listed)
            case _:
                continue


def _row(tree: ast.Module, name: str) -> tuple[str, str]:
    """Gives a name with its arguments, and the first line of what is said of it."""
    for node, following in zip(tree.body, [*tree.body[1:], None], strict=True):
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef() if (
                node.name == name
            ):
                return f"`{name}{_arguments(node)}`", _first_line(node)
            case (
                ast.AnnAssign(target=ast.Name(id=target))
                | ast.Assign(targets=[ast.Name(id=target)])
            ) if target == name:
                return f"`{name}`", _sentence_below(following)
            case _:
                continue
    return f"`{name}`", ""


def _arguments(node: _Definition) -> str:
    """Gives what a call takes, in its order; of a class, its constructor's."""
    if isinstance(node, ast.ClassDef):
        if any("dataclass" in ast.unparse(one) for one in node.decorator_list):
            return f"({', '.join(_fields(node))})"
        made = [one for one in node.body if isinstance(one, ast.FunctionDef)]
        found = next((one for one in made if one.name == "__init__"), None)
        if found is None:
            return ""
        node = found
    positional = [one.arg for one in (*node.args.posonlyargs, *node.args.args)]
    by_keyword = [f"{one.arg}=" for one in node.args.kwonlyargs]
    names = [one for one in positional if one != "self"]
    return f"({', '.join([*names, *by_keyword])})"


def _fields(node: ast.ClassDef) -> Iterator[str]:
    for statement in node.body:
        match statement:
            case ast.AnnAssign(target=ast.Name(id=name)):
                yield name
            case _:
                continue


def _sentence_below(node: ast.stmt | None) -> str:
    """Gives the first sentence of a string that stands below a constant."""
    match node:
        case ast.Expr(value=ast.Constant(value=str(text))):
            sentence, stop, _ = " ".join(text.split()).partition(". ")
            return sentence + stop.strip()
        case _:
            return ""


def _first_line(node: ast.Module | _Definition) -> str:
    return (ast.get_docstring(node) or "").partition("\n")[0]


def _parse(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))
