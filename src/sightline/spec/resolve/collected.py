"""The sources of the collectors: what is measured where nothing exposes metrics."""

from collections.abc import Callable, Iterator
from typing import Final, TypedDict, TypeVar

from sightline.formats import reporting
from sightline.model import collecting, events, spans, units
from sightline.spec import documents, event_shapes, sections, source_shapes
from sightline.spec.resolve import counted_events

__all__ = ["resolve_collection"]

_PacedT = TypeVar("_PacedT", bound=source_shapes.Paced)
_INTERVALS_UNTIL_EXPIRY: Final = 3
_USUAL_TIMEOUT: Final = units.Duration.parse("10s")
_COUNTER_SUFFIX: Final = "_total"
_QUERIES: Final = "sources/queries"


def resolve_collection(
    found: sections.Sections,
    sources: documents.Sources,
    zone: str,
    reporter: reporting.Reporter,
) -> collecting.Collection:
    """Gives every declared source; reports what does not fit together.

    Args:
        found: the sections.
        sources: hold the queries.
        zone: the organisation's, in which days and months begin.
        reporter: takes the findings.
    """
    resolver = _Resolver(sources, zone, reporter)
    resolved = (
        *(resolver.resolve(found.sql_sources, resolver.sql)),
        *(resolver.resolve(found.redis_sources, resolver.redis)),
        *(resolver.resolve(found.stripe_sources, resolver.stripe)),
        *(resolver.resolve(found.survey_sources, resolver.survey)),
        *(resolver.resolve(found.certificate_sources, resolver.certificate)),
        *(resolver.resolve(found.container_sources, resolver.containers)),
        *(resolver.resolve(found.event_sources, resolver.events)),
    )
    every_query_known = found.sql_sources.is_sound and found.survey_sources.is_sound
    resolver.report_unused(every_query_known=every_query_known)
    return collecting.Collection(sources=_by_name(resolved, reporter))


class _Common(TypedDict):
    """What every kind of source is made with."""

    name: str
    connection: str
    pace: collecting.Pace
    environments: tuple[str, ...]
    span: spans.Span


def _by_name(
    resolved: tuple[collecting.DeclaredSource, ...], reporter: reporting.Reporter
) -> dict[str, collecting.DeclaredSource]:
    first: dict[str, collecting.DeclaredSource] = {}
    for source in resolved:
        if source.name in first:
            reporter.error(
                "duplicate",
                source.span,
                f"expected each source once, found {source.name!r} again",
                f"it stands at {first[source.name].span} already;"
                " give this one another name",
            )
        first.setdefault(source.name, source)
    return first


class _Resolver:
    """Gives each shape its meaning, and knows which queries and metrics are taken."""

    def __init__(
        self, sources: documents.Sources, zone: str, reporter: reporting.Reporter
    ) -> None:
        self._sources = sources
        self._zone = zone
        self._reporter = reporter
        self._used: set[str] = set()
        self._metrics: dict[str, spans.Span] = {}

    def resolve(
        self,
        section: sections.Section[_PacedT],
        resolve: Callable[
            [sections.Entry[_PacedT], _Common], collecting.DeclaredSource | None
        ],
    ) -> Iterator[collecting.DeclaredSource]:
        """Gives the sources of a section that have a meaning."""
        for entry in section.entries:
            source = resolve(entry, self._common(entry))
            if source is not None:
                yield source

    def sql(
        self, entry: sections.Entry[source_shapes.SqlSource], common: _Common
    ) -> collecting.SqlSource | None:
        """Gives a query with its metrics."""
        shape = entry.shape
        for index, metric in enumerate(shape.metrics):
            self._check_column_metric(entry, index, metric)
        query = self._query(shape.query, shape.zone, entry.span("query"))
        if query is None:
            return None
        return collecting.SqlSource(
            **common,
            query=query,
            metrics=tuple(
                collecting.ColumnMetric(
                    name=metric.name,
                    help=metric.help,
                    kind=metric.kind,
                    column=metric.column,
                    labels=tuple(metric.labels),
                )
                for metric in shape.metrics
            ),
            most_rows=shape.most_rows,
            most_label_values=shape.most_label_values,
        )

    def redis(
        self, entry: sections.Entry[source_shapes.RedisSource], common: _Common
    ) -> collecting.RedisSource:
        """Gives the counts of a Redis."""
        counts = tuple(
            collecting.RedisMetric(name=metric.name, help=metric.help, counted=counted)
            for index, metric in enumerate(entry.shape.metrics)
            if (counted := self._counted(entry, index, metric)) is not None
        )
        for index, metric in enumerate(entry.shape.metrics):
            self._take(metric.name, entry.span("metrics", index, "name"))
        return collecting.RedisSource(**common, metrics=counts)

    def stripe(
        self, entry: sections.Entry[source_shapes.StripeSource], common: _Common
    ) -> collecting.StripeSource:
        """Gives the revenue of an account."""
        shape = entry.shape
        self._take(shape.metric, entry.span("metric"))
        return collecting.StripeSource(
            **common,
            metric=shape.metric,
            help=shape.help,
            zone=shape.zone or self._zone,
        )

    def survey(
        self, entry: sections.Entry[source_shapes.SurveySource], common: _Common
    ) -> collecting.SurveySource | None:
        """Gives a score and where its answers are."""
        self._take(entry.shape.prefix, entry.span("prefix"))
        answers = self._answers(entry)
        if answers is None:
            return None
        return collecting.SurveySource(
            **common,
            prefix=entry.shape.prefix,
            answers=answers,
            least_answers=entry.shape.least_answers,
        )

    def certificate(
        self, entry: sections.Entry[source_shapes.CertificateSource], common: _Common
    ) -> collecting.CertificateSource:
        """Gives the certificates of a server, or those in files."""
        return collecting.CertificateSource(
            **common, renewed_before=entry.shape.renewed_before
        )

    def events(
        self, entry: sections.Entry[event_shapes.EventSource], common: _Common
    ) -> events.EventSource:
        """Gives events, and the metrics made of them."""
        shape = entry.shape
        line_format = counted_events.resolve_format(entry, self._reporter)
        return events.EventSource(
            **common,
            format=line_format,
            metrics=counted_events.resolve_metrics(
                entry, line_format, self._take, self._reporter
            ),
            time=shape.time,
            stream=None
            if shape.stream is None
            else events.RedisStream(key=shape.stream.key, field=shape.stream.field),
            lists=shape.lists,
            countries=shape.countries,
        )

    def containers(
        self, entry: sections.Entry[source_shapes.ContainerSource], common: _Common
    ) -> collecting.ContainerSource:
        """Gives the containers of a host."""
        return collecting.ContainerSource(
            **common,
            pattern=entry.shape.pattern,
            most_containers=entry.shape.most_containers,
        )

    def report_unused(self, *, every_query_known: bool) -> None:
        """Reports queries that no source runs."""
        for page in self._sources.queries:
            name = _file_name(page)
            if every_query_known and name not in self._used:
                missing = self._used - {
                    _file_name(one) for one in self._sources.queries
                }
                near = reporting.suggest(name, missing)
                self._reporter.error(
                    "query",
                    spans.Span(file=page.file),
                    f"expected a source that runs {name!r}, found none",
                    near
                    if "did you mean" in near
                    else "remove the file, or name it in a source",
                )

    def _common(self, entry: sections.Entry[_PacedT]) -> _Common:
        shape = entry.shape
        return _Common(
            name=entry.name,
            connection=shape.connection,
            pace=self._pace(entry),
            environments=tuple(shape.environments),
            span=entry.name_span,
        )

    def _pace(self, entry: sections.Entry[_PacedT]) -> collecting.Pace:
        interval, given = entry.shape.interval, entry.shape.timeout
        if given is not None and given > interval:
            self._reporter.error(
                "source",
                entry.span("timeout"),
                f"expected a timeout of at most the interval {interval}, found {given}",
                "shorten `timeout`, or lengthen `interval`",
            )
        expiry = entry.shape.expires_after or units.Duration(
            _INTERVALS_UNTIL_EXPIRY * interval.milliseconds
        )
        if expiry <= interval:
            self._reporter.error(
                "source",
                entry.span("expires_after"),
                f"expected an expiry above the interval {interval}, found {expiry}",
                "a reading would be gone before the next one",
            )
        return collecting.Pace(
            interval=interval,
            timeout=given or min(interval, _USUAL_TIMEOUT),
            expires_after=expiry,
        )

    def _check_column_metric(
        self,
        entry: sections.Entry[source_shapes.SqlSource],
        index: int,
        metric: source_shapes.ColumnMetric,
    ) -> None:
        self._take(metric.name, entry.span("metrics", index, "name"))
        is_counter = metric.kind is collecting.MetricKind.COUNTER
        if is_counter != metric.name.endswith(_COUNTER_SUFFIX):
            wanted = (
                "a counter's name, which ends"
                if is_counter
                else "a gauge's name, which does not end"
            )
            self._reporter.error(
                "metric",
                entry.span("metrics", index, "name"),
                f"expected {wanted} with '{_COUNTER_SUFFIX}', found {metric.name!r}",
                "change the name, or `kind`",
            )
        if metric.column in metric.labels:
            place = metric.labels.index(metric.column)
            self._reporter.error(
                "metric",
                entry.span("metrics", index, "labels", place),
                f"expected the column {metric.column!r} as the number or as a label,"
                " found both",
                "a label with a number in it is a series for each number",
            )

    def _counted(
        self,
        entry: sections.Entry[source_shapes.RedisSource],
        index: int,
        metric: source_shapes.RedisMetric,
    ) -> collecting.RecentMembers | collecting.KeyCount | None:
        match metric.sorted_set, metric.within, metric.keys:
            case str(key), units.Duration() as within, None:
                return collecting.RecentMembers(key=key, within=within)
            case None, None, str(pattern):
                return collecting.KeyCount(pattern=pattern, sample=metric.sample)
            case _:
                place = entry.span("metrics", index)
                pair = "`sorted_set` with `within`, and `keys`"
                self._expect_one(pair, metric.name, place)
                return None

    def _answers(
        self, entry: sections.Entry[source_shapes.SurveySource]
    ) -> collecting.QueriedAnswers | collecting.CsvAnswers | None:
        shape = entry.shape
        match shape.query, shape.csv:
            case str(file), None:
                query = self._query(file, shape.zone, entry.span("query"))
                if query is None:
                    return None
                return collecting.QueriedAnswers(query=query)
            case None, source_shapes.CsvAnswers() as csv:
                return collecting.CsvAnswers(
                    score_column=csv.score,
                    time_column=csv.time,
                    window=csv.window,
                )
            case _:
                self._expect_one("`query` and `csv`", entry.name, entry.name_span)
                return None

    def _query(
        self, file: str, zone: str | None, span: spans.Span
    ) -> collecting.Query | None:
        """Gives a query with its text; reports when there is no such file."""
        self._used.add(file)
        pages = {_file_name(page): page for page in self._sources.queries}
        page = pages.get(file)
        if page is None:
            near = reporting.suggest(file, pages)
            self._reporter.error(
                "query",
                span,
                f"expected the query {file!r} in {self._sources.directory}/{_QUERIES},"
                " found no such file",
                near if "did you mean" in near else "write it there: one SELECT",
            )
            return None
        if page.text is None:
            return None
        text = page.text.strip().removesuffix(";")
        if not text:
            self._reporter.error(
                "query",
                spans.Span(file=page.file),
                "expected one SELECT, found an empty file",
                "write the query",
            )
        return collecting.Query(file=page.file, text=text, zone=zone or self._zone)

    def _take(self, metric: str, span: spans.Span) -> None:
        if metric in self._metrics:
            self._reporter.error(
                "duplicate",
                span,
                f"expected each metric from one source, found {metric!r} again",
                f"it stands at {self._metrics[metric]} already;"
                " give this one another name",
            )
        self._metrics.setdefault(metric, span)

    def _expect_one(self, keys: str, name: str, span: spans.Span) -> None:
        self._reporter.error("source", span, f"expected one of {keys} for {name!r}")


def _file_name(page: documents.Page) -> str:
    return page.file.rpartition("/")[2]
