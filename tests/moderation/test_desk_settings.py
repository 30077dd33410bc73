"""What ambassadors keep for a community: description, cap, rules, links."""

import pytest
from django.urls import reverse
from django.utils import timezone

from communities.models import Community, LocalLink
from tests.factories import (
    make_thread,
)
from tests.moderation.desk_pages import acts, desk_of, page, thread_desk
from tests.pages.visits import form_of

LINKS = "\n".join(f"https://example.org/{number} Page {number}" for number in range(3))
TYPED = {
    "description": ("A place for all.", "A place for talk."),
    "rules": ("Be kind.", "Be brief."),
    "links": (f"{LINKS} of old", f"{LINKS} of late"),
}


def settings_of(community, what):
    return reverse("moderation:desk-settings", args=[community.slug, what])


def test_description_and_cap_are_kept(cast, client_of):
    client_of(cast.ambassador).post(
        settings_of(cast.community, "description"),
        {"description": "All round  the mill.", "posts_per_day": "3"},
    )

    cast.community.refresh_from_db()
    assert (cast.community.description, cast.community.posts_per_day) == (
        "All round the mill.",
        3,
    )
    assert acts() == [("describe", ""), ("cap", "3 a day")]


def test_nothing_new_leaves_no_act(cast, client_of):
    client_of(cast.ambassador).post(
        settings_of(cast.community, "description"),
        {"description": cast.community.description, "posts_per_day": ""},
    )

    assert acts() == []


def test_rules_are_kept_with_a_new_version(cast, client_of):
    client = client_of(cast.ambassador)
    for rules in ("Be kind.", "Be *kind*."):
        client.post(settings_of(cast.community, "rules"), {"rules": rules})

    cast.community.refresh_from_db()
    assert (cast.community.rules_html, cast.community.rules_version) == (
        "<p>Be <em>kind</em>.</p>\n",
        3,
    )
    assert acts() == [("rules", ""), ("rules", "")]


def test_links_are_kept_in_their_order(cast, client_of):
    lines = [
        "https://example.org/bins Bins",
        "Buses https://example.org/buses",
        "",
        "http://example.org/clinic",
    ]

    client_of(cast.ambassador).post(
        settings_of(cast.community, "links"), {"links": "\n".join(lines)}
    )

    assert [(link.title, link.url) for link in LocalLink.objects.all()] == [
        ("Bins", "https://example.org/bins"),
        ("Buses", "https://example.org/buses"),
        ("example.org", "http://example.org/clinic"),
    ]
    assert acts() == [("links", "")]


@pytest.mark.parametrize(
    ("links", "words"),
    [
        ("https://example.org/ One\nhttps://example.org/2 Two", "at least 3 links"),
        ("\n".join(["https://example.org/ One"] * 13), "at most 12 links"),
        ("javascript:alert(1) One\nhttps://a.org b\nhttps://b.org c", "no web address"),
        ("javascript://a.org/%0aalert(1) One", "no web address"),
        (f"https://example.org/{'x' * 300} One", "too long"),
        (f"https://example.org/ {'x' * 121}", "too long"),
    ],
)
def test_links_that_are_wrong_are_refused_and_kept_on_the_page(cast, client_of, links, words):
    response = client_of(cast.ambassador).post(
        settings_of(cast.community, "links"), {"links": links}
    )

    html = response.content.decode()
    assert words in html
    assert links.splitlines()[0] in html
    assert not LocalLink.objects.exists()


def test_setting_that_there_is_not_is_not_found(cast, client_of):
    address = settings_of(cast.community, "colour")

    assert client_of(cast.ambassador).get(address).status_code == 404


def test_archived_community_is_kept_no_longer(cast, client_of):
    thread = make_thread(cast.community)
    Community.objects.update(archived_at=timezone.now())
    client = client_of(cast.ambassador)

    assert "is archived" in page(client, desk_of(cast.community))
    assert client.get(settings_of(cast.community, "rules")).status_code == 403
    assert client.post(thread_desk(thread), {"act": "pin"}).status_code == 404


@pytest.mark.parametrize("what", ["description", "rules", "links"])
def test_what_somebody_else_set_meanwhile_is_shown_and_not_written_over(cast, client_of, what):
    client, address = client_of(cast.ambassador), settings_of(cast.community, what)
    _action, fields = form_of(client.get(address).content.decode(), {what: ""})
    others, mine = TYPED[what]
    client.post(address, fields | {what: others})

    response = client.post(address, fields | {what: mine})

    html = response.content.decode()
    assert "Somebody else changed this since you began. Look at both." in html
    assert html.count(others) == html.count(mine) == 1
    _action, fields = form_of(html, {what: ""})
    assert client.post(address, fields).status_code == 302
    assert mine in client.get(address).content.decode()
