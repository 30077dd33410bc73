from datetime import timedelta

import pytest
from django.utils import timezone

from communities.models import Membership
from discussions.models import Post, Thread
from discussions.services import Writing, follow_thread, set_status
from notifications.emails.links import Purpose, Wish
from notifications.models import Mail
from notifications.services import (
    queue_alerts,
    queue_deliveries,
    queue_digests,
    send_batch,
    unsubscribe,
)
from questions import services as questions
from tests.factories import (
    make_community,
    make_decision,
    make_membership,
    make_post,
    make_question,
    make_thread,
    make_user,
)
from tests.notifications.conftest import make_mail

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader():
    """A person with the daily digest of a community, who follows its thread about a crossing."""
    user = make_user()
    community = make_membership(user, make_community(), digest="daily").community
    thread = make_thread(community, title="A crossing")
    while queue_deliveries():
        pass
    follow_thread(thread, by=user, mode="follow")
    return user


def crossing():
    return Thread.objects.get(title="A crossing")


def hide(post):
    make_decision(post, verb="hide", rule="abuse")
    set_status(post, Post.Status.HIDDEN, by=make_user())


def alert(*bodies):
    """Write the alerts of new posts in the thread about a crossing; return the posts."""
    posts = [make_post(crossing(), body=body) for body in bodies]
    while queue_deliveries():
        pass
    queue_alerts()
    return posts


def digest():
    queue_digests(timezone.now().replace(hour=12))


def sent_to(user, outbox):
    send_batch()
    files = sorted(outbox.glob("*.eml")) if outbox.exists() else []
    texts = [file.read_text() for file in files]
    return [text for text in texts if f"To: {user.email}\n" in text.replace("\r\n", "\n")]


def note_of(user):
    return Mail.objects.filter(user=user).values_list("state", "note").get()


def test_recheck_skips_an_alert_whose_post_was_hidden(reader, outbox):
    [post] = alert("Rude words.")
    hide(post)

    assert sent_to(reader, outbox) == []
    assert note_of(reader) == ("skipped", "no longer wanted, or no longer shown")


def test_recheck_takes_a_hidden_post_out_of_an_alert_that_has_others(reader, outbox):
    first, _second = alert("Rude words.", "Kind words.")
    hide(first)

    [text] = sent_to(reader, outbox)

    assert "Kind words." in text
    assert "Rude words." not in text
    assert Mail.objects.get(user=reader).subject.endswith("wrote in “A crossing”")


@pytest.mark.parametrize(
    "change",
    [
        lambda user: unsubscribe(Wish(user.pk, Purpose.REPLIES), source="link"),
        lambda user: follow_thread(crossing(), by=user, mode="mute"),
        lambda user: suspend(user),
        lambda user: close_community(user),
    ],
)
def test_recheck_skips_an_alert_that_is_no_longer_wanted_or_allowed(reader, outbox, change):
    alert("Words.")
    change(reader)

    assert sent_to(reader, outbox) == []
    assert note_of(reader)[0] == "skipped"


def suspend(user):
    user.suspended_until = timezone.now() + timedelta(days=1)
    user.save()


def close_community(user):
    community = crossing().community
    community.visibility = "members"
    community.save()
    Membership.objects.filter(user=user).delete()


def test_recheck_sends_a_digest_without_what_was_hidden(reader, outbox):
    community = crossing().community
    bins = make_thread(community, title="Bins", body="Rude words.")
    digest()
    hide(bins.posts.get())

    [text] = sent_to(reader, outbox)

    assert "A crossing" in text
    assert "Rude words." not in text
    assert "Bins" not in text


def test_recheck_shows_an_earlier_post_where_the_latest_was_hidden(reader, outbox):
    post = make_post(crossing(), body="Rude words.")
    digest()
    hide(post)

    [text] = sent_to(reader, outbox)

    assert "Children step out" in text
    assert "Rude words." not in text
    assert "1 new" in text


def test_recheck_skips_a_digest_of_which_nothing_is_left(reader, outbox):
    digest()
    hide(crossing().posts.get())

    assert sent_to(reader, outbox) == []
    assert note_of(reader) == ("skipped", "no longer wanted, or no longer shown")


def test_recheck_takes_a_community_out_that_was_left_or_unsubscribed(reader, outbox):
    other = make_membership(reader, make_community(), digest="daily")
    make_thread(other.community, title="Bins")
    left = make_membership(reader, make_community(), digest="daily")
    make_thread(left.community, title="Trees")
    digest()
    unsubscribe(Wish(reader.pk, Purpose.COMMUNITY, other.community_id), source="link")
    left.delete()

    [text] = sent_to(reader, outbox)

    assert "A crossing" in text
    assert "Bins" not in text
    assert "Trees" not in text


@pytest.mark.parametrize(
    "change",
    [
        lambda user: unsubscribe(Wish(user.pk, Purpose.DIGESTS), source="one-click"),
        lambda user: follow_thread(crossing(), by=user, mode="mute"),
        lambda user: suspend(user),
        lambda user: close_community(user),
    ],
)
def test_recheck_skips_a_digest_that_is_no_longer_wanted_or_allowed(reader, outbox, change):
    digest()
    change(reader)

    assert sent_to(reader, outbox) == []
    assert note_of(reader)[0] == "skipped"


def test_recheck_tells_no_post_twice_when_two_digests_leave_together(reader, outbox):
    digest()
    bins = make_thread(crossing().community, title="Bins")
    extra = make_post(bins, body="Rude words.")
    queue_digests(timezone.now().replace(hour=12) + timedelta(days=1))
    hide(extra)

    texts = sent_to(reader, outbox)

    assert sorted(("A crossing" in text, "Bins" in text) for text in texts) == [
        (False, True),
        (True, False),
    ]


@pytest.mark.parametrize("visibility", ["public", "members"])
def test_recheck_costs_the_same_for_few_and_for_many(outbox, django_assert_num_queries, visibility):
    def write(count):
        community = make_community(visibility=visibility)
        for _ in range(count):
            make_membership(make_user(), community, digest="daily")
        thread = make_thread(community)
        hide(make_post(thread))
        make_post(thread)
        queue_digests(timezone.now().replace(hour=12))

    # six of every batch, proven addresses; digests, items, what all may see, what only these;
    # anew: news, posts
    expected = 12 if visibility == "public" else 13
    write(3)
    with django_assert_num_queries(expected + 3):
        send_batch()
    write(30)

    with django_assert_num_queries(expected + 30):
        send_batch()

    assert Mail.objects.filter(state="sent").count() == 33


def test_recheck_skips_news_for_somebody_without_an_address(reader, outbox):
    digest()
    email, reader.email = reader.email, None
    reader.save()

    outcome = send_batch()

    assert dict(outcome.counts) == {("digest", "skipped"): 1}
    assert Mail.objects.get(to=email).note == "the person has no address"


def test_recheck_skips_news_to_an_address_that_nobody_has_proven(reader, outbox):
    digest()
    reader.emailaddress_set.update(verified=False)

    outcome = send_batch()

    assert dict(outcome.counts) == {("digest", "skipped"): 1}
    assert Mail.objects.get(user=reader).note == "the address is not proven"


def test_recheck_skips_the_alert_of_an_answer_that_was_hidden(cast, outbox):
    question = make_question(author=cast.resident, seat=cast.seat, body=cast.body)
    question = questions.open_question(question, by=cast.moderator)
    while queue_deliveries():
        pass
    queue_alerts()
    send_batch()
    answer = questions.answer_question(question, by=cast.councillor, writing=Writing("Rude words."))
    while queue_deliveries():
        pass
    queue_alerts()
    hide(answer)

    outcome = send_batch()

    assert dict(outcome.counts) == {("alert", "skipped"): 1}


def test_recheck_leaves_mail_to_an_erased_address_where_it_is(outbox):
    mail = make_mail(to="")

    send_batch()

    mail.refresh_from_db()
    assert (mail.state, mail.note) == ("skipped", "the person has no address")
