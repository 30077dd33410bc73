import json

import pytest
from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.utils import timezone

from accounts.models import AuditEntry, User
from communities.models import Membership, ModeratorScope, Proposal
from councillors.models import Person
from discussions.models import (
    Act,
    Bookmark,
    Draft,
    Follow,
    Ignore,
    Image,
    Mention,
    OutcomeNote,
    PostRevision,
    Visit,
)
from discussions.services import follow_thread, mark_read, thank
from moderation import services as moderation
from moderation.models import BarrierReport, Report
from notifications.models import (
    ConsentEvent,
    Delivery,
    Digest,
    Mail,
    Preference,
    Suppression,
    ThreadTold,
)
from records.models import AccessRequest
from records.services import close_account, export_for, give_data
from tests.factories import (
    make_community,
    make_membership,
    make_post,
    make_question,
    make_report,
    make_thread,
    make_user,
)

# What the export leaves out on purpose: keys of other rows, and what follows from the rest.
SECTIONS = {
    "profile",
    "memberships",
    "moderates",
    "capacities",
    "office",
    "threads",
    "posts",
    "thanks",
    "follows",
    "visits",
    "proposals",
    "earlier_wordings",
    "images",
    "outcomes",
    "acts",
    "drafts",
    "bookmarks",
    "ignored",
    "mentioned_in",
    "questions",
    "questions_supported",
    "reports_made",
    "decisions_received",
    "appeals",
    "barriers_reported",
    "barriers_handled",
    "deliveries",
    "mails",
    "preferences",
    "digests",
    "told_of",
    "consent",
    "suppressions",
    "audit_trail",
    "access_requests",
}


def leave_traces(cast, person):
    """Let a person do everything that leaves something behind; return one of their posts."""
    others = make_thread(cast.community, author=cast.neighbour)
    make_thread(cast.community, author=person, title=f"By {person.pk}")
    post = make_post(others, author=person, body=f"Said by {person.pk}.")
    thank(others.posts.get(number=1), by=person)
    make_question(author=person, seat=cast.seat)
    make_report(others.posts.get(number=1), reporter=person)
    make_report(others.posts.get(number=1), email=person.email.upper())
    hidden = moderation.decide(post, by=cast.moderator, verb="hide", rule="abuse", reason="Rude.")
    moderation.appeal(hidden, by=person, text="No.")
    BarrierReport.objects.create(where="/", problem="Lost.", email=person.email.upper())
    BarrierReport.objects.create(
        where="/", problem="Lost.", handled_by=person, handled_at=timezone.now()
    )
    mail = Mail.objects.create(user=person, to=person.email, queue="alert", subject="News")
    Mail.objects.create(to=person.email, queue="account", subject="Sign in")
    Delivery.objects.create(user=person, kind="decision", decision=hidden, mail=mail)
    Digest.objects.create(user=person, local_date="2026-03-03")
    ThreadTold.objects.create(user=person, thread=others, through_number=1)
    Preference.objects.create(user=person)
    ConsentEvent.objects.create(user=person, what="digest weekly", source="join")
    Suppression.objects.create(email=person.email, reason="550 no such user")
    ModeratorScope.objects.create(user=person, area=cast.ward)
    AccessRequest.objects.create(user=person)
    leave_words_and_marks(cast, person, post, others)
    return post


def leave_words_and_marks(cast, person, post, others):
    Proposal.objects.create(proposer=person, name="Allotments", description="d", reasons="r")
    PostRevision.objects.create(
        post=post, edition=1, body="Sad.", html="", by=person, written_at=post.created_at
    )
    Image.objects.create(author=person, alt="The weir", width=8, height=8, byte_count=90)
    OutcomeNote.objects.create(author=person, thread=others, body="Done.", html="")
    Act.objects.create(community=cast.community, kind="pin", by=person, thread=others)
    Draft.objects.create(user=person, thread=others, body="I think")
    Bookmark.objects.create(user=person, post=post)
    Ignore.objects.create(user=person, ignored=cast.neighbour)
    Ignore.objects.create(user=cast.neighbour, ignored=person)
    Mention.objects.create(user=person, post=others.posts.get(number=1))


@pytest.fixture
def person(cast):
    leave_traces(cast, cast.outsider)
    leave_traces(cast, cast.councillor)
    return cast.councillor


def close(person):
    closed = close_account(person, by=person)
    person.refresh_from_db()
    return closed


def test_export_holds_something_of_every_kind(person):
    held = export_for(person)

    assert set(held) == SECTIONS
    assert [name for name, rows in held.items() if not rows] == []


def test_export_holds_nothing_of_others(cast, person):
    text = json.dumps(export_for(person), cls=DjangoJSONEncoder)

    assert f"Said by {person.pk}." in text
    assert f"Said by {cast.outsider.pk}." not in text
    assert cast.outsider.email not in text
    assert "Sam Whitlock" not in text


def test_export_finds_what_was_sent_and_reported_by_address(person):
    held = export_for(person)

    assert (len(held["mails"]), len(held["reports_made"])) == (2, 2)


def test_export_of_somebody_without_address_is_no_error(db):
    held = export_for(make_user(email=None))

    assert (held["mails"], held["reports_made"], held["profile"]["addresses"]) == ([], [], [])


def test_data_that_was_given_is_recorded(person):
    before = AccessRequest.objects.filter(user=person).count()

    give_data(person, by=person)

    assert AccessRequest.objects.filter(user=person).count() == before + 1
    assert AuditEntry.objects.filter(by=person, act="give data").exists()


def test_closing_scrubs_the_account_in_place(person):
    close(person)

    assert (person.email, person.public_name, person.is_active) == (None, "Former member", False)
    assert person.closed_at is not None
    assert not person.has_usable_password()


def test_closing_keeps_what_was_written(cast, person):
    posts = list(person.posts.order_by("pk").values_list("pk", "body", "status"))

    close(person)

    assert list(person.posts.order_by("pk").values_list("pk", "body", "status")) == posts
    assert len(posts) == 2


def test_closing_takes_away_what_is_only_theirs(person):
    close(person)

    models = [
        Membership,
        ModeratorScope,
        Bookmark,
        Draft,
        Follow,
        Ignore,
        Mention,
        Visit,
        Delivery,
        Digest,
        ThreadTold,
        Preference,
        Mail,
        EmailAddress,
    ]
    assert [model.__name__ for model in models if model.objects.filter(user=person).exists()] == []
    assert not Person.objects.filter(user=person).exists()


def test_closing_leaves_the_address_nowhere(person):
    address = person.email

    close(person)

    assert not User.objects.filter(email__iexact=address).exists()
    assert not EmailAddress.objects.filter(email__iexact=address).exists()
    assert not Mail.objects.filter(to__iexact=address).exists()
    assert not Report.objects.filter(email__iexact=address).exists()
    assert not BarrierReport.objects.filter(email__iexact=address).exists()
    assert not Suppression.objects.filter(email__iexact=address).exists()


def test_closing_leaves_others_alone(cast, person):
    close(person)

    other = export_for(cast.outsider)
    assert [name for name, rows in other.items() if not rows and name not in NOT_OF_OUTSIDER] == []


def test_closing_counts_members_down(cast, person):
    cast.community.refresh_from_db()
    before = cast.community.member_count

    close(person)

    cast.community.refresh_from_db()
    assert cast.community.member_count == before - 1


def test_closing_empties_a_mail_that_is_on_its_way(person):
    mail = Mail.objects.create(
        user=person,
        to=person.email,
        queue="alert",
        subject="News",
        text="Words",
        state="claimed",
        lease="00000000-0000-4000-8000-000000000001",
    )

    close(person)

    mail.refresh_from_db()
    assert (mail.state, mail.to, mail.subject, mail.text) == ("claimed", "", "", "")


def test_closing_takes_rights_away(cast):
    close(cast.moderator)

    assert (cast.moderator.is_staff, cast.moderator.groups.count()) == (False, 0)


def test_closing_is_recorded(person):
    close(person)

    entry = AuditEntry.objects.get(act="close account")
    assert (entry.by, entry.subject_id) == (person, person.pk)


def test_closing_twice_is_refused(person):
    close(person)

    with pytest.raises(ValidationError):
        close(person)


def test_closing_frees_the_address_for_a_new_account(person):
    address = person.email
    close(person)

    assert make_user(email=address).email == address


NOT_OF_OUTSIDER = {"capacities", "office"}


def test_export_names_no_thread_that_can_no_longer_be_read(cast):
    closed = make_community(visibility="members")
    make_membership(cast.resident, closed)
    thread = make_thread(closed, title="Secret garden")
    make_post(thread, author=cast.resident, body="My words.")
    follow_thread(thread, by=cast.resident, mode="follow")
    mark_read(thread, by=cast.resident, number=1)
    assert dumped(cast.resident).count("Secret garden") == 3

    closed.memberships.all().delete()

    text = dumped(cast.resident)
    assert "Secret garden" not in text
    assert "My words." in text


def dumped(person):
    return json.dumps(export_for(person), cls=DjangoJSONEncoder)
