"""What comes soon after an alert is gathered into one mail over all threads."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from discussions.services import Writing, follow_thread, ignore_person
from notifications.emails.links import Purpose, Wish, unsubscribe_url
from notifications.models import AlertWindow, Delivery, Mail, Preference
from notifications.services import queue_alerts, queue_deliveries, rechecks, unsubscribe
from questions import services as questions
from tests.factories import make_post, make_question, make_thread, make_user

pytestmark = pytest.mark.django_db


def tell():
    while queue_deliveries():
        pass
    while queue_alerts():
        pass


def end_windows():
    past = timezone.now() - timedelta(seconds=1)
    AlertWindow.objects.update(ends_at=past)
    Delivery.objects.filter(mail=None).update(mail_from=past)


def threads_of(user, community, count):
    return [make_thread(community, author=user, title=f"Thread {n}") for n in range(count)]


def subjects_to(user):
    return list(Mail.objects.filter(user=user).order_by("pk").values_list("subject", flat=True))


def answered_question(cast):
    question = make_question(author=cast.resident, seat=cast.seat, body=cast.body)
    question = questions.open_question(question, by=cast.moderator)
    questions.answer_question(question, by=cast.councillor, writing=Writing("On Monday."))
    return question


def test_forty_threads_with_news_are_two_mails_to_one_person(cast):
    first, *others = threads_of(cast.resident, cast.community, 40)
    make_post(first, author=cast.neighbour)
    tell()
    for thread in others:
        make_post(thread, author=cast.neighbour)
        tell()

    waiting = subjects_to(cast.resident)
    end_windows()
    tell()

    assert waiting == ["Neighbour wrote in “Thread 0”"]
    assert subjects_to(cast.resident) == [*waiting, "News for you: 39 new posts"]
    assert not Delivery.objects.filter(mail=None).exists()


def test_bundle_says_what_it_holds_and_quotes_a_dozen(cast):
    for thread in threads_of(cast.resident, cast.community, 14):
        make_post(thread, author=cast.neighbour, body="Here and there.")

    tell()

    mail = Mail.objects.get()
    assert mail.text.count("> Here and there.") == mail.html.count("Here and there.") == 12
    assert (mail.text.count("\n1 new post\n"), mail.html.count(">1 new post<")) == (2, 2)
    assert "THREAD 13" in mail.text
    assert mail.text.count("/posts/") == 12


def test_replies_in_one_thread_are_quoted_up_to_a_dozen(cast):
    thread = make_thread(cast.community, author=cast.resident, title="A crossing")
    for _ in range(14):
        make_post(thread, author=cast.neighbour, body="Here and there.")

    tell()

    mail = Mail.objects.get()
    assert mail.subject == "14 new posts in “A crossing”"
    assert mail.text.count("> Here and there.") == 12
    assert "... and 2 more" in mail.text
    assert "... and 2 more" in mail.html


def test_others_are_mailed_at_once_while_somebody_waits(cast):
    thread = make_thread(cast.community, author=cast.resident)
    make_post(thread, author=cast.neighbour)
    tell()
    newcomer = make_user()
    follow_thread(thread, by=newcomer, mode="follow")

    make_post(thread, author=cast.neighbour)
    tell()

    assert [len(subjects_to(user)) for user in (cast.resident, newcomer)] == [1, 1]
    assert Delivery.objects.get(mail=None).user == cast.resident


def test_decision_and_question_never_wait(cast):
    thread = make_thread(cast.community, author=cast.councillor)
    make_post(thread, author=cast.neighbour)
    tell()
    make_post(thread, author=cast.neighbour)
    question = make_question(author=cast.resident, seat=cast.seat, body=cast.body)

    questions.open_question(question, by=cast.moderator)
    tell()

    assert subjects_to(cast.councillor)[1:] == [
        "A question to you: “When will Mill Lane be gritted?”"
    ]


def test_without_a_window_each_mail_leaves_at_once(cast, settings):
    settings.ALERT_WINDOW_MINUTES = 0
    for thread in threads_of(cast.resident, cast.community, 3):
        make_post(thread, author=cast.neighbour)
        tell()

    assert len(subjects_to(cast.resident)) == 3


def test_one_mail_takes_fifty_posts_and_the_rest_waits(cast):
    thread = make_thread(cast.community, author=cast.resident)
    for _ in range(53):
        make_post(thread, author=cast.neighbour)

    tell()
    first = Delivery.objects.filter(mail__isnull=False).count()
    end_windows()
    tell()

    assert first == 50
    assert len(subjects_to(cast.resident)) == 2
    assert not Delivery.objects.filter(mail=None).exists()


@pytest.mark.parametrize(
    ("has_answer", "has_reply", "purpose"),
    [
        (True, True, Purpose.ALERTS),
        (False, True, Purpose.REPLIES),
    ],
)
def test_way_out_of_a_bundle_stops_what_it_holds(cast, has_answer, has_reply, purpose):
    threads = threads_of(cast.resident, cast.community, 2)
    for thread in threads:
        make_post(thread, author=cast.neighbour)
    if has_answer:
        answered_question(cast)

    tell()

    mail = Mail.objects.get(user=cast.resident, subject__startswith="News")
    wish = Wish(cast.resident.pk, purpose)
    assert mail.headers["List-Unsubscribe"] == f"<{unsubscribe_url(wish)}>"
    assert mail.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert unsubscribe_url(wish) in mail.text
    unsubscribe(wish, source="one-click")
    preference = Preference.objects.get(user=cast.resident)
    assert (preference.alert_replies, preference.alert_answers) == (False, not has_answer)


def test_page_of_the_way_out_says_what_it_stops(cast, client):
    page = client.get(unsubscribe_url(Wish(cast.resident.pk, Purpose.ALERTS)))

    assert "Mails about replies, posts that name you and answers" in page.text


def test_bundle_is_in_the_language_of_its_reader(cast):
    cast.resident.language = "cy"
    cast.resident.save()
    for thread in threads_of(cast.resident, cast.community, 3):
        make_post(thread, author=cast.neighbour)

    tell()

    mail = Mail.objects.get()
    assert mail.subject == "Newyddion i chi: 3 neges newydd"
    assert '<html lang="cy">' in mail.html
    assert mail.headers["Content-Language"] == "cy"


def test_bundle_leaves_out_what_may_no_longer_be_told(cast):
    muted, ignored, kept = threads_of(cast.resident, cast.community, 3)
    rude = make_user()
    make_post(muted, author=cast.neighbour, body="Muted.")
    make_post(ignored, author=rude, body="Ignored.")
    make_post(kept, author=cast.neighbour, body="Kept.")
    tell()
    follow_thread(muted, by=cast.resident, mode="mute")
    ignore_person(rude, by=cast.resident)
    mail = Mail.objects.get()

    reasons = rechecks.recheck([mail])

    assert reasons == {}
    assert mail.subject == "Neighbour wrote in “Thread 2”"
    assert "Kept." in mail.text
    assert "Muted." not in mail.text + mail.html
    assert "Ignored." not in mail.text + mail.html


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_write_one_mail_to_a_person():
    person, author = make_user(), make_user()
    threads = [make_thread(author=person) for _ in range(8)]
    while queue_deliveries():
        pass
    for thread in threads:
        make_post(thread, author=author)
    while queue_deliveries():
        pass

    def work(_number):
        try:
            while queue_alerts(limit=1):
                pass
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))

    assert Mail.objects.filter(user=person).count() == 1
    assert Delivery.objects.filter(user=person).count() == 8
    assert Delivery.objects.filter(user=person, mail=None).count() == 7
