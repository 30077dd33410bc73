import psycopg2
import pytest
from django.db import close_old_connections, connection

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def health_checks():
    connection.ensure_connection()
    yield
    connection.close()


def test_connection_that_the_server_ended_is_replaced(client, health_checks):
    ended = connection.connection
    with psycopg2.connect(**connection.get_connection_params()) as other, other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [ended.info.backend_pid])
    other.close()
    close_old_connections()

    answer = client.get("/about/")

    assert answer.status_code == 200
    assert connection.connection is not ended


def test_connection_that_works_is_kept_without_a_question(health_checks, django_assert_num_queries):
    kept = connection.connection
    with django_assert_num_queries(0):
        close_old_connections()
        connection.ensure_connection()

    assert connection.connection is kept
    assert connection.is_usable()


def test_connection_closed_on_our_side_is_not_usable(health_checks):
    connection.connection.close()

    assert not connection.is_usable()
