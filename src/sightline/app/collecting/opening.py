"""Planned sources → sources that run, each with the client of its connection."""

import datetime as dt
import time

from sightline.app.collecting import event_streams, plans
from sightline.clients import postgres, redis, sqlite, stripe, tls
from sightline.collectors import (
    cgroups,
    expiries,
    readings,
    redis_counts,
    running,
    sql,
    stripe_revenue,
    survey,
    survey_csv,
)
from sightline.model import collecting, connections, events

__all__ = ["open_member"]


def open_member(planned: plans.Planned) -> running.Member:
    """Gives a source that can be run; opens nothing yet."""
    kind, source = _open(planned)
    return running.Member(
        name=planned.source.name, kind=kind, pace=planned.source.pace, source=source
    )


def _open(planned: plans.Planned) -> tuple[str, readings.Source | readings.Stream]:
    match planned.source, planned.connection:
        case collecting.SqlSource() as declared, place:
            return "sql", sql.SqlCollector(declared, _database(place))
        case collecting.RedisSource() as declared, connections.Redis() as place:
            keyspace = redis.Redis(place)
            return "redis", redis_counts.RedisCollector(declared, keyspace, time.time)
        case collecting.StripeSource() as declared, connections.Stripe() as place:
            account = stripe.Stripe(place)
            collector = stripe_revenue.StripeCollector(declared, account, time.time)
            return "stripe", collector
        case collecting.SurveySource() as declared, place:
            return "survey", survey.SurveyCollector(declared, _answers(declared, place))
        case collecting.CertificateSource() | collecting.ContainerSource(), _:
            return _open_watch(planned)
        case events.EventSource() as declared, _:
            return "events", event_streams.open_stream(planned, declared)
        case _:  # `plans` has seen to it that the connection fits the source
            raise AssertionError(planned)


def _open_watch(planned: plans.Planned) -> tuple[str, readings.Source]:
    """Opens what looks at files and servers, rather than asking a question."""
    match planned.source, planned.connection:
        case collecting.ContainerSource() as declared, connections.Files() as place:
            return "containers", cgroups.CgroupCollector(declared, place)
        case collecting.CertificateSource() as declared, connections.Files() as place:
            return "certificate", expiries.FileCollector(declared, place)
        case (
            collecting.CertificateSource() as declared,
            connections.TlsEndpoint() as place,
        ):
            server = tls.TlsServer(place)
            return "certificate", expiries.EndpointCollector(declared, server)
        case _:
            raise AssertionError(planned)


def _database(place: connections.Connection) -> sql.Database:
    match place:
        case connections.Postgres():
            return postgres.Postgres(place)
        case connections.Sqlite():
            return sqlite.Sqlite(place, _read_clock)
        case _:
            raise AssertionError(place)


def _answers(
    declared: collecting.SurveySource, place: connections.Connection
) -> survey.Answers:
    match declared.answers, place:
        case collecting.QueriedAnswers(query=query), _:
            return survey.QueriedAnswers(declared, query, _database(place))
        case collecting.CsvAnswers() as columns, connections.Files():
            return survey_csv.CsvAnswers(columns, place, _read_clock)
        case _:
            raise AssertionError(place)


def _read_clock() -> dt.datetime:
    return dt.datetime.now(dt.UTC)
