from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from discussions.models import Post
from discussions.services import Writing, follow_thread, ignore_person, mark_read, set_status
from notifications.models import Digest, DigestItem, Mail, ThreadTold
from notifications.services import prune_told, queue_alerts, queue_deliveries, queue_digests
from questions import services as questions
from tests.factories import (
    age,
    make_community,
    make_decision,
    make_membership,
    make_post,
    make_question,
    make_thread,
    make_user,
)

pytestmark = pytest.mark.django_db
TUESDAY = datetime(2026, 3, 3, 8, tzinfo=UTC)
WEDNESDAY = TUESDAY + timedelta(days=1)


@pytest.fixture
def _spring(time_machine):
    time_machine.move_to(datetime(2026, 3, 2, 12, tzinfo=UTC), tick=False)


@pytest.fixture
def reader(_spring):
    """A person with the daily digest of one community."""
    user = make_user()
    make_membership(user, make_community(name="Millbrook neighbours"), digest="daily")
    return user


def home(user):
    return user.memberships.get().community


def digests_of(user):
    return list(Mail.objects.filter(user=user, queue="digest").order_by("pk"))


def test_queue_digests_tells_of_what_is_new(reader):
    thread = make_thread(home(reader), title="A crossing")
    make_post(thread, body="Yes please.")

    written = queue_digests(TUESDAY)

    mail = Mail.objects.get()
    assert written == 1
    assert (mail.user, mail.to, mail.queue) == (reader, reader.email, "digest")
    assert mail.subject == "Your town hall, Tuesday 3 March"
    assert "1 thread with something new" in mail.text
    assert "MILLBROOK NEIGHBOURS (every day)" in mail.text
    assert "* A crossing (2 posts, 2 new)" in mail.text
    assert "“Yes please.”" in mail.text
    assert "Yes please." in mail.html
    digest = Digest.objects.get()
    assert (digest.user, digest.local_date, digest.mail) == (reader, date(2026, 3, 3), mail)
    item = DigestItem.objects.get()
    assert (item.thread, item.first_number, item.last_number) == (thread, 1, 2)
    assert ThreadTold.objects.get().through_number == 2


def test_queue_digests_tells_of_all_that_was_written_at_one_moment(reader):
    thread = make_thread(home(reader))
    make_post(thread)
    # As after a change: its row, and its place in an index of moments, come after the other's.
    Post.objects.filter(thread=thread, number=1).update(body="A word that was changed.")

    queue_digests(TUESDAY)

    assert DigestItem.objects.get().first_number == 1


def test_queue_digests_run_again_the_same_day_writes_none(reader):
    thread = make_thread(home(reader))

    queue_digests(TUESDAY)
    make_post(thread)
    again = queue_digests(TUESDAY + timedelta(hours=9))

    assert (again, Digest.objects.count(), Mail.objects.count()) == (0, 1, 1)


def test_queue_digests_next_day_tells_of_nothing_twice(reader):
    thread = make_thread(home(reader), title="A crossing")
    make_thread(home(reader), title="Bins")
    queue_digests(TUESDAY)
    make_post(thread, body="Only this is new.")

    queue_digests(WEDNESDAY)

    _first, second = digests_of(reader)
    assert "* A crossing (2 posts, 1 new)" in second.text
    assert "Only this is new." in second.text
    assert "Bins" not in second.text


def test_queue_digests_with_nothing_new_notes_the_day_and_sends_nothing(reader):
    written = queue_digests(TUESDAY)

    assert (written, Digest.objects.count(), Mail.objects.count()) == (0, 1, 0)


def test_queue_digests_does_not_go_by_a_time_window(reader):
    thread = make_thread(home(reader))
    age(thread, 40)

    queue_digests(TUESDAY)

    assert len(digests_of(reader)) == 1


def test_queue_digests_leaves_out_what_is_older_than_45_days(reader):
    old, mixed = make_thread(home(reader)), make_thread(home(reader), title="Bins")
    age(old, 46)
    age(mixed, 46)
    make_post(mixed, body="Still a problem.")

    queue_digests(TUESDAY)

    assert "* Bins (2 posts, 1 new)" in digests_of(reader)[0].text
    assert DigestItem.objects.get().first_number == 2


def test_queue_digests_leaves_out_what_was_read(reader):
    thread, other = make_thread(home(reader)), make_thread(home(reader), title="Bins")
    make_post(other)
    mark_read(thread, by=reader, number=1)
    mark_read(other, by=reader, number=1)

    queue_digests(TUESDAY)

    text = digests_of(reader)[0].text
    assert "A safe crossing" not in text
    assert "* Bins (2 posts, 1 new)" in text


def test_queue_digests_leaves_out_what_is_not_for_them(reader):
    make_thread(home(reader), title="My own", author=reader)
    make_thread(make_community(), title="Elsewhere")
    muted = make_thread(home(reader), title="Muted")
    follow_thread(muted, by=reader, mode="mute")
    ignored = make_thread(home(reader), title="Ignored")
    ignore_person(ignored.author, by=reader)
    hidden = make_thread(home(reader), title="Hidden")
    make_decision(hidden.posts.get(), verb="hide", rule="abuse")
    set_status(hidden.posts.get(), Post.Status.HIDDEN, by=make_user())
    never = make_membership(reader, make_community(), digest="never")
    make_thread(never.community, title="Never")
    make_thread(home_of_daily(reader), title="For them")

    queue_digests(TUESDAY)

    assert [item.thread.title for item in DigestItem.objects.all()] == ["For them"]


def home_of_daily(user):
    return user.memberships.get(digest="daily").community


def test_queue_digests_never_tells_what_was_hidden_and_shown_again_twice(reader):
    thread = make_thread(home(reader))
    post = make_post(thread)
    queue_digests(TUESDAY)
    make_decision(post, verb="hide", rule="abuse")
    set_status(post, Post.Status.HIDDEN, by=make_user())
    make_decision(post, verb="restore")
    set_status(post, Post.Status.PUBLISHED, by=make_user())

    written = queue_digests(WEDNESDAY)

    assert written == 0


def test_queue_digests_leaves_out_what_an_alert_told(reader):
    thread = make_thread(home(reader), title="Followed", author=reader)
    make_post(thread)
    make_thread(home(reader), title="Not followed")
    while queue_deliveries():
        pass
    queue_alerts()

    queue_digests(TUESDAY)

    assert [item.thread.title for item in DigestItem.objects.all()] == ["Not followed"]


def test_queue_digests_sends_weekly_ones_on_tuesday_together_with_daily_ones(reader):
    weekly = make_membership(reader, make_community(name="Allotments"), digest="weekly")
    make_thread(home_of_daily(reader), title="Daily news")
    make_thread(weekly.community, title="Weekly news")

    queue_digests(TUESDAY - timedelta(days=1))
    queue_digests(TUESDAY)

    monday, tuesday = digests_of(reader)
    assert ("Daily news" in monday.text, "Weekly news" in monday.text) == (True, False)
    assert ("Daily news" in tuesday.text, "Weekly news" in tuesday.text) == (False, True)
    assert "ALLOTMENTS (every Tuesday)" in tuesday.text


@pytest.mark.parametrize(
    ("moment", "count"),
    [
        ("2026-03-03T06:59:59+00:00", 0),
        ("2026-03-03T07:00:00+00:00", 1),
        ("2026-03-03T23:59:00+00:00", 1),
        ("2026-07-07T05:59:00+00:00", 0),
        ("2026-07-07T06:00:00+00:00", 1),
    ],
)
def test_queue_digests_goes_by_the_local_wall_clock(moment, count):
    user = make_user()
    make_membership(user, make_community(), digest="daily")

    queue_digests(datetime.fromisoformat(moment))

    assert Digest.objects.count() == count


@pytest.mark.parametrize("day", [date(2026, 3, 29), date(2026, 10, 25)])
def test_queue_digests_writes_one_a_day_when_the_clocks_change(day):
    user = make_user()
    make_membership(user, make_community(), digest="daily")
    start = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=24)

    for quarter in range(3 * 24 * 4):
        queue_digests(start + timedelta(minutes=15 * quarter))

    dates = list(Digest.objects.order_by("local_date").values_list("local_date", flat=True))
    assert dates == [day - timedelta(days=1), day, day + timedelta(days=1)]


@pytest.mark.parametrize(
    "fields",
    [
        {"is_active": False},
        {"closed_at": TUESDAY},
        {"email": None},
        {"suspended_until": TUESDAY + timedelta(days=1)},
    ],
)
def test_queue_digests_passes_over_people_who_get_none(fields):
    user = make_user(**fields)
    make_membership(user, make_community(), digest="daily")

    queue_digests(TUESDAY)

    assert not Digest.objects.exists()


def test_queue_digests_counts_what_it_has_no_room_for_as_told(reader):
    for number in range(16):
        make_thread(home(reader), title=f"Thread {number:02}")

    queue_digests(TUESDAY)
    again = queue_digests(WEDNESDAY)

    mail = Mail.objects.get()
    assert mail.text.count("* Thread") == 12
    assert "... and 4 more: http://localhost:8000/communities/" in mail.text
    assert "16 threads with something new" in mail.text
    assert (again, ThreadTold.objects.count(), DigestItem.objects.count()) == (0, 16, 16)


def test_queue_digests_puts_answers_first(cast, time_machine):
    time_machine.move_to(datetime(2026, 3, 2, 12, tzinfo=UTC), tick=False)
    user = make_user()
    make_membership(user, cast.community, digest="daily")
    asked = {"author": cast.resident, "seat": cast.seat, "body": cast.body}
    question = make_question(community=cast.community, **asked)
    question = questions.open_question(question, by=cast.moderator)
    other = make_question(community=cast.community, title="Why are the bins full?", **asked)
    questions.open_question(other, by=cast.moderator)
    questions.answer_question(question, by=cast.councillor, writing=Writing("From Monday on."))
    make_thread(cast.community, title="Bins")

    queue_digests(TUESDAY)

    text = digests_of(user)[0].text
    assert "1 answer, 1 question, 1 thread with something new" in text
    order = ["ANSWERED", "* When will Mill Lane", "“From Monday on.”", "MILLBROOK", "* Bins"]
    assert sorted(order, key=text.index) == order


def test_queue_digests_moves_the_mark_only_up(reader):
    thread = make_thread(home(reader))
    ThreadTold.objects.create(user=reader, thread=thread, through_number=7)

    queue_digests(TUESDAY)

    assert ThreadTold.objects.get().through_number == 7


def test_queue_digests_tells_only_what_readers_may_see():
    closed = make_community(visibility="members")
    member = make_user()
    make_membership(member, closed, digest="daily")
    make_thread(closed)
    for thread in (make_thread(closed), make_thread()):
        set_status(thread.posts.get(), Post.Status.WITHDRAWN, by=thread.author)

    queue_digests(timezone.now().replace(hour=12))

    told = set(DigestItem.objects.values_list("thread", flat=True))
    assert told == set(closed.threads.visible_to(member).published().values_list("pk", flat=True))
    assert len(told) == 1


@pytest.mark.parametrize("people", [3, 30])
def test_queue_digests_costs_the_same_for_few_and_for_many(people, django_assert_num_queries):
    community = make_community()
    for number in range(people):
        user = make_user(language="cy" if number % 3 == 0 else "en-gb")
        make_membership(user, community, digest="daily")
    for _ in range(3):
        make_post(make_thread(community))

    # savepoint and its release; people, our turn, digests, news, marks, items, posts, mails and
    # their digests
    with django_assert_num_queries(11):
        queue_digests(timezone.now().replace(hour=12))

    assert Mail.objects.count() == people


def test_queue_digests_goes_on_over_several_batches():
    community = make_community()
    for _ in range(5):
        make_membership(make_user(), community, digest="daily")
    make_thread(community)
    seen = []

    written = queue_digests(
        timezone.now().replace(hour=12), limit=2, report=lambda *counts: seen.append(counts)
    )

    assert written == 5
    assert seen == [(2, 2), (4, 4), (5, 5)]


def test_prune_told_keeps_the_marks_of_what_could_be_told_again(reader):
    settled, lively, hidden = (make_thread(home(reader)) for _number in range(3))
    for thread in (settled, lively, hidden):
        ThreadTold.objects.create(user=reader, thread=thread, through_number=1)
    age(settled, days=50)
    age(lively, days=50)
    make_post(lively)
    set_status(hidden.posts.get(), "withdrawn", by=hidden.posts.get().author)

    deleted = sum(prune_told(timezone.now() - timedelta(days=46)))

    assert deleted == 1
    assert set(ThreadTold.objects.values_list("thread", flat=True)) == {lively.pk, hidden.pk}
