import pytest
from django.urls import reverse

from communities.models import Community, Membership
from communities.services import change_rules
from tests.factories import make_community, make_membership


def test_directory_names_public_communities_and_hides_the_others(cast, client):
    make_community(name="Secret garden", visibility="members")

    html = client.get("/communities/").content.decode()

    assert "Millbrook neighbours" in html
    assert "Secret garden" not in html


@pytest.mark.parametrize(("words", "found"), [("millb", True), ("MILLBROOK", True), ("zzz", False)])
def test_directory_finds_by_words(cast, client, words, found):
    response = client.get("/communities/", {"q": words})

    assert (response.context["found"] > 0) is found


def test_join_needs_the_rules_accepted(cast, client_of):
    address = reverse("communities:community-join", args=[cast.community.slug])

    response = client_of(cast.outsider).post(address, {"digest": "daily"})

    assert response.status_code == 200
    assert "Please accept the rules to join." in response.content.decode()
    assert not Membership.objects.filter(user=cast.outsider).exists()


def test_join_and_leave_count_the_member(cast, client_of):
    before = Community.objects.get(pk=cast.community.pk).member_count
    client = client_of(cast.outsider)

    client.post(
        reverse("communities:community-join", args=[cast.community.slug]),
        {"digest": "daily", "rules": "on"},
    )
    membership = Membership.objects.get(user=cast.outsider)
    joined = Community.objects.get(pk=cast.community.pk).member_count
    client.post(reverse("communities:community-leave", args=[cast.community.slug]))

    assert (membership.digest, membership.rules_version) == ("daily", 1)
    assert joined == before + 1
    assert Community.objects.get(pk=cast.community.pk).member_count == before
    assert not Membership.objects.filter(user=cast.outsider).exists()


def test_join_twice_makes_one_membership(cast, client_of):
    client = client_of(cast.outsider)
    address = reverse("communities:community-join", args=[cast.community.slug])

    for _ in range(2):
        response = client.post(address, {"digest": "weekly", "rules": "on"})

    assert response.url == cast.community.get_absolute_url()
    assert Membership.objects.filter(user=cast.outsider).count() == 1


def test_members_only_community_cannot_be_joined_by_its_address(cast, client_of):
    community = make_community(visibility="members")

    response = client_of(cast.outsider).get(
        reverse("communities:community-join", args=[community.slug])
    )

    assert response.status_code == 404


def test_leaving_asks_first(cast, client_of):
    address = reverse("communities:community-leave", args=[cast.community.slug])

    response = client_of(cast.resident).get(address)

    assert response.status_code == 200
    assert Membership.objects.filter(user=cast.resident).exists()


def test_new_rules_are_a_new_version(cast):
    make_membership(cast.outsider, cast.community)

    first = change_rules(cast.community, by=cast.admin, rules="Be *kind*.")
    second = change_rules(first, by=cast.admin, rules="Be kind. Stay local.")
    same = change_rules(second, by=cast.admin, rules="Be kind. Stay local.")

    assert first.rules_html == "<p>Be <em>kind</em>.</p>\n"
    assert [first.rules_version, second.rules_version, same.rules_version] == [2, 3, 3]
