from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from discussions import services
from discussions.services import Writing
from tests.factories import make_community, make_membership, make_thread, make_user


@pytest.mark.django_db(transaction=True)
def test_replies_at_once_get_numbers_without_gap_or_double():
    community = make_community()
    people = [make_user() for _ in range(4)]
    for person in people:
        make_membership(person, community)
    thread = make_thread(community)

    def write(person):
        try:
            for _ in range(5):
                services.reply(thread, by=person, writing=Writing("At once."))
        finally:
            connection.close()

    with ThreadPoolExecutor(len(people)) as pool:
        list(pool.map(write, people))

    thread.refresh_from_db()
    numbers = sorted(thread.posts.values_list("number", flat=True))
    assert numbers == list(range(1, 22))
    assert (thread.post_count, thread.last_number) == (21, 21)
