from io import StringIO
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.models import Count, F, Max, Q
from django.test import override_settings
from django.utils import timezone

from accounts.models import Announcement, AuditEntry, User
from communities.models import Area, Community, Membership, Postcode, Proposal
from councillors.models import Capacity, Councillor
from discussions.models import Act, OutcomeNote, Post, Thanks, Thread, Visit
from discussions.search import find_posts
from moderation.models import Appeal, Decision, Report
from moderation.reading import held_first_posts, newcomers
from notifications import digests
from notifications.models import Delivery, Digest, Mail, ThreadTold
from questions.clock import deadline
from questions.models import Asker, Holder, Question
from townhall.demo.build import ACCOUNTS
from townhall.demo.people import PASSWORD

HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

pytestmark = pytest.mark.django_db


def run():
    out = StringIO()
    with override_settings(DEMONSTRATION=True, PASSWORD_HASHERS=HASHERS):
        call_command("demo", stdout=out, stderr=StringIO())
    return out.getvalue()


def count_rows():
    return {model._meta.label: model.objects.count() for model in apps.get_models()}


def account(name):
    return User.objects.get(email=f"{name}@example.org")


@pytest.fixture(scope="module")
def made(django_db_setup, django_db_blocker):
    """The command run once for every test here, and undone after the last."""
    with django_db_blocker.unblock(), transaction.atomic():
        printed = run()
        connection.check_constraints()
        yield SimpleNamespace(printed=printed, rows=count_rows(), at=timezone.now())
        transaction.set_rollback(True)


def test_demo_refuses_without_the_setting(settings):
    settings.DEMONSTRATION = False
    before = count_rows()

    with pytest.raises(CommandError, match="TOWNHALL_DEMO=1"):
        call_command("demo")

    assert count_rows() == before


def test_demo_makes_a_lively_council(made):
    kinds = set(Area.objects.exclude(outline="").values_list("kind", flat=True))
    wards = Q(areas__kind="ward")
    straddles = Postcode.objects.annotate(wards=Count("areas", filter=wards)).filter(wards=2)

    assert kinds == {"county", "district", "ward", "division", "parish"}
    assert straddles.count() >= 3
    assert Community.objects.count() >= 6
    assert Thread.objects.published().count() >= 40
    assert Councillor.objects.sitting().count() >= 12
    assert Councillor.objects.vacant().count() == 1
    assert Councillor.objects.filter(end_on__lt=timezone.localdate()).count() == 1
    assert Report.objects.waiting().count() >= 9
    assert Report.objects.exclude(decision=None).count() >= 3
    assert Appeal.objects.filter(outcome="").count() == 1
    assert Post.objects.filter(status="hidden", decisions__verb="hide").count() >= 3
    assert Thread.objects.filter(is_pinned=True).count() >= 1
    assert Thread.objects.filter(is_locked=True).count() >= 1
    assert made.printed.startswith("The demonstration council is made:\n  13 areas\n")


def test_demo_has_questions_in_every_state_by_the_clock(made):
    opened = Question.objects.exclude(opened_on=None).select_related("body")
    overdue = Question.objects.filter(due_on__lt=timezone.localdate()).unanswered()

    assert set(Question.objects.values_list("state", flat=True)) == set(Question.State.values)
    assert all(q.due_on == deadline(q.opened_on, q.body.nation).due_on for q in opened)
    assert overdue.count() >= 1
    assert not Question.objects.filter(answered_at__lte=F("asked_at")).exists()
    assert not Holder.objects.filter(until__lt=F("since")).exists()


def test_demo_counts_posts_threads_members_and_thanks(made):
    published = Q(posts__status="published")
    threads = Thread.objects.annotate(
        posts_found=Count("posts", filter=published), highest=Max("posts__number")
    )
    last_posts = Post.objects.filter(number=F("thread__last_number"))
    communities = Community.objects.annotate(
        members_found=Count("memberships", distinct=True),
        threads_found=Count("threads", filter=Q(threads__status="published"), distinct=True),
    )

    assert not threads.exclude(post_count=F("posts_found")).exists()
    assert not threads.exclude(last_number=F("highest")).exists()
    assert not last_posts.exclude(published_at=F("thread__last_post_at")).exists()
    assert not communities.exclude(member_count=F("members_found")).exists()
    assert not communities.exclude(thread_count=F("threads_found")).exists()
    assert Post.objects.filter(thanks_count__gt=0).exists()
    posts = Post.objects.annotate(thanks_found=Count("thanks"))
    assert not posts.exclude(thanks_count=F("thanks_found")).exists()
    questions = Question.objects.annotate(askers_found=Count("askers"))
    assert not questions.exclude(asker_count=F("askers_found")).exists()


def test_demo_is_dated_in_order_and_never_in_the_future(made):
    posts = Post.objects.filter(number__isnull=False).order_by("thread", "number")
    in_order = list(posts.values_list("thread", "published_at", "number"))
    moments = [
        (Post, "created_at"),
        (Thread, "last_post_at"),
        (Thanks, "at"),
        (Visit, "at"),
        (Membership, "joined_at"),
        (Asker, "at"),
        (Holder, "since"),
        (Report, "created_at"),
        (Decision, "at"),
        (Delivery, "created_at"),
        (User, "date_joined"),
    ]

    assert in_order == sorted(in_order)
    latest = {model: model.objects.aggregate(at=Max(field))["at"] for model, field in moments}
    assert [model for model, at in latest.items() if at > made.at] == []
    assert not Post.objects.filter(created_at__lt=F("thread__community__created_at")).exists()
    assert not Thanks.objects.filter(at__lt=F("post__published_at")).exists()


def test_demo_tells_nobody_of_its_made_up_past(made):
    assert Announcement.objects.count() == 0
    assert Mail.objects.count() == 0
    assert Delivery.objects.count() > 0
    assert not Delivery.objects.filter(wants_mail=True).exists()


def test_demo_run_again_changes_nothing(made):
    assert "there already; nothing was changed" in run()

    assert count_rows() == made.rows


@pytest.mark.parametrize("name", ACCOUNTS)
def test_demo_account_can_sign_in(made, name):
    user = account(name)

    assert authenticate(None, email=user.email, password=PASSWORD) == user
    assert user.emailaddress_set.get().verified


def test_demo_gives_rights_only_to_staff(made):
    others = User.objects.filter(email=None)

    assert account("admin").is_superuser
    assert account("moderator").has_perm("moderation.decide_post")
    assert User.objects.filter(is_staff=True).count() == 2
    assert others.count() > 30
    assert not any(user.has_usable_password() for user in others)


def test_demo_capacities_are_spoken_in_by_their_holders(made):
    spoken = Post.objects.exclude(capacity=None)

    assert spoken.count() >= 60
    assert not spoken.exclude(author=F("capacity__user")).exists()
    assert not spoken.filter(published_at__date__lt=F("capacity__start_on")).exists()
    assert Capacity.objects.filter(kind="officer").count() == 1


def test_demo_holds_what_the_newcomer_wrote(made):
    held = Post.objects.held()

    assert held.count() >= 3
    assert set(held.values_list("author__email", "hold_reason")) == {
        ("newcomer@example.org", "newcomer")
    }


def test_demo_can_be_searched(made):
    assert find_posts(account("resident"), "gritter")
    assert not Post.objects.filter(search=None).exists()


def test_demo_leaves_the_resident_something_unread(made):
    resident = account("resident")
    threads = Thread.objects.visible_to(resident).with_last_read(resident)

    assert threads.filter(unread__gt=0).count() >= 3
    assert threads.filter(unread=0).count() >= 3
    assert resident.deliveries.filter(read_at=None).exists()
    assert resident.deliveries.exclude(read_at=None).exists()
    assert account("councillor").deliveries.filter(read_at=None, kind="question").exists()


def test_demo_has_a_digest_due_for_the_resident(made):
    resident, daily = account("resident"), Membership.Frequency.DAILY
    today = timezone.localdate()

    assert Digest.objects.count() == 0
    assert resident in digests.people_due(today, [daily], made.at)
    opened = digests.open_digests([resident], today)
    news = digests.find_news(opened, [daily], made.at)

    assert len(news) >= 3
    assert ThreadTold.objects.filter(user=resident).exists()


def test_demo_leaves_a_trail_of_what_staff_did(made):
    acts = set(AuditEntry.objects.values_list("act", flat=True))

    assert {"grant", "confirm", "open", "refer", "merge", "hide", "lock", "pin"} <= acts


def test_demo_shows_what_looking_after_a_community_is(made):
    kinds = set(Act.objects.values_list("kind", flat=True))

    assert {"pin", "lock", "slow", "cap", "tag", "outcome"} <= kinds
    assert not Act.objects.filter(at__gt=made.at).exists()
    assert not Act.objects.filter(at__lt=F("thread__published_at")).exists()
    assert OutcomeNote.objects.get().capacity.kind == "councillor"
    assert Thread.objects.get(slow_minutes__gt=0).community.slug == "millbrook-neighbours"
    assert Community.objects.get(posts_per_day__isnull=False).posts_per_day == 8


def test_demo_has_proposals_and_work_at_the_desk(made):
    states = Proposal.objects.order_by("state").values_list("state", "proposer__email")
    community = Community.objects.get(slug="millbrook-neighbours")

    assert list(states) == [
        ("declined", "resident@example.org"),
        ("waiting", "resident@example.org"),
    ]
    assert held_first_posts(community).exists()
    assert newcomers(community, account("ambassador")).exists()
