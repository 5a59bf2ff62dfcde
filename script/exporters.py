"""Writes src/sightline/promql/exporters/*.txt: the bundled catalogue of exporters.

    python script/exporters.py scrape NAME "TITLE" FILE.prom…
    python script/exporters.py tables NAME "TITLE" FILE.md…

`scrape` reads metrics pages, several versions of one exporter together; `tables`
reads the tables of metrics in the documentation of kube-state-metrics and cAdvisor.
Only names, types, labels and bounds are kept. See `sightline.promql.bundled` for the
format; a line that a person knows better is mended there by hand.
"""

# A script is no module of a package.
# ruff: noqa: INP001

import pathlib
import re
import sys
from collections.abc import Iterator

from sightline.promql import metrics_page

FOLDER = pathlib.Path(__file__).parents[1] / "src/sightline/promql/exporters"
BOOLEAN = re.compile(r"(?:^|_)(?:up|success|successful|healthy|readonly|enabled)$")
IDENTITY = frozenset({"namespace", "pod", "container", "node"})


def lines_of_scrapes(paths: list[str]) -> Iterator[str]:
    """Gives a line for each metric family of some metrics pages."""
    families: dict[str, tuple[str, list[dict[str, str]]]] = {}
    for path in paths:
        text = pathlib.Path(path).read_text(encoding="utf-8")
        page = metrics_page.read_page(text, origin=path)
        for name, found in page.series.items():
            kind = page.type_of(name)
            family = page.family_of(name)
            key = family if kind in {"histogram", "summary"} else name
            _, series = families.setdefault(key, (kind, []))
            series += map(dict, found)
    for name, (kind, series) in sorted(families.items()):
        if series:
            yield line_of_family(name, kind, series)


def line_of_family(name: str, kind: str, series: list[dict[str, str]]) -> str:
    """Gives the line of one family."""
    special = {"histogram": "le", "summary": "quantile"}.get(kind, "")
    names = {label for labels in series for label in labels} - {special}
    words = [
        label if all(label in labels for labels in series) else f"{label}?"
        for label in sorted(names)
    ]
    marks = {labels[special] for labels in series if special in labels} - {"+Inf"}
    behind = "| " + " ".join(sorted(marks, key=float)) if marks else ""
    return " ".join(filter(None, [kind_of(name, kind), name, *words, behind]))


def kind_of(name: str, kind: str) -> str:
    """Gives the word for a metric's type."""
    if kind == "gauge" and name.endswith("_info"):
        return "info"
    if kind == "gauge" and BOOLEAN.search(name):
        return "boolean"
    return "untyped" if kind == "unknown" else kind


def lines_of_tables(paths: list[str]) -> Iterator[str]:
    """Gives a line for each row of tables that have a metric's name and type first."""
    found: set[str] = set()
    for path in paths:
        resource = pathlib.Path(path).name.split("-")[0]
        for row in pathlib.Path(path).read_text(encoding="utf-8").splitlines():
            cells = [cell.strip(" `") for cell in row.strip("|").split("|")]
            is_metric = len(cells) > 1 and re.fullmatch(r"[a-z][a-z0-9_]+", cells[0])
            kind = cells[1].lower() if is_metric else ""
            if kind not in {"gauge", "counter", "info", "stateset"}:
                continue
            found.add(line_of_row(cells[0], kind, row, resource))
    yield from sorted(found, key=lambda line: line.split()[1])


def line_of_row(name: str, kind: str, row: str, resource: str) -> str:
    """Gives the line of one row; labels that may be new or optional are marked."""
    if name.startswith(("container_", "machine_")):
        labels = ["container", "id", "image", "name", "namespace", "pod"]
        if "_network_" in name:
            labels.append("interface")
        if "_fs_" in name or "_blkio_" in name:
            labels.append("device")
        if name == "container_cpu_usage_seconds_total":
            labels.append("cpu")
        words = [] if name.startswith("machine_") else [f"{each}?" for each in labels]
    else:
        labels = re.findall(r"`([a-z_]+)`=", row)
        words = [
            label if label in IDENTITY or label == resource else f"{label}?"
            for label in dict.fromkeys(labels)
        ]
    is_info = name.endswith(("_info", "_labels", "_annotations"))
    word = "info" if is_info else "natural" if kind in {"gauge", "stateset"} else kind
    unit = "unit:bytes" if re.search(r"\| bytes +\|", row) else ""
    if name.endswith("_bytes"):
        unit = ""
    return " ".join(filter(None, [word, name, *sorted(words), unit]))


def main() -> None:
    """Writes one file."""
    form, name, title, *paths = sys.argv[1:]
    lines = lines_of_scrapes(paths) if form == "scrape" else lines_of_tables(paths)
    FOLDER.mkdir(exist_ok=True)
    text = "\n".join([f"# {title}", *lines]) + "\n"
    (FOLDER / f"{name}.txt").write_text(text, encoding="utf-8")


main()
