"""market-svc: jobs, proposals, contracts, and finding them."""

import functools
from http import HTTPStatus
from typing import Final

from starlette import requests, responses

from sightline.demo import cache, database, problems, queues, resp, runtime
from sightline.model import services

__all__ = ["MarketService", "compose"]

_READ_JOB: Final = database.Query("read_job", "SELECT * FROM jobs WHERE id = $1")
_READ_CONTRACT: Final = database.Query(
    "read_contract", "SELECT * FROM contracts WHERE id = $1"
)
_SEARCH: Final = database.Query(
    "search_jobs",
    "SELECT id, title, budget_minor FROM jobs WHERE category = $1"
    " ORDER BY created_at DESC LIMIT 20",
)
_ADD_JOB: Final = database.Query(
    "add_job",
    "INSERT INTO jobs (client_id, title, category, budget_minor)"
    " VALUES ($1, $2, $3, $4) RETURNING id",
)
_ADD_PROPOSAL: Final = database.Query(
    "add_proposal",
    "UPDATE jobs SET proposals = proposals + 1 WHERE id = $1 RETURNING proposals",
)
_ADD_CONTRACT: Final = database.Query(
    "add_contract",
    "INSERT INTO contracts (job_id, freelancer_id, status)"
    " SELECT jobs.id, users.id, 'active' FROM jobs, users"
    " WHERE jobs.id = $1 AND users.id = $2 RETURNING id",
)
_QUERIES: Final = (
    _READ_JOB,
    _READ_CONTRACT,
    _SEARCH,
    _ADD_JOB,
    _ADD_PROPOSAL,
    _ADD_CONTRACT,
)
_CATEGORIES: Final = ("design", "writing", "python", "data", "video", "translation")


class MarketService:
    """Rows of PostgreSQL, read through the cache; new jobs are indexed later."""

    def __init__(
        self, tables: database.Database, cached: cache.Cache, redis: resp.Redis
    ) -> None:
        self._tables = tables
        self._cache = cached
        self._redis = redis

    def endpoints(self) -> tuple[runtime.Endpoint, ...]:
        """Gives what the service answers."""
        read, write = services.OperationClass.READ, services.OperationClass.WRITE
        search = services.OperationClass.SEARCH
        return (
            runtime.Endpoint("GET", "/jobs/{job_id}", read, self.read_job),
            runtime.Endpoint(
                "GET", "/contracts/{contract_id}", read, self.read_contract
            ),
            runtime.Endpoint("POST", "/jobs", write, self.add_job),
            runtime.Endpoint(
                "POST", "/jobs/{job_id}/proposals", write, self.add_proposal
            ),
            runtime.Endpoint("POST", "/contracts", write, self.add_contract),
            runtime.Endpoint("GET", "/search", search, self.search),
        )

    async def read_job(self, request: requests.Request) -> responses.Response:
        """Gives a job, from the cache where it is there."""
        number = runtime.read_number("job_id", request.path_params["job_id"])
        return await self._read("job", _READ_JOB, number)

    async def read_contract(self, request: requests.Request) -> responses.Response:
        """Gives a contract, from the cache where it is there."""
        number = runtime.read_number("contract_id", request.path_params["contract_id"])
        return await self._read("contract", _READ_CONTRACT, number)

    async def search(self, request: requests.Request) -> responses.Response:
        """Gives the latest jobs of a category; this is never cached."""
        category = request.query_params.get("category", "")
        if category not in _CATEGORIES:
            raise problems.Problem(HTTPStatus.BAD_REQUEST, "unknown category")
        found = await self._tables.fetch(_SEARCH, category)
        return runtime.reply({"jobs": [dict(row) for row in found]})

    async def add_job(self, request: requests.Request) -> responses.Response:
        """Posts a job, and has it indexed."""
        asked = await runtime.read_json(request)
        category = str(asked.get("category"))
        if category not in _CATEGORIES:
            raise problems.Problem(HTTPStatus.BAD_REQUEST, "unknown category")
        added = await self._tables.fetch_one(
            _ADD_JOB,
            runtime.read_number("client_id", asked.get("client_id")),
            str(asked.get("title", "")),
            category,
            runtime.read_number("budget_minor", asked.get("budget_minor")),
        )
        job = {"job_id": added["id"] if added else None}
        await queues.enqueue(self._redis, queues.SEARCH_INDEX, job)
        return runtime.reply(job, HTTPStatus.CREATED)

    async def add_proposal(self, request: requests.Request) -> responses.Response:
        """Counts a proposal for a job."""
        number = runtime.read_number("job_id", request.path_params["job_id"])
        changed = await self._tables.fetch_one(_ADD_PROPOSAL, number)
        if changed is None:
            raise problems.Problem(HTTPStatus.NOT_FOUND, "no such job")
        await self._cache.forget(f"cache:job:{number}")
        return runtime.reply(dict(changed), HTTPStatus.CREATED)

    async def add_contract(self, request: requests.Request) -> responses.Response:
        """Makes a contract of a job and a freelancer."""
        asked = await runtime.read_json(request)
        added = await self._tables.fetch_one(
            _ADD_CONTRACT,
            runtime.read_number("job_id", asked.get("job_id")),
            runtime.read_number("freelancer_id", asked.get("freelancer_id")),
        )
        if added is None:
            raise problems.Problem(HTTPStatus.NOT_FOUND, "no such job or freelancer")
        return runtime.reply({"contract_id": added["id"]}, HTTPStatus.CREATED)

    async def _read(
        self, noun: str, query: database.Query, number: int
    ) -> responses.Response:
        load = functools.partial(self._tables.fetch_one, query, number)
        found = await self._cache.get(f"cache:{noun}:{number}", load)
        if found is None:
            raise problems.Problem(HTTPStatus.NOT_FOUND, f"no such {noun}")
        return runtime.reply(found)


def compose(surroundings: runtime.Surroundings) -> runtime.Program:
    """Gives market-svc with its connections."""
    told, registry = surroundings.settings, surroundings.registry
    tables = database.Database(told.database_url, _QUERIES, registry)
    redis = resp.Redis(told.redis_address)
    market = MarketService(tables, cache.Cache(redis, registry), redis)
    return runtime.Program(
        endpoints=market.endpoints(),
        connections=(tables, redis),
        stumble=tables.wait_too_long,
        stumble_ratio=0.000_4,
    )
