import pytest
from django.urls import reverse

from moderation import services
from moderation.models import Report, Rule
from tests.factories import make_post, make_thread

CAST = [
    "visitor",
    "resident",
    "neighbour",
    "outsider",
    "councillor",
    "ambassador",
    "moderator",
    "admin",
]


@pytest.fixture
def post(cast):
    thread = make_thread(cast.community, author=cast.neighbour, title="Crossing by the school")
    return make_post(thread, author=cast.resident, body="The **heron** is back.")


@pytest.fixture
def address(post):
    return reverse("moderation:report-create", args=[post.pk])


@pytest.mark.parametrize("name", CAST)
def test_report_page_shows_the_post_to_everybody(cast, client_of, address, name):
    response = client_of(getattr(cast, name)).get(address)

    html = response.content.decode()
    assert response.status_code == 200
    assert "The <strong>heron</strong> is back." in html
    assert [label for label in Rule.labels if str(label) not in html] == []


@pytest.mark.parametrize("name", CAST)
def test_report_page_of_a_members_community(cast, client_of, address, name):
    cast.community.visibility = "members"
    cast.community.save()

    response = client_of(getattr(cast, name)).get(address)

    assert response.status_code == (404 if name in {"visitor", "outsider"} else 200)


@pytest.mark.parametrize("name", CAST)
def test_report_is_kept_whoever_sends_it(cast, client_of, address, name):
    person = getattr(cast, name)

    response = client_of(person).post(address, {"rule": "abuse", "text": "Rude."}, follow=True)

    report = Report.objects.get()
    assert (report.reporter, report.rule, report.text) == (person, "abuse", "Rude.")
    assert response.redirect_chain == [(f"{address}done/", 302)]
    assert "within two days" in response.content.decode()


def test_report_page_asks_only_visitors_for_an_address(cast, client_of, address):
    asked = [
        'name="email"' in client_of(person).get(address).content.decode()
        for person in (None, cast.outsider)
    ]

    assert asked == [True, False]


def test_report_of_a_visitor_keeps_their_address(client, address):
    client.post(address, {"rule": "spam", "email": "a@example.org"})

    assert Report.objects.get().email == "a@example.org"


def test_report_twice_is_told_kindly(cast, client_of, address):
    client = client_of(cast.outsider)
    client.post(address, {"rule": "abuse"})

    response = client.post(address, {"rule": "spam"}, follow=True)

    assert "You have reported this post before." in response.content.decode()
    assert Report.objects.get().rule == "abuse"


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"text": "Rude."}, "This field is required."),
        ({"rule": "unheard-of"}, "is not one of the available choices"),
        ({"rule": "other"}, "Say in a few words what is wrong."),
        ({"rule": "spam", "email": "nonsense"}, "Enter a valid email address."),
        ({"rule": "spam", "text": "a" * 2001}, "at most 2000 characters"),
        ({"rule": "spam", "text": "a\x00"}, "Null characters are not allowed."),
    ],
)
def test_report_that_is_wrong_says_so(client, address, sent, words):
    response = client.post(address, sent)

    assert response.status_code == 200
    assert words in response.content.decode()
    assert not Report.objects.exists()


@pytest.mark.parametrize(("name", "status"), [("outsider", 404), ("resident", 403), ("admin", 403)])
def test_report_page_of_a_hidden_post(cast, client_of, post, address, name, status):
    services.decide(post, by=cast.moderator, verb="hide", rule="abuse", reason="Rude.")

    response = client_of(getattr(cast, name)).get(address)

    assert response.status_code == status


def test_report_page_of_no_post_is_not_found(client, db):
    addresses = [reverse("moderation:report-create", args=[pk]) for pk in (0, 2**63, 10**40)]

    assert [client.get(address).status_code for address in addresses] == [404, 404, 404]


def test_report_done_page_of_a_thread_one_cannot_see_is_not_found(cast, client, address):
    cast.community.visibility = "members"
    cast.community.save()

    assert client.get(f"{address}done/").status_code == 404


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_report_page_refuses_other_methods(client, address, method):
    assert getattr(client, method)(address).status_code == 405


def test_report_from_where_many_came_waits_and_loses_no_words(client, address, settings):
    settings.LIMITS = {**settings.LIMITS, "report_block": "1/h"}
    client.post(address, {"rule": "abuse", "text": "Rude."})

    refused = client.post(address, {"rule": "spam", "text": "An advertisement."})

    assert Report.objects.count() == 1
    assert "Many people did this from where you are" in refused.content.decode()
    assert "An advertisement." in refused.content.decode()
