import pytest
from django.urls import reverse

from moderation import services
from moderation.models import Appeal
from tests.factories import make_post, make_report, make_thread

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
def decision(cast):
    post = make_post(make_thread(cast.community), author=cast.resident, body="Heron.")
    make_report(post, reporter=cast.neighbour, text="Bittern.")
    return services.decide(post, by=cast.moderator, verb="hide", rule="abuse", reason="An insult.")


@pytest.fixture
def appeal_address(decision):
    return reverse("moderation:appeal-create", args=[decision.pk])


@pytest.mark.parametrize("name", CAST)
def test_decision_page_is_for_the_author_and_staff(cast, client_of, decision, name):
    response = client_of(getattr(cast, name)).get(decision.get_absolute_url())

    html = response.content.decode()
    if name in {"resident", "moderator", "admin"}:
        assert response.status_code == 200
        assert [part in html for part in ("hidden", "Abuse", "An insult.", "Heron.")] == [True] * 4
        assert [part in html for part in ("Neighbour", "Bittern")] == [False] * 2
    else:
        assert response.status_code == (302 if name == "visitor" else 404)


def test_decision_page_of_the_author_names_no_moderator_and_offers_an_appeal(
    cast, client_of, decision, appeal_address
):
    html = client_of(cast.resident).get(decision.get_absolute_url()).content.decode()

    assert appeal_address in html
    assert "Whitlock" not in html


def test_decision_page_of_staff_offers_no_appeal(cast, client_of, decision, appeal_address):
    html = client_of(cast.moderator).get(decision.get_absolute_url()).content.decode()

    assert "An insult." in html
    assert appeal_address not in html


def test_decision_page_tells_the_outcome_of_the_appeal(cast, client_of, decision):
    appeal = services.appeal(decision, by=cast.resident, text="A quotation.")
    client = client_of(cast.resident)
    before = client.get(decision.get_absolute_url()).content.decode()
    services.decide_appeal(appeal, by=cast.admin, outcome="upheld", reason="Quoted to insult.")

    after = client.get(decision.get_absolute_url()).content.decode()

    assert "within two days" in before
    assert "The decision stands." in after
    assert "Quoted to insult." in after


@pytest.mark.parametrize("name", CAST)
def test_appeal_page_is_for_the_author(cast, client_of, appeal_address, name):
    status = {"visitor": 302, "resident": 200, "moderator": 403, "admin": 403}

    response = client_of(getattr(cast, name)).get(appeal_address)

    assert response.status_code == status.get(name, 404)


def test_appeal_is_kept_and_the_author_sees_it(cast, client_of, decision, appeal_address):
    response = client_of(cast.resident).post(appeal_address, {"text": "A quotation."}, follow=True)

    assert response.redirect_chain == [(decision.get_absolute_url(), 302)]
    assert Appeal.objects.get().text == "A quotation."
    assert "Somebody else will look at it within two days." in response.content.decode()


def test_appeal_without_words_is_asked_for_them(cast, client_of, appeal_address):
    response = client_of(cast.resident).post(appeal_address, {"text": " "})

    assert "This field is required." in response.content.decode()
    assert not Appeal.objects.exists()


def test_appeal_a_second_time_is_refused(cast, client_of, appeal_address):
    client = client_of(cast.resident)
    client.post(appeal_address, {"text": "A quotation."})

    response = client.post(appeal_address, {"text": "Really."})

    assert response.status_code == 403
    assert "nothing to appeal against" in response.content.decode()
