import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Announcement
from accounts.services import announce
from communities.models import Membership
from discussions.models import Post
from discussions.services import Writing, set_status
from notifications.emails.links import Purpose, Wish, token_for
from notifications.models import ConsentEvent, Delivery, Preference
from notifications.services import queue_deliveries
from questions import services as questions
from tests.factories import (
    make_community,
    make_decision,
    make_membership,
    make_post,
    make_question,
    make_thread,
    make_user,
)

pytestmark = pytest.mark.django_db
LIST = "/notifications/"
SETTINGS = "/notifications/settings/"


def drain():
    while queue_deliveries():
        pass


def text_of(response):
    return " ".join(response.content.decode().split())


@pytest.fixture
def told(cast):
    """One thing of each kind that the resident of the cast was told of, oldest first."""
    question = make_question(author=cast.resident, seat=cast.seat, body=cast.body)
    question = questions.open_question(question, by=cast.moderator)
    drain()
    questions.answer_question(question, by=cast.councillor, writing=Writing("From Monday on."))
    drain()
    thread = make_thread(cast.community, author=cast.resident, title="A crossing")
    make_post(thread, author=cast.neighbour, body="Yes please.")
    drain()
    announce(Announcement.Kind.DECISION, make_decision(thread.posts.get(number=1)))
    drain()
    return list(Delivery.objects.filter(user=cast.resident).order_by("pk"))


def test_notification_list_names_everything_newest_first(cast, told, client_of):
    response = client_of(cast.resident).get(LIST)

    text = text_of(response)
    order = [
        "About your post in “A crossing”: left as it is",
        "Neighbour wrote in “A crossing”",
        "Answered: “When will Mill Lane be gritted?”",
        "Your question is public: “When will Mill Lane be gritted?”",
    ]
    assert sorted(order, key=text.index) == order
    assert "4 of them are new." in text
    assert f'href="{told[2].post.get_absolute_url()}"' in text


def test_notification_list_tells_a_councillor_who_asks(cast, told, client_of):
    text = text_of(client_of(cast.councillor).get(LIST))

    assert "Resident asks you: “When will Mill Lane be gritted?”" in text


def test_notification_list_writes_nothing(cast, told, client_of):
    client = client_of(cast.resident)

    client.get(LIST)
    client.head(LIST)

    assert not Delivery.objects.exclude(read_at=None).exists()


def test_notification_list_does_not_show_what_was_hidden(cast, told, client_of):
    post = told[2].post
    make_decision(post, verb="hide", rule="abuse")
    set_status(post, Post.Status.HIDDEN, by=cast.moderator)

    text = text_of(client_of(cast.resident).get(LIST))

    assert "Something that is no longer shown" in text
    assert "Yes please." not in text


def test_notification_list_says_what_it_will_be_while_it_is_empty(cast, client_of):
    text = text_of(client_of(cast.resident).get(LIST))

    assert "Nothing yet." in text
    assert "Mark all as read" not in text


def test_notification_list_goes_on_where_the_page_ended(cast, client_of):
    thread = make_thread(cast.community, author=cast.resident)
    for number in range(45):
        make_post(thread, author=cast.neighbour, body=f"Post {number:02}.")
    drain()
    client, seen, address = client_of(cast.resident), [], LIST

    while address:
        response = client.get(address)
        seen += [row.post.body for row, _readable in response.context["rows"]]
        address = response.context["older_url"] and LIST + response.context["older_url"]

    assert seen == [f"Post {number:02}." for number in reversed(range(45))]


@pytest.mark.parametrize("before", ["x", "-1", "1" * 30, "²", "1.5", "0"])
def test_notification_list_survives_any_token(cast, told, client_of, before):
    response = client_of(cast.resident).get(LIST, {"before": before})

    assert response.status_code == 200


def test_notification_list_costs_the_same_for_few_and_for_many(
    cast, told, client_of, django_assert_num_queries
):
    client = client_of(cast.resident)
    client.get(LIST)
    # session, person; what was told, readable posts and questions, count of new
    with django_assert_num_queries(6):
        client.get(LIST)
    thread = make_thread(cast.community, author=cast.resident)
    for _ in range(15):
        make_post(thread)
    drain()

    with django_assert_num_queries(6):
        client.get(LIST)


def test_mark_read_marks_what_the_list_showed_and_no_more(cast, told, client_of):
    client = client_of(cast.resident)

    response = client.post("/notifications/read/", {"through": told[1].pk})

    assert response.url == LIST
    unread = Delivery.objects.filter(user=cast.resident, read_at=None).order_by("pk")
    assert list(unread) == told[2:]
    assert client.get("/notifications/read/").status_code == 405


@pytest.mark.parametrize("through", ["", "x", "-1", "9" * 40])
def test_mark_read_survives_any_value(cast, told, client_of, through):
    response = client_of(cast.resident).post("/notifications/read/", {"through": through})

    assert response.status_code == 302
    assert not Delivery.objects.exclude(read_at=None).exists()


def test_settings_shows_what_is_chosen(cast, client_of):
    Preference.objects.create(user=cast.resident, alert_replies=False)

    response = client_of(cast.resident).get(SETTINGS)

    form = response.context["form"]
    name = f"digest_{cast.community.pk}"
    assert (form["alert_replies"].value(), form["alert_answers"].value()) == (False, True)
    assert form[name].value() == "weekly"
    assert form[name].label == "News from Millbrook neighbours"


def test_settings_saves_alerts_and_digests_and_says_so(cast, client_of):
    response = client_of(cast.resident).post(
        SETTINGS, {"alert_answers": "on", f"digest_{cast.community.pk}": "daily"}, follow=True
    )

    preference = Preference.objects.get(user=cast.resident)
    membership = Membership.objects.get(user=cast.resident)
    assert "Saved." in text_of(response)
    assert (preference.alert_replies, preference.alert_answers) == (False, True)
    assert membership.digest == "daily"
    assert ConsentEvent.objects.filter(user=cast.resident, source="site").count() == 2


def test_settings_refuses_a_frequency_that_is_not_offered(cast, client_of):
    other = make_membership(make_user(), make_community(), digest="weekly")

    response = client_of(cast.resident).post(
        SETTINGS, {f"digest_{cast.community.pk}": "hourly", f"digest_{other.community_id}": "never"}
    )

    other.refresh_from_db()
    assert response.status_code == 200
    assert "There is a problem" in text_of(response)
    assert (other.digest, ConsentEvent.objects.count()) == ("weekly", 0)


def test_settings_costs_the_same_for_few_and_for_many(cast, client_of, django_assert_num_queries):
    client = client_of(cast.resident)
    client.get(SETTINGS)
    with django_assert_num_queries(4):
        client.get(SETTINGS)
    for _ in range(5):
        make_membership(cast.resident, make_community())

    with django_assert_num_queries(4):
        client.get(SETTINGS)


@pytest.mark.parametrize("address", [LIST, SETTINGS])
def test_pages_turn_visitors_away(cast, client_of, address):
    response = client_of(cast.visitor).get(address)

    assert (response.status_code, response.url) == (302, f"/accounts/login/?next={address}")


def unsubscribe_page(user, purpose=Purpose.DIGESTS, community_id=None):
    return f"/unsubscribe/{token_for(Wish(user.pk, purpose, community_id))}/"


def frequency(user):
    return Membership.objects.get(user=user).digest


def test_unsubscribe_page_says_what_for_and_changes_nothing(cast, client_of):
    client = client_of(cast.visitor)
    address = unsubscribe_page(cast.resident, Purpose.COMMUNITY, cast.community.pk)

    response = client.get(address)
    client.head(address)

    assert response.status_code == 200
    assert "The digest of Millbrook neighbours" in text_of(response)
    assert response.content.count(b"<button") == 1
    assert "no-store" in response["Cache-Control"]
    assert (frequency(cast.resident), ConsentEvent.objects.count()) == ("weekly", 0)


@pytest.mark.parametrize(
    ("data", "source"), [({}, "link"), ({"List-Unsubscribe": "One-Click"}, "one-click")]
)
def test_unsubscribe_acts_on_post_without_signing_in(cast, data, source):
    client = Client(enforce_csrf_checks=True)

    response = client.post(unsubscribe_page(cast.resident), data)

    assert response.status_code == 200
    assert "Done: these mails stop" in text_of(response)
    assert frequency(cast.resident) == "never"
    assert frequency(cast.neighbour) == "weekly"
    assert ConsentEvent.objects.get().source == source


def test_unsubscribe_twice_is_as_good_as_once(cast, client):
    for _ in range(2):
        response = client.post(unsubscribe_page(cast.resident, Purpose.REPLIES))

    assert response.status_code == 200
    assert ConsentEvent.objects.count() == 1


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("token", ["x", "1-digests-0", "1-digests-0:abc", "%F0%9F%98%80", "a:b:c"])
def test_unsubscribe_with_a_token_nobody_signed_helps(cast, client, method, token):
    response = getattr(client, method)(f"/unsubscribe/{token}/")

    assert response.status_code == 404
    assert "It may have been cut short" in text_of(response)


def test_unsubscribe_of_somebody_who_is_gone_helps(client):
    address = f"/unsubscribe/{token_for(Wish(987654, Purpose.DIGESTS))}/"

    assert client.get(address).status_code == 404


@pytest.mark.parametrize("purpose", [Purpose.REPLIES, Purpose.ANSWERS, Purpose.DIGESTS])
def test_unsubscribe_page_exists_for_every_purpose(cast, client, purpose):
    assert client.get(unsubscribe_page(cast.resident, purpose)).status_code == 200


def test_unsubscribe_still_works_for_a_closed_account(cast, client):
    cast.resident.closed_at = timezone.now()
    cast.resident.save()

    assert client.post(unsubscribe_page(cast.resident)).status_code == 200
