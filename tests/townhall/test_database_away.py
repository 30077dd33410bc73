"""The web server, while its database is locked, frozen and dead."""

import psycopg2
import pytest

from tests.townhall.own_server import own_server, web_on

pytestmark = pytest.mark.django_db  # whose tables are copied
LIMITS = {"WEB_STATEMENT_SECONDS": "2", "WEB_LOCK_SECONDS": "1", "DATABASE_CONNECT_SECONDS": "1"}
AT_ONCE = 12  # more than all threads of both workers


@pytest.fixture(scope="module")
def server(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), own_server() as server:
        yield server


@pytest.fixture
def web(server):
    with web_on(server.url, LIMITS) as web:
        yield web


def answers_soon(web):
    health, ready = web.get("/healthz"), web.get("/readyz")
    assert (health.status, health.text) == (200, '{"process": "up"}')
    assert health.seconds < 1
    assert ready.seconds < 1
    return ready


def test_lock_stalls_neither_health_nor_anybody_for_long(server, web):
    assert web.get("/communities/").status == 200
    holder = psycopg2.connect(server.url)
    with holder.cursor() as cursor:
        cursor.execute("LOCK TABLE communities_community, accounts_version")
        with web.busy_with("/communities/", AT_ONCE) as pages:
            ready = answers_soon(web)
    holder.close()

    assert '"database": true' in ready.text
    assert {page.status for page in pages} == {503}
    assert all("That took too long" in page.text for page in pages)
    assert all(page.headers["retry-after"] == "10" for page in pages)
    assert max(page.seconds for page in pages) < 4
    assert web.get("/communities/").status == 200


def test_frozen_server_stalls_no_question_after_health(server, web):
    with web.busy_with("/communities/", AT_ONCE) as pages:
        pass
    assert {page.status for page in pages} == {200}
    server.freeze()
    try:
        with web.busy_with("/communities/", AT_ONCE) as pages:
            ready = answers_soon(web)
            assert answers_soon(web).status == 503
        welsh = web.get("/cy/communities/")
    finally:
        server.wake()

    assert (ready.status, '"database": false' in ready.text) == (503, True)
    assert {page.status for page in pages} == {503}
    assert all("The site is away for a moment" in page.text for page in pages)
    assert all(page.headers["retry-after"] == "30" for page in pages)
    assert max(page.seconds for page in pages) < 8
    assert (welsh.status, '<html lang="cy">' in welsh.text) == (503, True)
    assert web.get("/communities/").status == 200


def test_dead_server_is_a_page_of_ours(server, web):
    assert web.get("/communities/").status == 200
    server.kill()
    try:
        with web.busy_with("/communities/", AT_ONCE) as pages:
            ready = answers_soon(web)
    finally:
        server.supervisor.children.clear()
        server.postgres.start()

    assert ready.status == 503
    assert {page.status for page in pages} == {503}
    assert max(page.seconds for page in pages) < 3
    assert web.get("/communities/").status == 200
