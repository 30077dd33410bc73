"""Members are shown the rules of their community that changed since they joined."""

import pytest
from django.urls import reverse
from django.utils import timezone

from communities.models import Community, Membership
from communities.services import accept_rules, change_rules, join_community
from tests.at_once import while_blocked_by
from tests.factories import make_community, make_membership, make_thread, make_user

NOTICE = "The rules of this community have changed"
FRAGMENT = {"X-Fragment": "yes"}


@pytest.fixture
def changed(cast):
    """The community of the cast, whose rules have just changed."""
    return change_rules(cast.community, by=cast.admin, rules="Say **who** you are.")


def accepting(community):
    return reverse("communities:rules-accept", args=[community.slug])


def text_of(response):
    return response.content.decode()


def read_by(person):
    return Membership.objects.get(user=person).rules_version


def pages_of(community):
    thread = make_thread(community)
    return {
        "community": community.get_absolute_url(),
        "thread": thread.get_absolute_url(),
        "reply": reverse("discussions:post-create", args=[thread.pk]),
        "new thread": reverse("discussions:thread-create", args=[community.slug]),
    }


@pytest.mark.parametrize("where", ["community", "thread", "reply", "new thread"])
def test_member_is_shown_new_rules_until_they_have_read_them(cast, client_of, changed, where):
    address = pages_of(changed)[where]
    client = client_of(cast.resident)
    shown = text_of(client.get(address))
    notice = shown.partition(NOTICE)[2].partition("</form>")[0]

    client.post(accepting(changed), {"version": changed.rules_version})

    assert "<strong>who</strong>" in notice
    assert f"from {timezone.localdate():%-d %B %Y}" in notice
    assert NOTICE not in text_of(client.get(address))


@pytest.mark.parametrize("who", ["visitor", "outsider", "moderator"])
def test_who_is_no_member_is_not_shown_them(cast, client_of, changed, who):
    pages = pages_of(changed)
    assert NOTICE in text_of(client_of(cast.resident).get(pages["community"]))
    client = client_of(getattr(cast, who))

    shown = [name for name in pages if NOTICE in text_of(client.get(pages[name], follow=True))]

    assert shown == []


def test_new_member_has_read_the_present_rules(cast, client_of, changed):
    join_community(changed, by=cast.outsider, digest="never")

    response = client_of(cast.outsider).get(changed.get_absolute_url())

    assert NOTICE not in text_of(response)


def test_whoever_wrote_the_rules_has_read_them(cast, client_of):
    community = change_rules(cast.community, by=cast.ambassador, rules="Be kind.")

    response = client_of(cast.ambassador).get(community.get_absolute_url())

    assert (read_by(cast.ambassador), read_by(cast.resident)) == (2, 1)
    assert NOTICE not in text_of(response)


def test_rules_that_changed_long_ago_are_shown_without_a_day(cast, client_of, changed):
    Community.objects.update(rules_changed_at=None)

    shown = text_of(client_of(cast.resident).get(changed.get_absolute_url()))

    assert NOTICE in shown
    assert "The new text is from" not in shown


def test_archived_community_shows_no_new_rules(cast, client_of, changed):
    pages = pages_of(changed)
    Community.objects.update(archived_at=timezone.now())
    client = client_of(cast.resident)

    assert NOTICE not in text_of(client.get(pages["community"]))
    assert NOTICE not in text_of(client.get(pages["thread"]))


def test_member_who_has_not_read_them_goes_on_writing(cast, client_of, changed):
    thread = make_thread(changed)
    reply = reverse("discussions:post-create", args=[thread.pk])

    client_of(cast.resident).post(reply, {"body": "A heron."})

    assert thread.posts.filter(author=cast.resident).exists()


def test_older_text_does_not_count_as_the_newest(cast, client_of, changed):
    old = changed.rules_version
    change_rules(changed, by=cast.admin, rules="Say where you live.")
    client = client_of(cast.resident)

    response = client.post(accepting(changed), {"version": old}, follow=True)

    assert read_by(cast.resident) == old
    assert "The rules have changed once more since." in text_of(response)
    assert "Say where you live." in text_of(response).partition(NOTICE)[2].partition("</form>")[0]


def test_version_that_is_yet_to_come_is_not_read(cast, client_of, changed):
    client_of(cast.resident).post(accepting(changed), {"version": 2**40})

    assert read_by(cast.resident) == changed.rules_version


def test_reading_twice_and_in_an_old_tab_changes_nothing(cast, client_of, changed):
    newest = change_rules(changed, by=cast.admin, rules="Say where you live.").rules_version
    client = client_of(cast.resident)

    answers = [
        client.post(accepting(changed), {"version": version}).status_code
        for version in (newest, newest, newest - 1)
    ]

    assert answers == [302, 302, 302]
    assert read_by(cast.resident) == newest


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("first", "second"), [(3, 2), (2, 3)])
def test_newer_of_two_texts_read_at_once_is_kept(first, second):
    person, community = make_user(), make_community(rules_version=1)
    make_membership(person, community)
    community.rules_version = 3
    community.save()

    while_blocked_by(
        lambda: accept_rules(community, by=person, version=first),
        lambda: accept_rules(community, by=person, version=second),
    )

    assert read_by(person) == 3


@pytest.mark.parametrize("version", ["", "new", "0", "-1"])
def test_what_is_no_version_is_not_found(cast, client_of, changed, version):
    response = client_of(cast.resident).post(accepting(changed), {"version": version})

    assert (response.status_code, read_by(cast.resident)) == (404, 1)


@pytest.mark.parametrize(
    ("who", "status"), [("visitor", 302), ("outsider", 403), ("moderator", 403), ("resident", 302)]
)
def test_only_members_say_that_they_have_read_them(cast, client_of, changed, who, status):
    response = client_of(getattr(cast, who)).post(accepting(changed), {"version": 2})

    assert response.status_code == status
    assert response.headers.get("Location", "").startswith("/accounts/login/") is (who == "visitor")


def test_rules_of_a_community_that_one_cannot_see_are_not_found(cast, client_of):
    closed = make_community(visibility="members")

    response = client_of(cast.outsider).post(accepting(closed), {"version": 1})

    assert response.status_code == 404


@pytest.mark.parametrize(
    ("asked", "led_to"),
    [
        ("/discussions/1/?page=2", "/discussions/1/?page=2"),
        ("https://example.org/", None),
        ("//example.org/", None),
        ("", None),
    ],
)
def test_reader_comes_back_to_where_they_were_on_this_site(cast, client_of, changed, asked, led_to):
    response = client_of(cast.resident).post(accepting(changed), {"version": 2, "next": asked})

    assert response.url == (led_to or changed.get_absolute_url())


def test_script_gets_thanks_in_place_of_the_notice(cast, client_of, changed):
    client = client_of(cast.resident)

    read = client.post(accepting(changed), {"version": 2}, headers=FRAGMENT)

    assert text_of(read).strip() == '<p class="meta">Thank you for reading the rules.</p>'
    assert read_by(cast.resident) == 2


def test_script_gets_the_newest_rules_in_place_of_older_ones(cast, client_of, changed):
    change_rules(changed, by=cast.admin, rules="Say where you live.")
    sent = {"version": 2, "next": "/discussions/1/"}

    again = text_of(client_of(cast.resident).post(accepting(changed), sent, headers=FRAGMENT))

    assert again.strip().startswith("<form")
    assert "Say where you live." in again
    assert 'name="version" value="3"' in again
    assert 'name="next" value="/discussions/1/"' in again


def test_first_rules_are_new_to_members_alone(cast):
    empty = make_community()

    first = change_rules(empty, by=cast.admin, rules="Be kind.")
    first_with_members = change_rules(cast.community, by=cast.admin, rules="Be kind.")

    assert (first.rules_version, first_with_members.rules_version) == (1, 2)


def test_notice_is_in_welsh(cast, client_of, changed):
    shown = text_of(client_of(cast.resident).get(f"/cy{changed.get_absolute_url()}"))

    assert "Mae rheolau'r gymuned hon wedi newid" in shown.replace("&#x27;", "'")
    assert "Rwyf wedi eu darllen" in shown
