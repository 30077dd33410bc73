"""Every route, every place of a request, every hostile value: never an answer of 5xx.

The run is seeded and short; FUZZ_ROUNDS asks for more, FUZZ_SEED for others. Three times as many
rounds as there are values let each place of each route meet each value.
"""

import logging
import os
from typing import Any

import pytest
from django.conf import settings as site
from django.db import transaction
from django.test import Client

from tests.fuzzing import ClientAtTheDoor, Fuzzer, Request
from tests.pages import worlds

logger = logging.getLogger(__name__)

ROLES = ["visitor", "resident", "ambassador", "councillor", "moderator", "admin"]
ROUNDS = int(os.environ.get("FUZZ_ROUNDS", "1"))
SEED = os.environ.get("FUZZ_SEED", "town hall")
# Says that something else is away, which it is here: no worker runs.
MAY_SAY_503 = "/readyz"


@pytest.fixture
def things(cast: Any, settings: Any, tmp_path: Any) -> dict[str, Any]:
    things = worlds.full(cast, settings, tmp_path)
    number = {"number": 1, "part": 0, "what": "rules", "kind": "rules"}
    return (
        things
        | number
        | {
            "communities-slug": things["community"],
            "councillors-slug": things["councillor"],
            "discussions-pk": things["thread"],
            "discussions-slug": things["thread-slug"],
            "images-pk": things["picture"],
            "moderation-pk": things["decision"],
            "people-pk": things["resident"],
            "posts-pk": things["post"],
            "questions-slug": things["question-slug"],
            "questions-thread_id": things["question"],
            "questions-pk": things["sent"],
            "tags-slug": "weir",
            "places-code": things["ward"],
            "sitemaps-name": "threads",
            "theme-name": "made-up.css",
            "uidb36": things["uid"],
            "key": things["confirm-key"],
            "app_label": "accounts",
            "admin-pk": things["reported"],
        }
    )


def cookie_of(person: Any) -> str:
    """Sign somebody in and return their cookie, which outlives what the requests do."""
    client = Client()
    if person is None:
        return ""
    client.force_login(person)
    return f"{site.SESSION_COOKIE_NAME}={client.cookies[site.SESSION_COOKIE_NAME].value}"


def status_of(client: Client, request: Request, cookie: str, number: int) -> int:
    """Send a request and take back what it did."""
    given = dict(request.headers)
    headers = {
        name: value.encode("utf-8", "replace").decode("latin-1") for name, value in given.items()
    }
    address = (
        f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"  # each has its own limits
    )
    before = transaction.savepoint()  # not a block: what is sent must be able to open its own
    answer = client.generic(
        request.method,
        request.path,
        request.body,
        content_type=request.content_type,
        QUERY_STRING=request.query,
        REMOTE_ADDR=address,
        headers={"Cookie": cookie} | headers,
    )
    answer.getvalue() if answer.streaming else answer.content
    transaction.savepoint_rollback(before)
    transaction.savepoint_commit(before)  # releases it
    return answer.status_code


def is_fine(status: int | str, request: Request) -> bool:
    return isinstance(status, int) and (status < 500 or request.path == MAY_SAY_503)


def test_nothing_that_is_sent_fails(cast: Any, things: dict[str, Any]) -> None:
    client = ClientAtTheDoor(raise_request_exception=False)
    fuzzer = Fuzzer(client, things, SEED)
    cookies = [cookie_of(getattr(cast, role)) for role in ROLES]
    failed, sent = [], 0

    for turn in range(ROUNDS):
        for place, route in enumerate(fuzzer.routes):
            who = (place + turn) % len(ROLES)
            for request in fuzzer.requests(route, cookies[who], turn + place):
                sent += 1
                try:
                    status = status_of(client, request, cookies[who], sent)
                except Exception as error:  # not even the page of an error could be made
                    status = repr(error)
                if not is_fine(status, request):
                    failed.append(f"{status} {ROLES[who]} {request}")

    logger.info("%d routes, %d requests, %d failures", len(fuzzer.routes), sent, len(failed))
    assert not failed, "\n".join(failed)
