import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import AuditEntry
from communities.models import ModeratorScope
from discussions.models import Thread
from tests.factories import make_community, make_post, make_thread, make_user

STAFF = ["moderator", "admin"]
MODELS = ["thread", "post"]


def list_of(model):
    return reverse(f"admin:discussions_{model}_changelist")


def page_of(row):
    return reverse(f"admin:discussions_{row._meta.model_name}_change", args=[row.pk])


def count_queries(client, address):
    with CaptureQueriesContext(connection) as context:
        assert client.get(address).status_code == 200
    return len(context)


def act(client, action, *threads):
    form = {"action": action, "_selected_action": [thread.pk for thread in threads]}
    return client.post(list_of("thread"), form, follow=True)


@pytest.fixture
def thread(cast):
    return make_thread(cast.community, author=cast.resident, title="Birds by the weir")


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("name", STAFF)
def test_list_costs_the_same_for_one_row_and_three(cast, client_of, name, model):
    client = client_of(getattr(cast, name))
    make_post(make_thread(cast.community))
    one = count_queries(client, list_of(model))
    for _ in range(2):
        make_post(make_thread(make_community()))

    assert count_queries(client, list_of(model)) == one


@pytest.mark.parametrize("name", STAFF)
def test_pages_open_and_change_nothing(cast, client_of, thread, name):
    client = client_of(getattr(cast, name))
    rows = [thread, thread.posts.get()]

    opened = [client.get(page_of(row)).status_code for row in rows]
    changed = [client.post(page_of(row), {"title": "x", "body": "x"}).status_code for row in rows]

    assert (opened, changed) == ([200, 200], [403, 403])


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("act", ["add", "delete"])
def test_nothing_is_added_or_deleted(cast, client_of, thread, model, act):
    row = thread if model == "thread" else thread.posts.get()
    args = [] if act == "add" else [row.pk]

    response = client_of(cast.admin).post(
        reverse(f"admin:discussions_{model}_{act}", args=args), {"post": "yes"}
    )

    assert response.status_code == 403


def test_post_page_leads_to_deciding(cast, client_of, thread):
    post = thread.posts.get()

    html = client_of(cast.moderator).get(page_of(post)).content.decode()

    assert reverse("admin:moderation_report_decide", args=[post.pk]) in html


def test_posts_are_found_by_their_words(cast, client_of, thread):
    found = make_post(thread, body="Two herons.")

    response = client_of(cast.moderator).get(list_of("post"), {"q": "heron"})

    assert list(response.context["cl"].result_list) == [found]


@pytest.mark.parametrize(
    ("action", "field", "value"),
    [
        ("lock", "is_locked", True),
        ("unlock", "is_locked", False),
        ("pin", "is_pinned", True),
        ("unpin", "is_pinned", False),
    ],
)
@pytest.mark.parametrize("name", STAFF)
def test_action_changes_the_chosen_threads(cast, client_of, thread, name, action, field, value):
    other = make_thread(cast.community)
    Thread.objects.update(**{field: not value})

    response = act(client_of(getattr(cast, name)), action, thread)

    assert "1 thread changed." in response.content.decode()
    assert getattr(Thread.objects.get(pk=thread.pk), field) is value
    assert getattr(Thread.objects.get(pk=other.pk), field) is not value
    assert AuditEntry.objects.filter(by=getattr(cast, name), act=action).count() == 1


def test_action_leaves_threads_outside_the_scope(cast, client_of, thread):
    scoped = make_user(is_staff=True)
    group = cast.moderator.groups.get()
    scoped.user_permissions.set(group.permissions.exclude(codename="moderate_community"))
    ModeratorScope.objects.create(user=scoped, community=cast.community)
    elsewhere = make_thread(make_community())

    response = act(client_of(scoped), "lock", thread, elsewhere)

    assert (
        "Threads that you do not moderate, or started yourself, were left as they are."
        in response.content.decode()
    )
    assert list(Thread.objects.filter(is_locked=True)) == [thread]
