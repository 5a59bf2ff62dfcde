"""Everything that a set of files says about monitoring, and what it leaves unsaid."""

import fnmatch
import os
import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sightline import errors
from sightline.formats import (
    alertmanager_config,
    composing,
    dashboards,
    documents,
    json_documents,
    manifests,
    nodes,
    prometheus_config,
    recognition,
    reporting,
    rule_files,
    rule_tests,
    texts,
)
from sightline.model import findings

__all__ = ["Estate", "read", "read_texts"]

_SUFFIXES: Final = frozenset({".yaml", ".yml", ".json", ".tmpl", ".rules"})
_JSON: Final = re.compile(r'\s*\{\s*["}]')
_IGNORED_FOLDERS: Final = frozenset({"node_modules", "__pycache__", "venv"})
_UNRENDERED: Final = (
    "it is a template; render it first, for example with `helm template`"
)
_MAXIMUM_HELD: Final = 3
"""How deep files may hold files: a ConfigMap in a List, and room to spare."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Estate:
    """What was read together, so that one file can be judged by another.

    Attributes:
        templates: Alertmanager's template files.
        sources: every text that findings can point into, by the file as it is shown.
        found: what is wrong with the form of the files.
        not_checked: files and objects that were not understood, and why.
    """

    rule_files: tuple[rule_files.RuleFile, ...]
    prometheus: tuple[prometheus_config.PrometheusConfig, ...]
    alertmanagers: tuple[alertmanager_config.AlertmanagerConfig, ...]
    templates: tuple[texts.Source, ...]
    dashboards: tuple[dashboards.Dashboard, ...]
    rule_tests: tuple[rule_tests.RuleTests, ...]
    sources: tuple[texts.Source, ...]
    found: tuple[findings.Finding, ...]
    not_checked: tuple[findings.NotChecked, ...]


def read(paths: Iterable[Path], root: Path, ignored: Collection[str] = ()) -> Estate:
    """Reads files and folders.

    Args:
        paths: files are read whatever they are called; of a folder those files that
            can hold monitoring, without hidden ones.
        root: the folder from which paths are shown.
        ignored: names of files that are none of the estate's.

    Raises:
        errors.InputError: when one of the paths does not exist.
    """
    reader = _Reader()
    for path, is_meant in _expand(paths):
        if path.name in ignored:
            continue
        file = _shown(path, root)
        content = documents.read_bytes(
            path,
            file,
            reader.reporter,
            limit=documents.MAX_BYTES,
            hint="split it, or check its parts",
        )
        if content is None:
            continue
        text = documents.decode(
            content, file, reader.reporter, hint="leave it out of the paths"
        )
        if text is not None:
            reader.take(texts.Source(file, text), path.name, is_meant=is_meant)
    return reader.estate()


def read_texts(files: Iterable[tuple[str, str]]) -> Estate:
    """Reads texts that are no files on the disk: pairs of a path and its text."""
    reader = _Reader()
    for file, text in files:
        reader.take(texts.Source(file, text), file.rpartition("/")[2], is_meant=True)
    return reader.estate()


def _expand(paths: Iterable[Path]) -> Iterator[tuple[Path, bool]]:
    """Gives each file once, and whether it was named itself."""
    seen: set[Path] = set()
    for path in paths:
        if not path.exists():
            raise errors.InputError(f"expected a file or a folder, found none: {path}")
        for file in _files_below(path) if path.is_dir() else (path,):
            if (resolved := file.resolve()) not in seen:
                seen.add(resolved)
                yield file, file is path


def _files_below(folder: Path) -> Iterator[Path]:
    for here, folders, files in os.walk(folder):
        folders[:] = sorted(
            name
            for name in folders
            if not name.startswith(".") and name not in _IGNORED_FOLDERS
        )
        for name in sorted(files):
            if Path(name).suffix in _SUFFIXES and not name.startswith("."):
                yield Path(here) / name


def _shown(path: Path, root: Path) -> str:
    try:
        return path.resolve().relative_to(root.resolve()).as_posix()
    except ValueError:
        return path.as_posix()


class _Reader:
    """Finds out what each document is, and keeps what it says."""

    def __init__(self) -> None:
        self.reporter = reporting.Reporter("file")
        self._rule_files: list[rule_files.RuleFile] = []
        self._prometheus: list[prometheus_config.PrometheusConfig] = []
        self._alertmanagers: list[alertmanager_config.AlertmanagerConfig] = []
        self._templates: list[texts.Source] = []
        self._dashboards: list[dashboards.Dashboard] = []
        self._rule_tests: list[rule_tests.RuleTests] = []
        self._sources: list[texts.Source] = []
        self._not_checked: list[findings.NotChecked] = []

    def estate(self) -> Estate:
        """Gives everything read so far."""
        return Estate(
            rule_files=tuple(self._rule_files),
            prometheus=tuple(self._prometheus),
            alertmanagers=tuple(self._alertmanagers),
            templates=tuple(self._templates),
            dashboards=tuple(self._dashboards),
            rule_tests=tuple(self._rule_tests),
            sources=tuple(self._sources),
            found=self.reporter.findings,
            not_checked=tuple(self._not_checked),
        )

    def take(self, source: texts.Source, name: str, *, is_meant: bool) -> None:
        """Reads one file.

        Args:
            source: its text.
            name: without its folders; it says what the file is.
            is_meant: it is here to be checked, rather than for being in the same
                folder: its form is judged whatever it is.
        """
        self._sources.append(source)
        self._take(source, name, held=0, is_meant=is_meant)

    def _take(
        self, source: texts.Source, name: str, *, held: int, is_meant: bool
    ) -> None:
        if name.endswith(".tmpl"):
            self._templates.append(source)
            return
        reporter = reporting.Reporter("file")
        found = _compose(source, name, reporter)
        if recognition.is_template(source.text) or (
            found is None and _has_braces(source)
        ):
            self._pass_by(source.file, _UNRENDERED)
            return
        strange: list[str] = []
        for node in found or ():
            self._recognize(node, source, strange, held=held)
        is_foreign = len(strange) == len(found or ())
        if is_meant or not is_foreign or recognition.seems_ours(source.text):
            self.reporter.extend(reporter.findings)
        elif found is None:
            self._pass_by(source.file, reporter.findings[0].message)
        if strange:
            kinds = ", ".join(dict.fromkeys(strange))
            self._pass_by(source.file, f"no check reads {kinds}")

    def _recognize(
        self, node: nodes.Node, source: texts.Source, strange: list[str], *, held: int
    ) -> None:
        if recognition.is_nothing(node):
            return
        kind = manifests.kind_of(node)
        if kind is None:
            if not self._read_native(node, source):
                strange.append(recognition.describe(node))
            return
        inner = tuple(manifests.unpack(node, source))
        if not inner:
            strange.append(kind)
        for one in inner:
            self._take_inner(one, source, held=held + 1)

    def _take_inner(
        self, inner: manifests.Inner, source: texts.Source, *, held: int
    ) -> None:
        match inner.content:
            case texts.Text() as text:
                if held > _MAXIMUM_HELD:
                    self._pass_by(source.file, "files held within files, too deep")
                elif _can_hold(inner.name, text.text):
                    self._take(
                        texts.Source.inside(text), inner.name, held=held, is_meant=False
                    )
            case node if inner.kind == "AlertmanagerConfig":
                self._alertmanagers.append(
                    alertmanager_config.read(
                        node, source, self.reporter, is_partial=True
                    )
                )
            case node if not self._read_native(node, source, inner.kind):
                self._pass_by(source.file, f"no check reads this {inner.kind}")
            case _:
                pass

    def _read_native(
        self, node: nodes.Node, source: texts.Source, holder: str = ""
    ) -> bool:
        """Reads a document for what its keys show it to be; `False` for none."""
        keys = node.pairs.keys() if isinstance(node, nodes.MappingNode) else set()
        reporter = self.reporter
        if "tests" in keys and ("rule_files" in keys or "evaluation_interval" in keys):
            self._rule_tests.append(rule_tests.read(node, source, reporter))
        elif recognition.is_prometheus_config(node):
            self._prometheus.append(prometheus_config.read(node, source, reporter))
        elif recognition.is_alertmanager_config(node):
            self._alertmanagers.append(alertmanager_config.read(node, source, reporter))
        elif recognition.is_rule_file(node):
            self._rule_files.append(rule_files.read(node, source, reporter, holder))
        elif recognition.is_dashboard(node):
            self._dashboards.append(dashboards.read(node, source, reporter))
        else:
            return False
        return True

    def _pass_by(self, subject: str, reason: str) -> None:
        self._not_checked.append(findings.NotChecked(subject=subject, reason=reason))


def _compose(
    source: texts.Source, name: str, reporter: reporting.Reporter
) -> tuple[nodes.Node, ...] | None:
    """Gives the documents of a file; `None`, reported, when it cannot be read."""
    if name.endswith(".json") or _JSON.match(source.text):
        document = json_documents.compose(source, reporter)
        return None if document is None else (document,)
    return composing.compose_all(source, reporter)


def _has_braces(source: texts.Source) -> bool:
    return "{{" in source.text or "{%" in source.text


def _can_hold(name: str, text: str) -> bool:
    """Whether an entry of a ConfigMap can be a file that a check reads."""
    if any(fnmatch.fnmatch(name, f"*{suffix}") for suffix in _SUFFIXES):
        return True
    return text.lstrip().startswith(("groups:", "{"))
