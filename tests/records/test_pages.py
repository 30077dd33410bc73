import json

import pytest
from django.contrib.auth import authenticate
from django.test import Client
from django.urls import reverse

from records.models import AccessRequest
from tests.factories import PASSWORD, make_post, make_thread

EVERYBODY = [
    "resident",
    "neighbour",
    "outsider",
    "councillor",
    "ambassador",
    "moderator",
    "admin",
]
NAMES = ["records:data", "records:data-download", "records:account-close"]


@pytest.mark.parametrize("name", EVERYBODY)
def test_data_page_says_what_is_held(cast, client_of, name):
    html = client_of(getattr(cast, name)).get(reverse("records:data")).content.decode()

    assert "your e-mail address" in html
    assert reverse("records:data-download") in html
    assert reverse("records:account-close") in html


@pytest.mark.parametrize("name", NAMES)
def test_pages_send_visitors_to_sign_in(client, db, name):
    response = client.post(reverse(name))

    assert response.status_code == 302
    assert response.url.startswith(reverse("account_login"))


@pytest.mark.parametrize("name", EVERYBODY)
def test_download_is_a_file_with_ones_own_data(cast, client_of, name):
    person = getattr(cast, name)
    make_post(make_thread(cast.community), author=person, body="Ŵ a heron.")

    response = client_of(person).post(reverse("records:data-download"))

    held = json.loads(response.content)
    assert response["Content-Disposition"] == 'attachment; filename="my-town-hall-data.json"'
    assert held["profile"]["email"] == person.email
    assert [post["body"] for post in held["posts"]] == ["Ŵ a heron."]
    assert AccessRequest.objects.get().user == person


def test_download_by_get_is_refused(cast, client_of):
    response = client_of(cast.resident).get(reverse("records:data-download"))

    assert response.status_code == 405
    assert not AccessRequest.objects.exists()


def test_close_page_says_what_stays(cast, client_of):
    html = client_of(cast.resident).get(reverse("records:account-close")).content.decode()

    assert "What you wrote stays" in html


def test_close_with_a_wrong_password_changes_nothing(cast, client_of):
    response = client_of(cast.resident).post(
        reverse("records:account-close"), {"password": "wrong"}
    )

    cast.resident.refresh_from_db()
    assert "This is not your password." in response.content.decode()
    assert cast.resident.closed_at is None


def test_close_signs_out_everywhere_and_says_so(cast, client_of):
    elsewhere = Client()
    elsewhere.force_login(cast.resident)

    response = client_of(cast.resident).post(
        reverse("records:account-close"), {"password": PASSWORD}, follow=True
    )

    assert response.redirect_chain == [(reverse("home"), 302)]
    assert "Your account is closed." in response.content.decode()
    assert not response.wsgi_request.user.is_authenticated
    assert elsewhere.get(reverse("records:data")).status_code == 302


def test_closed_account_cannot_sign_in(cast, client_of):
    address = cast.resident.email
    client_of(cast.resident).post(reverse("records:account-close"), {"password": PASSWORD})

    assert authenticate(None, email=address, password=PASSWORD) is None


def test_posts_of_a_closed_account_are_shown_as_by_a_former_member(cast, client_of):
    thread = make_thread(cast.community, author=cast.neighbour)
    make_post(thread, author=cast.resident, body="A heron.")
    client = client_of(cast.resident)
    client.post(reverse("records:account-close"), {"password": PASSWORD})

    html = client.get(thread.get_absolute_url()).content.decode()

    assert "A heron." in html
    assert "Former member" in html
    assert "Resident" not in html


def test_list_of_requests_at_the_desk(cast, client_of):
    AccessRequest.objects.create(user=cast.resident)
    address = reverse("admin:records_accessrequest_changelist")

    answers = {
        name: client_of(getattr(cast, name)).get(address).status_code
        for name in ("moderator", "admin")
    }

    assert answers == {"moderator": 403, "admin": 200}
