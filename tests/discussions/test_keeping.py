import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry
from communities.models import Community, ModeratorScope
from communities.services import change_links
from discussions import services
from discussions.models import Act, OutcomeNote, Post, Thread
from discussions.permissions import may_unlock
from discussions.services import Writing
from tests.at_once import while_blocked_by
from tests.factories import (
    make_community,
    make_membership,
    make_post,
    make_thread,
    make_user,
)
from tests.pages.visits import form_of


def kinds(community):
    return list(
        Act.objects.filter(community=community).order_by("pk").values_list("kind", flat=True)
    )


def words_on(client, address):
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.parametrize(
    "act",
    [
        lambda thread, by: services.lock_thread(thread, True, by=by, reason="No."),
        lambda thread, by: services.lock_thread(thread, False, by=by, reason="No."),
        lambda thread, by: services.pin_thread(thread, True, by=by),
        lambda thread, by: services.set_tags(thread, ["weir"], by=by),
        lambda thread, by: services.set_pace(thread, 30, by=by),
        lambda thread, by: services.move_thread(thread, make_community(), by=by),
        lambda thread, by: services.approve_post(thread.posts.get(), by=by, edition=1),
        lambda thread, by: services.write_outcome(thread, by=by, writing=Writing("Done.")),
        lambda thread, by: services.keep_rules(thread.community, by=by, rules="None."),
        lambda thread, by: services.keep_links(
            thread.community, by=by, links=[("One", "https://example.org/")] * 3
        ),
        lambda thread, by: services.keep_description(
            thread.community, by=by, description="Mine.", posts_per_day=1
        ),
    ],
)
def test_service_refuses_whoever_does_not_look_after_it(cast, act):
    thread = make_thread(cast.community)

    with pytest.raises(ValidationError):
        act(thread, cast.resident)

    assert not Act.objects.exists()


def test_service_does_not_open_again_what_staff_locked_meanwhile(cast):
    thread = make_thread(cast.community)
    services.lock_thread(thread, True, by=cast.ambassador, reason="Enough.")
    seen = Thread.objects.get(pk=thread.pk)
    services.set_locked(thread, True, by=cast.moderator, reason="Enough, truly.")

    with pytest.raises(ValidationError):
        services.lock_thread(seen, False, by=cast.ambassador, reason="Cooled down.")

    assert Thread.objects.get(pk=thread.pk).is_locked


def test_what_staff_locked_stays_theirs_once_they_are_staff_no_longer(cast):
    thread, scoped = make_thread(cast.community), make_user()
    ModeratorScope.objects.create(user=scoped, community=cast.community)
    services.lock_thread(thread, True, by=scoped, reason="Enough.")
    ModeratorScope.objects.all().delete()

    with pytest.raises(ValidationError):
        services.lock_thread(thread, False, by=cast.ambassador, reason="Cooled down.")

    assert Thread.objects.get(pk=thread.pk).is_locked


def test_what_an_ambassador_locked_is_not_made_staffs_by_a_right_of_later(cast):
    thread, other = make_thread(cast.community), make_user()
    make_membership(other, cast.community, role="ambassador")
    services.lock_thread(thread, True, by=other, reason="Enough.")
    ModeratorScope.objects.create(user=other, community=cast.community)

    services.lock_thread(thread, False, by=cast.ambassador, reason="Cooled down.")

    assert not Thread.objects.get(pk=thread.pk).is_locked


@pytest.mark.parametrize("has_scope", [True, False])
def test_lock_of_before_that_was_noted_is_staffs_by_the_right_of_now(cast, has_scope):
    thread, scoped = make_thread(cast.community), make_user()
    services.set_locked(thread, True, by=scoped)
    Act.objects.update(has_authority=None)
    if has_scope:
        ModeratorScope.objects.create(user=scoped, community=cast.community)
    thread.refresh_from_db()

    assert may_unlock(cast.ambassador, thread) == (not has_scope)


def test_same_again_leaves_one_act(cast):
    thread = make_thread(cast.community)

    for _time in range(2):
        services.pin_thread(thread, True, by=cast.ambassador)
        services.lock_thread(thread, True, by=cast.ambassador, reason="Enough.")
        services.set_pace(thread, 30, by=cast.ambassador)
        services.set_tags(thread, ["weir"], by=cast.ambassador)

    assert kinds(cast.community) == ["pin", "lock", "slow", "tag"]
    assert AuditEntry.objects.filter(by=cast.ambassador, act="lock").count() == 1


def test_moved_thread_is_announced_no_second_time(cast):
    other = make_community()
    make_membership(cast.ambassador, other, role="ambassador")
    thread = make_thread(cast.community)
    before = connection_count()

    services.move_thread(thread, other, by=cast.ambassador)

    assert connection_count() == before


def connection_count():
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM accounts_announcement")
        return cursor.fetchone()[0]


def test_thread_page_of_a_moved_thread_names_its_community(cast, client):
    other = make_community(name="Cycling")
    make_membership(cast.ambassador, other, role="ambassador")
    thread = make_thread(cast.community)
    client.get(thread.get_absolute_url())

    services.move_thread(thread, other, by=cast.ambassador)

    assert "Cycling" in words_on(client, thread.get_absolute_url())


def admin_act(client, action, *rows):
    model = rows[0]._meta.label_lower.replace(".", "_")
    return client.post(
        reverse(f"admin:{model}_changelist"),
        {"action": action, "_selected_action": [row.pk for row in rows]},
        follow=True,
    )


def test_staff_archive_a_community_and_open_it_again(cast, client_of):
    client = client_of(cast.admin)
    thread = make_thread(cast.community)

    admin_act(client, "archive", cast.community)
    cast.community.refresh_from_db()
    archived = cast.community.archived_at
    html = words_on(client_of(cast.resident), thread.get_absolute_url())
    admin_act(client_of(cast.admin), "reopen", cast.community)

    cast.community.refresh_from_db()
    assert archived is not None
    assert "This community is archived" in html
    assert cast.community.archived_at is None
    assert kinds(cast.community) == ["archive", "reopen"]


def test_staff_who_lock_at_their_desk_leave_an_act(cast, client_of):
    thread = make_thread(cast.community)

    admin_act(client_of(cast.moderator), "lock", thread)

    assert kinds(cast.community) == ["lock"]


def test_staff_do_not_unlock_a_thread_that_they_started(cast, client_of):
    thread = make_thread(cast.community, author=cast.moderator)
    Thread.objects.filter(pk=thread.pk).update(is_locked=True)

    admin_act(client_of(cast.moderator), "unlock", thread)

    assert Thread.objects.get(pk=thread.pk).is_locked


def test_staff_who_change_a_community_leave_acts(cast, client_of):
    change_links(
        cast.community, by=cast.admin, links=[("One", f"https://example.org/{n}") for n in range(3)]
    )
    address = reverse("admin:communities_community_change", args=[cast.community.pk])
    client = client_of(cast.admin)
    form = client.get(address).context["adminform"].form
    asked = {name: form[name].value() or "" for name in form.fields}
    links = {"links-TOTAL_FORMS": "3", "links-INITIAL_FORMS": "3"}
    for number, link in enumerate(cast.community.links.all()):
        links |= {
            f"links-{number}-id": link.pk,
            f"links-{number}-community": cast.community.pk,
            f"links-{number}-title": f"New {number}",
            f"links-{number}-url": link.url,
            f"links-{number}-position": number,
        }

    client.post(
        address, asked | links | {"description": "New.", "posts_per_day": "5", "rules": "Kind."}
    )

    acts = Act.objects.filter(community=cast.community)
    assert set(acts.values_list("kind", "number")) == {
        ("describe", None),
        ("cap", 5),
        ("rules", None),
        ("links", None),
    }


@pytest.fixture
def keeper():
    person = make_user()
    for community in (make_community(name="One"), make_community(name="Two")):
        make_membership(person, community, role="ambassador")
    return person


@pytest.mark.django_db(transaction=True)
def test_two_who_move_a_thread_at_once_move_it_once(keeper):
    one, two = Community.objects.order_by("name")
    three = make_community(name="Three")
    make_membership(keeper, three, role="ambassador")
    thread = make_thread(one)

    told = while_blocked_by(
        lambda: services.move_thread(thread, two, by=keeper),
        lambda: services.move_thread(Thread.objects.get(pk=thread.pk), three, by=keeper),
    )

    assert told == ["Somebody moved this thread a moment ago. Please look again."]
    counts = Community.objects.order_by("name").values_list("name", "thread_count")
    assert list(counts) == [("One", 0), ("Three", 0), ("Two", 1)]


@pytest.mark.django_db(transaction=True)
def test_two_moves_in_opposite_directions_do_not_block_each_other(keeper):
    one, two = Community.objects.order_by("name")
    there, back = make_thread(one), make_thread(two)

    told = while_blocked_by(
        lambda: services.move_thread(there, two, by=keeper),
        lambda: services.move_thread(back, one, by=keeper),
    )

    assert told == []
    assert set(Community.objects.values_list("thread_count", flat=True)) == {1}


@pytest.mark.django_db(transaction=True)
def test_two_who_approve_a_first_post_at_once_publish_it_once(keeper):
    one = Community.objects.get(name="One")
    post = make_post(make_thread(one))
    Post.objects.filter(pk=post.pk).update(
        status="pending", number=None, published_at=None, hold_reason="newcomer"
    )

    told = while_blocked_by(
        lambda: services.approve_post(post, by=keeper, edition=1),
        lambda: services.approve_post(post, by=keeper, edition=1),
    )

    assert told == ["This post is published already."]
    assert Act.objects.filter(kind="approve").count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_outcomes_at_once_are_one_note_and_two_acts(keeper):
    thread = make_thread(Community.objects.get(name="One"))

    told = while_blocked_by(
        lambda: services.write_outcome(thread, by=keeper, writing=Writing("First.")),
        lambda: services.write_outcome(thread, by=keeper, writing=Writing("Second.")),
    )

    assert told == []
    assert OutcomeNote.objects.get().body == "Second."
    assert Act.objects.filter(kind="outcome").count() == 2


@pytest.mark.django_db(transaction=True)
def test_reply_while_the_thread_is_locked_is_refused(keeper):
    thread = make_thread(Community.objects.get(name="One"))
    writer = make_user()
    make_membership(writer, thread.community)

    told = while_blocked_by(
        lambda: services.lock_thread(thread, True, by=keeper, reason="Enough."),
        lambda: services.reply(thread, by=writer, writing=Writing("Late.")),
    )

    assert told == ["This thread is locked: it can be read, and nobody can add to it."]


def test_outcome_is_dated_and_rendered_once(cast):
    thread = make_thread(cast.community)
    before = timezone.now()

    note = services.write_outcome(
        thread, by=cast.ambassador, writing=Writing("<script>x</script> *Done*.", language="cy")
    )

    assert note.written_at >= before
    assert (note.html, note.language) == (
        "<p>&lt;script&gt;x&lt;/script&gt; <em>Done</em>.</p>\n",
        "cy",
    )


@pytest.mark.django_db
def test_outcome_that_shows_no_words_is_refused(keeper):
    thread = make_thread(Community.objects.get(name="One"))

    with pytest.raises(ValidationError, match="Please say what happened"):
        services.write_outcome(thread, by=keeper, writing=Writing("---"))


@pytest.mark.django_db
def test_outcome_that_somebody_else_wrote_meanwhile_is_not_lost(cast, client_of):
    thread = make_thread(cast.community)
    address = reverse("discussions:outcome-write", args=[thread.pk])
    client = client_of(cast.ambassador)
    _action, fields = form_of(client.get(address).content.decode(), {"body": ""})
    services.write_outcome(thread, by=cast.moderator, writing=Writing("Staff say so."))

    response = client.post(address, {**fields, "body": "We say so."})

    html = response.content.decode()
    assert "Somebody else wrote what happened since you began." in html
    assert "Staff say so." in html
    assert "We say so." in html
    assert OutcomeNote.objects.get().body == "Staff say so."
    _action, fields = form_of(html, {"body": ""})
    client.post(address, fields)
    assert OutcomeNote.objects.get().body == "We say so."
