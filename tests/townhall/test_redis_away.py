"""What people do while Redis is dead, or takes connections and never answers."""

import socket
from contextlib import ExitStack

import pytest
from django.urls import reverse

from accounts.models import User
from discussions.models import Post
from notifications.models import Mail
from tests.factories import PASSWORD, make_membership, make_thread, make_user
from townhall.settings import LIMITS

pytestmark = pytest.mark.django_db


@pytest.fixture(params=["dead", "frozen"], autouse=True)
def redis_away(request, settings):
    with ExitStack() as stack:
        listener = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        address = f"redis://127.0.0.1:{listener.getsockname()[1]}/0"
        if request.param == "dead":
            listener.close()
        settings.REDIS_URL = settings.CELERY_BROKER_URL = address
        settings.CACHES = {
            name: {**cache, "LOCATION": address} if "LOCATION" in cache else cache
            for name, cache in settings.CACHES.items()
        }
        settings.LIMITS = LIMITS
        yield


def send(client, name, *args, **typed):
    return client.post(reverse(name, args=args), typed, follow=True)


def test_redis_is_away(client):
    assert client.get("/readyz").json()["worker"] is False


def test_person_joins_and_gets_the_mail(client):
    answer = send(
        client, "account_signup", email="kay@new.example", public_name="Kay", password1=PASSWORD
    )

    assert answer.status_code == 200
    assert User.objects.filter(email="kay@new.example").exists()
    assert Mail.objects.filter(to="kay@new.example").count() == 1


def test_person_signs_in_also_after_a_wrong_guess(client):
    person = make_user()

    wrong = send(client, "account_login", login=person.email, password="not this one")
    right = send(client, "account_login", login=person.email, password=PASSWORD)

    assert (wrong.status_code, right.status_code) == (200, 200)
    assert client.session["_auth_user_id"] == str(person.pk)


def test_guesses_are_counted_all_the_same(client):
    person = make_user()

    for _number in range(60):
        send(client, "account_login", login=person.email, password="not this one")
    client.cookies.clear()
    send(client, "account_login", login=person.email, password=PASSWORD)

    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("name", ["account_reset_password", "accounts:sign-in-link-ask"])
def test_link_comes_by_mail(client, name):
    person = make_user()

    assert send(client, name, email=person.email).status_code == 200

    assert Mail.objects.filter(to=person.email).count() == 1


def test_member_replies(client):
    thread = make_thread()
    member = make_user()
    make_membership(member, thread.community)
    client.force_login(member)

    answer = send(client, "discussions:post-create", thread.pk, body="The lamp is out again.")

    assert answer.status_code == 200
    assert Post.objects.filter(author=member, body="The lamp is out again.").count() == 1


@pytest.mark.parametrize("name", ["about-promises", "about-moderation", "accounts:profile-edit"])
def test_pages_are_shown(client, name):
    client.force_login(make_user())

    assert client.get(reverse(name)).status_code == 200
