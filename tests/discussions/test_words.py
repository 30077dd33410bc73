"""Words of titles and openings, when no thread has them any more."""

import time as clock
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from discussions.models import Thread, Word
from discussions.services import forget_unsaid_words
from discussions.services import words as service
from discussions.spelling import readings_of
from tests.factories import make_community, make_thread, make_user


def kept():
    return set(Word.objects.values_list("text", flat=True))


def rename(thread, title):
    Thread.objects.filter(pk=thread.pk).update(title=title)


def on_its_own_connection(work):
    try:
        return work()
    finally:
        connection.close()


def wait_for_a_lock():
    for _ in range(200):
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                return
        clock.sleep(0.02)
    pytest.fail("whoever writes never waited")


@pytest.mark.django_db
@pytest.mark.parametrize("at_once", [1, 2, 1000])
def test_words_that_no_thread_has_are_forgotten(monkeypatch, at_once):
    monkeypatch.setattr(service, "WORDS_AT_ONCE", at_once)
    thread = make_thread(title="Zebra stripes", body="Lanterns glow.")
    make_thread(title="Yellow stripes", body="Nothing more.")
    rename(thread, "Quiet lanes")

    forget_unsaid_words()

    words = kept()
    assert "zebra" not in words
    assert {"quiet", "lanes", "lanterns", "glow", "yellow", "stripes", "nothing"} <= words


@pytest.mark.django_db
def test_forgotten_word_is_found_again_when_it_is_said_again():
    thread = make_thread(title="Zebra stripes")
    rename(thread, "Quiet lanes")
    forget_unsaid_words()

    rename(thread, "Zebra stripes")

    assert readings_of(make_user(), "zebrra") == ["zebra"]


@pytest.mark.django_db(transaction=True)
def test_words_stay_while_a_thread_with_them_is_written():
    community, author = make_community(), make_user()
    rename(make_thread(community, title="Zebra stripes"), "Quiet lanes")

    with ThreadPoolExecutor(1) as pool, transaction.atomic():
        again = make_thread(community, author=author, title="Zebra stripes")
        pool.submit(on_its_own_connection, forget_unsaid_words).result(timeout=20)

    assert again.words.filter(word__text="zebra").exists()


@pytest.mark.django_db(transaction=True)
def test_thread_that_is_written_while_words_are_forgotten_has_them_all():
    community, author = make_community(), make_user()
    rename(make_thread(community, title="Zebra stripes"), "Quiet lanes")

    def write():
        return make_thread(community, author=author, title="Zebra stripes")

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            forget_unsaid_words()
            writing = pool.submit(on_its_own_connection, write)
            wait_for_a_lock()
        thread = writing.result(timeout=20)

    assert thread.words.filter(word__text="zebra").exists()
