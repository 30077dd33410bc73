import pytest
from django.db import OperationalError, connection

from accounts.models import Announcement
from accounts.services import announce
from discussions.models import Follow, Post
from discussions.services import Writing, follow_thread, set_status
from notifications.models import Delivery, Preference
from notifications.services import queue_deliveries
from questions import services as questions
from tests.factories import (
    make_capacity,
    make_community,
    make_decision,
    make_membership,
    make_person,
    make_post,
    make_question,
    make_seat,
    make_thread,
    make_user,
)
from tests.looking import rows_looked_at
from townhall.database.owner import as_owner

pytestmark = pytest.mark.django_db


def told(**fields):
    return sorted(Delivery.objects.filter(**fields).values_list("user", flat=True))


def drain():
    while queue_deliveries():
        pass


def test_queue_deliveries_tells_followers_of_a_post_but_not_its_author():
    thread = make_thread()
    follower, muter, stranger = make_user(), make_user(), make_user()
    follow_thread(thread, by=follower, mode="follow")
    follow_thread(thread, by=muter, mode="mute")
    make_membership(stranger, thread.community)
    author = make_user()
    follow_thread(thread, by=author, mode="follow")
    drain()

    post = make_post(thread, author=author)
    drain()

    assert told(post=post) == sorted([thread.author_id, follower.pk])
    assert not Announcement.objects.exists()


def test_queue_deliveries_tells_the_author_of_the_post_that_is_answered():
    thread = make_thread()
    first = make_post(thread)
    Follow.objects.all().delete()

    post = make_post(thread, reply_to=first)
    drain()

    assert told(post=post) == [first.author_id]


def test_queue_deliveries_leaves_a_muter_alone_even_if_answered():
    thread = make_thread()
    first = make_post(thread)
    Follow.objects.all().delete()
    follow_thread(thread, by=first.author, mode="mute")

    make_post(thread, reply_to=first)
    drain()

    assert told() == []


@pytest.mark.parametrize("fields", [{"is_active": False}, {"closed_at": "2026-01-01T00:00Z"}])
def test_queue_deliveries_tells_nobody_whose_account_is_closed(fields):
    thread = make_thread()
    follow_thread(thread, by=make_user(**fields), mode="follow")

    post = make_post(thread)
    drain()

    assert told(post=post) == [thread.author_id]


def test_queue_deliveries_tells_only_those_who_may_see_the_post():
    community = make_community(visibility="members")
    thread = make_thread(community)
    member, outsider = make_user(), make_user()
    make_membership(member, community)
    follow_thread(thread, by=member, mode="follow")
    follow_thread(thread, by=outsider, mode="follow")

    post = make_post(thread)
    drain()

    assert told(post=post) == [member.pk]


def test_queue_deliveries_tells_nobody_of_a_post_that_was_hidden_meanwhile():
    thread = make_thread()
    post = make_post(thread)
    make_decision(post, verb="hide", rule="abuse")
    set_status(post, Post.Status.HIDDEN, by=make_user())

    drain()

    assert told() == []
    assert not Announcement.objects.exists()


def test_queue_deliveries_clears_announcements_of_things_that_are_gone():
    for kind in Announcement.Kind:
        Announcement.objects.create(kind=kind, subject_id=987654)

    taken = queue_deliveries()

    assert (taken, Announcement.objects.count(), told()) == (len(Announcement.Kind), 0, [])


def test_queue_deliveries_run_twice_tells_once():
    thread = make_thread()
    post = make_post(thread)
    drain()
    announce(Announcement.Kind.POST, post)

    drain()

    assert told(post=post) == [thread.author_id]


def test_queue_deliveries_takes_no_more_than_its_limit():
    thread = make_thread()
    for _ in range(3):
        make_post(thread)

    taken = [queue_deliveries(limit=3), queue_deliveries(limit=3)]

    assert taken == [3, 1]


@pytest.mark.parametrize("whole_ward", [True, False])
def test_queue_deliveries_sends_a_receipt_and_tells_the_councillors_asked(cast, whole_ward):
    colleague, elsewhere = make_user(), make_user()
    seat = make_seat(person=make_person(user=colleague), body=cast.body, area=cast.ward)
    make_capacity(colleague, seat)
    make_seat(person=make_person(user=elsewhere), body=cast.body)
    to = {"area": cast.ward} if whole_ward else {"seat": cast.seat}
    question = make_question(author=cast.resident, body=cast.body, **to)

    questions.open_question(question, by=cast.moderator)
    drain()

    asked = [cast.councillor.pk, colleague.pk] if whole_ward else [cast.councillor.pk]
    assert told(kind="question") == sorted([cast.resident.pk, *asked])
    assert set(Delivery.objects.values_list("wants_mail", flat=True)) == {True}


def test_queue_deliveries_tells_everybody_who_asked_or_follows_of_an_answer_once(cast):
    question = make_question(author=cast.resident, seat=cast.seat, body=cast.body)
    question = questions.open_question(question, by=cast.moderator)
    questions.want_to_know(question, by=cast.neighbour)
    follow_thread(question.thread, by=cast.outsider, mode="follow")
    follow_thread(question.thread, by=cast.councillor, mode="follow")
    follow_thread(question.thread, by=cast.ambassador, mode="mute")
    drain()
    Delivery.objects.all().delete()

    questions.answer_question(question, by=cast.councillor, writing=Writing("From Monday on."))
    drain()

    expected = sorted([cast.resident.pk, cast.neighbour.pk, cast.outsider.pk])
    assert told(kind="answer") == expected
    assert told() == expected


def test_queue_deliveries_tells_the_author_of_a_decision(cast):
    post = make_post(make_thread(cast.community), author=cast.neighbour)
    drain()
    decision = make_decision(post)
    announce(Announcement.Kind.DECISION, decision)

    drain()

    assert told(decision=decision) == [cast.neighbour.pk]


def test_queue_deliveries_asks_what_people_want_by_mail(cast):
    thread = make_thread(cast.community, author=cast.resident)
    no_address = make_user(email=None)
    for user in (cast.neighbour, no_address):
        follow_thread(thread, by=user, mode="follow")
    Preference.objects.create(user=cast.neighbour, alert_replies=False)

    make_post(thread)
    drain()

    wants = dict(Delivery.objects.values_list("user", "wants_mail"))
    assert wants == {cast.resident.pk: True, cast.neighbour.pk: False, no_address.pk: False}


def test_queue_deliveries_in_a_members_community_asks_for_many_people_at_once(
    django_assert_max_num_queries,
):
    community = make_community(visibility="members")
    thread = make_thread(community)
    drain()
    for _ in range(30):
        user = make_user()
        make_membership(user, community)
        follow_thread(thread, by=user, mode="follow")
    make_post(thread)

    with django_assert_max_num_queries(14):
        queue_deliveries()

    assert len(told()) == 30


def test_queue_deliveries_tells_nobody_of_an_answer_that_is_gone(cast):
    question = make_question(author=cast.resident, seat=cast.seat, body=cast.body)
    question = questions.open_question(question, by=cast.moderator)
    drain()
    announce(Announcement.Kind.ANSWER, question)

    drain()

    assert told(kind="answer") == []


def followed_by(count):
    thread = make_thread()
    for _ in range(count):
        follow_thread(thread, by=make_user(), mode="follow")
    drain()
    Delivery.objects.all().delete()
    return thread


def test_queue_deliveries_tells_no_more_people_in_one_transaction_than_it_may():
    thread = followed_by(10)
    posts = [make_post(thread) for _ in range(2)]

    counts = []
    while queue_deliveries(max_people=4):
        counts.append(Delivery.objects.count())

    assert counts == [4, 8, 12, 16, 20, 22]
    assert [Delivery.objects.filter(post=post).count() for post in posts] == [11, 11]
    assert not Announcement.objects.exists()


@pytest.mark.django_db(transaction=True)  # only the owner of the tables may analyse them
def test_queue_deliveries_reads_no_more_followers_than_it_tells():
    thread = followed_by(400)
    make_post(thread)
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("ANALYZE")

    read = rows_looked_at(lambda: queue_deliveries(max_people=5))

    assert told() != []
    assert read < 100


def test_queue_deliveries_that_ends_in_the_middle_goes_on_where_it_was(monkeypatch):
    thread = followed_by(6)
    post = make_post(thread)
    queue_deliveries(max_people=3)
    before = told()

    def fail(_deliveries):
        raise OperationalError

    with monkeypatch.context() as broken:
        broken.setattr("notifications.services.deliveries._decide_mail", fail)
        with pytest.raises(OperationalError):
            queue_deliveries(max_people=3)
    after = told()
    drain()

    assert (len(before), before) == (3, after)
    assert told(post=post) == sorted([*thread.follows.values_list("user", flat=True)])


def test_queue_deliveries_told_in_part_tells_nobody_of_what_is_hidden_meanwhile():
    post = make_post(followed_by(6))
    queue_deliveries(max_people=3)
    make_decision(post, verb="hide", rule="abuse")
    set_status(post, Post.Status.HIDDEN, by=make_user())

    drain()

    assert len(told()) == 3
    assert not Announcement.objects.exists()


def test_queue_deliveries_tells_of_an_answer_in_parts(cast):
    question = make_question(author=cast.resident, seat=cast.seat, body=cast.body)
    question = questions.open_question(question, by=cast.moderator)
    followers = [make_user() for _ in range(6)]
    for user in followers:
        follow_thread(question.thread, by=user, mode="follow")
    drain()
    questions.answer_question(question, by=cast.councillor, writing=Writing("On Monday."))

    while queue_deliveries(max_people=2):
        assert Delivery.objects.filter(kind="answer").count() <= 8

    expected = sorted([cast.resident.pk, *(user.pk for user in followers)])
    question.thread.refresh_from_db()
    assert told(kind="answer") == expected
    assert told(post=question.thread.answer) == []
