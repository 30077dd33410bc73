import pytest
from django.urls import reverse

from accounts.models import AuditEntry

EVERYBODY = [
    "resident",
    "neighbour",
    "outsider",
    "councillor",
    "ambassador",
    "moderator",
    "admin",
]


@pytest.fixture
def address():
    return reverse("accounts:profile-edit")


@pytest.mark.parametrize("name", EVERYBODY)
def test_profile_page_shows_ones_own_profile(cast, client_of, address, name):
    person = getattr(cast, name)

    html = client_of(person).get(address).content.decode()

    assert f'value="{person.public_name}"' in html
    assert person.email in html


def test_profile_page_sends_visitors_to_sign_in(client, db, address):
    response = client.get(address)

    assert response.status_code == 302
    assert response.url.startswith(reverse("account_login"))


def test_profile_page_links_to_the_rest_of_the_account(cast, client_of, address):
    html = client_of(cast.resident).get(address).content.decode()

    names = ["account_email", "account_change_password", "notifications:settings", "records:data"]
    assert [name for name in names if f'href="{reverse(name)}"' not in html] == []


def test_profile_is_changed_and_recorded(cast, client_of, address):
    client = client_of(cast.resident)

    response = client.post(address, {"public_name": "  Mo  Brook ", "language": "cy"})

    cast.resident.refresh_from_db()
    assert (response.status_code, response.url) == (302, address)
    assert (cast.resident.public_name, cast.resident.language) == ("Mo Brook", "cy")
    assert AuditEntry.objects.filter(by=cast.resident, act="change profile").exists()


@pytest.mark.parametrize(
    "sent",
    [
        {"public_name": "", "language": "cy"},
        {"public_name": "Cllr Brook", "language": "cy"},
        {"public_name": "a" * 61, "language": "cy"},
        {"public_name": "Mo Brook", "language": "xx"},
    ],
)
def test_profile_that_is_wrong_changes_nothing(cast, client_of, address, sent):
    response = client_of(cast.resident).post(address, sent)

    cast.resident.refresh_from_db()
    assert response.status_code == 200
    assert "There is a problem" in response.content.decode()
    assert (cast.resident.public_name, cast.resident.language) == ("Resident", "en-gb")


def test_profile_page_keeps_the_old_name_on_the_page_of_a_wrong_one(cast, client_of, address):
    response = client_of(cast.resident).post(
        address, {"public_name": "Cllr Brook", "language": "cy"}
    )

    assert response.wsgi_request.user.public_name == "Resident"
