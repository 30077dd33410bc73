"""People who joined with an address that nobody has proven are nobody yet."""

import pytest
from allauth.account.models import EmailAddress
from django.urls import reverse

from accounts.models import User
from discussions.services import Writing, reply
from tests.factories import make_membership, make_post, make_thread, make_user


@pytest.fixture
def newcomer(cast):
    person = make_user(public_name="Quentin Vale")
    make_membership(person, cast.community)
    EmailAddress.objects.filter(user=person).update(verified=False)
    return person


@pytest.mark.parametrize("role", ["visitor", "neighbour", "moderator"])
@pytest.mark.parametrize("route", ["person-detail", "person-ignore"])
def test_page_of_somebody_unproven_is_not_there(cast, client_of, newcomer, role, route):
    client = client_of(getattr(cast, role))
    address = reverse(f"discussions:{route}", args=[newcomer.pk])

    unproven = client.get(address, follow=True).status_code
    EmailAddress.objects.filter(user=newcomer).update(verified=True)
    proven = client.get(address, follow=True).status_code

    assert (unproven, proven) == (
        404 if role != "visitor" or route == "person-detail" else 200,
        200,
    )


def test_page_of_authors_without_an_address_is_there(cast, client):
    imported = make_user(email=None, public_name="Lena of the old forum")
    make_thread(cast.community, author=imported)

    page = client.get(imported.get_absolute_url()).content.decode()

    assert "Lena of the old forum" in page


def test_nobody_is_told_of_an_unproven_name(cast, client_of, newcomer):
    thread = make_thread(cast.community, author=cast.neighbour)
    client = client_of(cast.resident)
    people = reverse("discussions:thread-people", args=[thread.pk])

    offered = client.get(f"{people}?q=Quen").json()["names"]
    post = reply(thread, by=cast.resident, writing=Writing("Thank you @Quentin Vale."))
    EmailAddress.objects.filter(user=newcomer).update(verified=True)
    offered_later = client.get(f"{people}?q=Quen").json()["names"]

    assert (offered, offered_later) == ([], ["Quentin Vale"])
    assert f"/people/{newcomer.pk}/" not in post.html


def test_search_and_site_map_name_nobody_unproven(cast, client, newcomer):
    make_post(make_thread(cast.community), author=newcomer, body="A heron.")

    search = client.get("/search/", {"person": str(newcomer.pk), "q": "heron"}).content.decode()
    maps = b"".join(
        client.get(f"/sitemaps/{name}-0.xml").getvalue()
        for name in ("pages", "threads", "councillors", "communities")
    )

    assert "A heron." not in search
    assert f"/people/{newcomer.pk}/".encode() not in maps


def test_unproven_are_told_from_those_with_nothing_to_prove(cast, newcomer):
    imported = make_user(email=None)

    shown = User.objects.with_public_page()

    assert newcomer not in shown
    assert {imported, cast.resident} <= set(shown)
