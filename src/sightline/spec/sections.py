"""Documents → entries: each thing that the spec declares, by section, in its shape.

Each entry is checked alone, so one that is wrong hides no mistake of another, and
its name stays known: whatever refers to it is not reported as well.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

import pydantic

from sightline.formats import nodes, reporting
from sightline.model import spans
from sightline.spec import (
    documents,
    event_shapes,
    fields,
    inheritance,
    linking,
    messages,
    shapes,
    source_shapes,
)

__all__ = ["Entry", "Section", "Sections", "collect"]

ShapeT = TypeVar("ShapeT", bound=shapes.Shape)
_KeyType = pydantic.TypeAdapter[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry(Generic[ShapeT]):
    """One declared thing, and where each part of it stands."""

    name: str
    shape: ShapeT
    node: nodes.Node
    name_span: spans.Span

    def span(self, *path: str | int) -> spans.Span:
        """Gives the place of the value at `path` inside the entry."""
        return nodes.find(self.node, path).span

    def key_span(self, *path: str | int) -> spans.Span:
        """Gives the place of the key at the end of `path`; of the entry's own name."""
        return nodes.name_span(self.node, path) if path else self.name_span


@dataclass(frozen=True, slots=True, kw_only=True)
class Section(Generic[ShapeT]):
    """The entries of one section, from all files.

    Attributes:
        entries: those in good shape, in the order of the files.
        names: all that are declared, in good shape or not.
        is_complete: no name can be missing from `names`; otherwise a name that seems
            to be unknown may well stand in what could not be read.
    """

    entries: tuple[Entry[ShapeT], ...]
    names: frozenset[str]
    is_complete: bool

    @property
    def is_sound(self) -> bool:
        """Whether every declared entry is there, in good shape."""
        return self.is_complete and len(self.entries) == len(self.names)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sections:
    """Everything that a spec declares, before names are resolved."""

    organisation: Section[shapes.Organisation]
    environments: Section[shapes.Environment]
    services: Section[shapes.Service]
    exporters: Section[shapes.Exporter]
    probes: Section[shapes.Probe]
    signals: Section[shapes.Signal]
    dashboards: Section[shapes.Dashboard]
    routing: Section[shapes.Routing]
    slos: Section[shapes.Slo]
    slo_aliases: Section[shapes.SloAlias]
    slo_diagnostics: Section[shapes.SloDiagnostic]
    slo_exemptions: Section[shapes.SloExemption]
    maintenance: Section[shapes.Maintenance]
    error_budget_policy: Section[shapes.BudgetPolicy]
    sql_sources: Section[source_shapes.SqlSource]
    redis_sources: Section[source_shapes.RedisSource]
    stripe_sources: Section[source_shapes.StripeSource]
    survey_sources: Section[source_shapes.SurveySource]
    certificate_sources: Section[source_shapes.CertificateSource]
    container_sources: Section[source_shapes.ContainerSource]
    event_sources: Section[event_shapes.EventSource]


def collect(read: documents.Sources, reporter: reporting.Reporter) -> Sections:
    """Gives every entry of every document, in its shape.

    Names that are used but not declared are reported here as well.
    """
    roots = tuple(_roots(read.documents, reporter))
    is_complete = read.complete and len(roots) == len(read.documents)
    linking.report_unknown_names(
        roots, reporter, is_complete=is_complete and all(map(_is_sound, roots))
    )
    roots = inheritance.expand(roots, reporter)
    source = _Source(roots, reporter, is_complete=is_complete)
    slug: _KeyType = pydantic.TypeAdapter(fields.Slug)
    signal: _KeyType = pydantic.TypeAdapter(fields.SignalName)
    return Sections(
        organisation=source.single("organisation", shapes.Organisation),
        environments=source.section("environments", slug, shapes.Environment),
        services=source.section("services", slug, shapes.Service),
        exporters=source.section("exporters", slug, shapes.Exporter),
        probes=source.section("probes", slug, shapes.Probe),
        signals=source.section("signals", signal, shapes.Signal),
        dashboards=source.section("dashboards", slug, shapes.Dashboard),
        routing=source.single("routing", shapes.Routing),
        slos=source.section("slos", slug, shapes.Slo),
        slo_aliases=source.section("slo_aliases", slug, shapes.SloAlias),
        slo_diagnostics=source.section("slo_diagnostics", slug, shapes.SloDiagnostic),
        slo_exemptions=source.section("slo_exemptions", slug, shapes.SloExemption),
        maintenance=source.section("maintenance", slug, shapes.Maintenance),
        error_budget_policy=source.single("error_budget_policy", shapes.BudgetPolicy),
        sql_sources=source.section("sql_sources", slug, source_shapes.SqlSource),
        redis_sources=source.section("redis_sources", slug, source_shapes.RedisSource),
        stripe_sources=source.section(
            "stripe_sources", slug, source_shapes.StripeSource
        ),
        survey_sources=source.section(
            "survey_sources", slug, source_shapes.SurveySource
        ),
        certificate_sources=source.section(
            "certificate_sources", slug, source_shapes.CertificateSource
        ),
        container_sources=source.section(
            "container_sources", slug, source_shapes.ContainerSource
        ),
        event_sources=source.section("event_sources", slug, event_shapes.EventSource),
    )


def _roots(
    found: tuple[documents.Document, ...], reporter: reporting.Reporter
) -> Iterator[nodes.MappingNode]:
    """Gives the documents that are mappings; their unknown sections are reported."""
    known = list(shapes.Spec.model_fields)
    for document in found:
        root = document.node
        if not isinstance(root, nodes.MappingNode):
            reporter.error(
                "type",
                root.span,
                "expected a mapping of sections such as `services:`, "
                f"found {nodes.describe(root)}",
                f"the sections are {', '.join(known)}",
            )
            continue
        for key in root.pairs:
            if key not in known:
                messages.report_unknown_key(key, known, root, (), reporter)
        yield root


def _is_sound(root: nodes.MappingNode) -> bool:
    """Whether every section of a document can declare names."""
    pairs = root.pairs.values()
    return all(isinstance(pair.node, nodes.MappingNode) for pair in pairs)


class _Source:
    """The documents that sections are taken from."""

    def __init__(
        self,
        roots: tuple[nodes.MappingNode, ...],
        reporter: reporting.Reporter,
        *,
        is_complete: bool,
    ) -> None:
        self._roots = roots
        self._complete = is_complete
        self._reporter = reporter

    def single(self, name: str, shape: type[ShapeT]) -> Section[ShapeT]:
        """Gives a section that is one entry itself, under its own name."""
        found = [(name, pair) for root in self._roots if (pair := root.pairs.get(name))]
        return self._gather(found, shape, is_complete=self._complete)

    def section(
        self, name: str, key_type: _KeyType, shape: type[ShapeT]
    ) -> Section[ShapeT]:
        """Gives a section that holds entries by name."""
        found: list[tuple[str, nodes.Pair]] = []
        is_complete = self._complete
        for pair in (root.pairs[name] for root in self._roots if name in root.pairs):
            if isinstance(pair.node, nodes.MappingNode):
                found.extend(pair.node.pairs.items())
                self._check_names(pair.node, key_type)
                continue
            is_complete = False
            self._reporter.error(
                "type",
                pair.key_span,
                f"expected entries under {name!r}, found {nodes.describe(pair.node)}",
                "write `name:` for each entry, and its keys indented below",
            )
        return self._gather(found, shape, is_complete=is_complete)

    def _check_names(self, node: nodes.MappingNode, key_type: _KeyType) -> None:
        for name in node.pairs:
            try:
                key_type.validate_python(name)
            except pydantic.ValidationError as error:
                messages.report_name(error, name, node, self._reporter)

    def _gather(
        self,
        found: list[tuple[str, nodes.Pair]],
        shape: type[ShapeT],
        *,
        is_complete: bool,
    ) -> Section[ShapeT]:
        first: dict[str, nodes.Pair] = {}
        entries: list[Entry[ShapeT]] = []
        for name, pair in found:
            if name in first:
                self._reporter.error(
                    "duplicate",
                    pair.key_span,
                    f"expected {name!r} once, found it again",
                    f"it stands at {first[name].key_span} already; keep one of them",
                )
                continue
            first[name] = pair
            entry = _entry(name, pair, shape, self._reporter)
            if entry is not None:
                entries.append(entry)
        return Section(
            entries=tuple(entries), names=frozenset(first), is_complete=is_complete
        )


def _entry(
    name: str, pair: nodes.Pair, shape: type[ShapeT], reporter: reporting.Reporter
) -> Entry[ShapeT] | None:
    # The mapping that holds the entry gives places to mistakes of the entry itself.
    holder = nodes.MappingNode(pairs={name: pair}, span=pair.key_span)
    try:
        checked = shape.model_validate(nodes.plain(pair.node))
    except pydantic.ValidationError as error:
        messages.report(error, shape, holder, (name,), reporter)
        return None
    return Entry(name=name, shape=checked, node=pair.node, name_span=pair.key_span)
