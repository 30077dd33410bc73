import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.permissions import renaming_block
from communities.models import ModeratorScope
from communities.permissions import may_keep_community, may_moderate
from discussions.models import Post, Thread
from discussions.permissions import may_write_outcome
from discussions.services import Writing, approve_post, edit_post, reply, set_status
from moderation.services import report_post
from questions.services import close_question, merge_question, open_question
from tests.factories import (
    make_capacity,
    make_community,
    make_membership,
    make_post,
    make_question,
    make_seat,
    make_thread,
    make_user,
)

pytestmark = pytest.mark.django_db
FAR = "2999-01-01T00:00Z"


def suspended(person):
    User.objects.filter(pk=person.pk).update(suspended_until=FAR)
    return User.objects.get(pk=person.pk)


def held(person):
    User.objects.filter(pk=person.pk).update(posts_held_until=FAR)
    return User.objects.get(pk=person.pk)


@pytest.mark.parametrize("role", ["moderator", "admin"])
def test_suspended_staff_lose_the_desk_at_once(cast, client_of, role):
    person = getattr(cast, role)
    client = client_of(person)
    assert client.get(reverse("admin:index")).status_code == 200

    person = suspended(person)

    for name in ("index", "moderation_report_changelist", "accounts_user_changelist", "state"):
        response = client.get(reverse(f"admin:{name}"))
        assert response.status_code in {302, 403}, name
    assert not person.has_perm("moderation.decide_post")
    assert not may_moderate(person, cast.community)
    assert reverse("admin:index") not in client.get("/").content.decode()


def test_suspended_moderator_of_a_place_reads_and_keeps_it_no_longer(cast, client_of):
    hidden = make_community(visibility="members")
    ModeratorScope.objects.create(user=cast.outsider, community=hidden)
    address = reverse("moderation:desk", args=[hidden.slug])
    client = client_of(cast.outsider)
    assert client.get(address).status_code == 200

    suspended(cast.outsider)

    assert client.get(address).status_code == 404
    assert client.get(hidden.get_absolute_url()).status_code == 404


def test_staff_decide_nothing_about_a_question_that_they_asked(cast, client_of):
    question = make_question(seat=cast.seat, author=cast.moderator)
    other = open_question(make_question(seat=cast.seat), by=cast.admin)

    with pytest.raises(ValidationError, match="somebody else decides"):
        open_question(question, by=cast.moderator)
    with pytest.raises(ValidationError, match="somebody else decides"):
        merge_question(question, by=cast.moderator, into=other)
    client = client_of(cast.admin)
    question.author = cast.admin
    question.save()
    page = reverse("admin:questions_question_change", args=[question.pk])
    act = reverse("admin:questions_question_act", args=[question.pk, "open"])
    assert act not in client.get(page).content.decode()
    assert client.post(act).status_code == 302
    question.refresh_from_db()
    assert question.state == "submitted"


@pytest.mark.parametrize("is_whole_ward", [False, True])
def test_councillor_in_staff_closes_no_question_put_to_them(cast, is_whole_ward):
    User.objects.filter(pk=cast.councillor.pk).update(is_staff=True, is_superuser=True)
    councillor = User.objects.get(pk=cast.councillor.pk)
    own = make_question(
        seat=None if is_whole_ward else cast.seat,
        area=cast.ward if is_whole_ward else None,
        body=cast.body,
    )
    question = open_question(own, by=cast.admin)

    with pytest.raises(ValidationError, match="somebody else decides"):
        close_question(question, by=councillor, reason="No.")
    others = open_question(make_question(seat=make_seat()), by=cast.admin)
    close_question(others, by=councillor, reason="It is answered elsewhere.")


def test_reported_moderator_reads_nothing_of_the_report(cast, client_of):
    User.objects.filter(pk=cast.moderator.pk).update(is_superuser=True)
    post = make_post(make_thread(cast.community), author=cast.moderator)
    report, _ = report_post(
        post, by=cast.neighbour, email="", rule="other", text="Sneering at newcomers."
    )
    other = make_post(post.thread)
    report_post(other, by=cast.resident, email="", rule="other", text="Something else.")
    client = client_of(cast.moderator)

    decide = reverse("admin:moderation_report_decide", args=[post.pk])
    html = client.get(decide).content.decode()
    assert "Sneering at newcomers." not in html
    assert cast.neighbour.public_name not in html
    client.post(decide, {"verb": "leave", "reason": "Mine", "last_seen": 0, "edition": 1})
    assert not post.decisions.exists()
    page = client.get(reverse("admin:moderation_report_changelist")).content.decode()
    assert f"/post/{other.pk}/" in page
    assert f"/post/{post.pk}/" not in page
    assert client.get(f"/admin/moderation/report/{report.pk}/change/").status_code in {302, 404}
    trail = client.get(reverse("admin:accounts_auditentry_changelist"), {"q": "report"})
    rows = trail.context["cl"].queryset.filter(subject_kind="report")
    assert rows.exists()
    assert not rows.filter(subject_id=report.pk).exists()
    data = client.post(reverse("records:data-download"), {"password": "correct horse battery"})
    assert cast.neighbour.public_name not in data.content.decode()


def test_nobody_ends_their_own_suspension_or_makes_themselves_ambassador(cast, client_of):
    held(cast.admin)
    membership = make_membership(cast.admin, cast.community)
    client = client_of(cast.admin)

    client.post(
        reverse("admin:accounts_user_change", args=[cast.admin.pk]),
        {"suspended_until": "", "posts_held_until": "", "is_staff": "on"},
    )
    client.post(
        reverse("admin:communities_membership_change", args=[membership.pk]),
        {"role": "ambassador", "silenced_until": ""},
    )

    membership.refresh_from_db()
    assert User.objects.get(pk=cast.admin.pk).is_held(timezone.now())
    assert membership.role == "member"


def approved(cast):
    """Return a newcomer's post that was held, read and published."""
    cast.community.hold_first_posts = True
    cast.community.save()
    thread = make_thread(cast.community, author=cast.moderator)
    post = reply(thread, by=cast.resident, writing=Writing("A kind word."))
    assert post.status == "pending"
    return approve_post(post, by=cast.ambassador, edition=post.edition)


def test_approved_post_waits_again_when_it_is_reworded(cast, client_of):
    post = approved(cast)
    number = post.number

    client_of(cast.resident).post(
        reverse("discussions:post-edit", args=[post.pk]),
        {"body": "Buy my pills.", "edition": post.edition},
    )

    post.refresh_from_db()
    assert (post.status, post.number, post.body) == ("pending", number, "Buy my pills.")
    html = client_of(None).get(post.thread.get_absolute_url()).content.decode()
    assert "pills" not in html
    assert "new words, which are read" in html
    approve_post(post, by=cast.ambassador, edition=post.edition)
    html = client_of(None).get(post.thread.get_absolute_url()).content.decode()
    assert "pills" in html


def test_words_of_somebody_whose_posts_are_held_wait_when_reworded(cast):
    thread = make_thread(cast.community, author=cast.resident)
    before = make_post(thread, author=cast.resident)
    person = held(cast.resident)
    during = reply(thread, by=person, writing=Writing("Read before it was shown."))
    during = set_status(during, Post.Status.PUBLISHED, by=cast.moderator)

    for post in (before, during):
        post = edit_post(post, by=person, body="Other words.", edition=1)
        assert (post.status, post.hold_reason) == ("pending", "account")


def test_title_that_was_read_stays_while_others_have_replied(cast):
    cast.community.hold_first_posts = True
    cast.community.save()
    thread = make_thread(cast.community, author=cast.resident)
    first = set_status(thread.posts.get(), Post.Status.PUBLISHED, by=cast.moderator)

    edit_post(first, by=cast.resident, body="More.", title="Buy my pills", edition=1)
    assert Thread.objects.get(pk=thread.pk).status == "pending"
    first = set_status(Post.objects.get(pk=first.pk), Post.Status.PUBLISHED, by=cast.moderator)
    answer = make_post(Thread.objects.get(pk=thread.pk), author=cast.neighbour)
    set_status(answer, Post.Status.PUBLISHED, by=cast.moderator)
    with pytest.raises(ValidationError, match="title was read"):
        edit_post(first, by=cast.resident, body="More.", title="Buy more pills", edition=2)


def test_known_members_reword_at_once(cast):
    post = make_post(make_thread(cast.community), author=cast.resident)

    assert edit_post(post, by=cast.resident, body="Other words.", edition=1).status == "published"


def test_whose_posts_are_held_says_nothing_unread_elsewhere(cast):
    thread = make_thread(cast.community)
    officer = make_user()
    make_membership(officer, cast.community)
    make_capacity(officer)

    assert may_write_outcome(officer, thread)
    assert may_keep_community(cast.ambassador, cast.community)
    officer, ambassador = held(officer), held(cast.ambassador)
    assert not may_write_outcome(officer, thread)
    assert not may_write_outcome(ambassador, thread)
    assert not may_keep_community(ambassador, cast.community)
    assert renaming_block(officer) is not None
