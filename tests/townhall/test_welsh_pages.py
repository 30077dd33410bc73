"""Every page that can be read under /cy/, by some of the cast: nothing of it is English."""

import re
from datetime import date, datetime

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from communities.models import Area
from discussions.models import Post, Thread
from questions.clock import bank_holidays, local_name
from questions.models import Question
from questions.services import open_question
from tests.factories import make_area, make_postcode, make_question, make_thread, make_user
from tests.test_access import MATRIX, things  # noqa: F401 (a fixture)
from tests.welsh import Words, english_in, written

WHOLE = re.compile(rb"<html|<feed")


def english_on(response):
    page = Words(response.content.decode())
    assert page.language == "cy"
    assert page.found
    return english_in(page.found, written())


@pytest.mark.parametrize("role", ["visitor", "outsider", "resident", "councillor", "ambassador"])
def test_pages_are_welsh_for(cast, things, client_of, role):  # noqa: F811
    client = client_of(getattr(cast, role))
    seen, english = 0, {}

    with translation.override("cy"):
        for name, (arguments, expected) in MATRIX.items():
            address = reverse(name, args=[things[key] for key in arguments])
            if expected[role] == 200 and address.startswith("/cy/"):
                response = client.get(address)
                assert response.status_code == 200, name
                if not WHOLE.search(response.content):
                    continue  # not a page; its words are looked at where it is made
                seen += 1
                if left := english_on(response):
                    english[name] = left

    assert english == {}
    assert seen > 25


def test_english_is_found_where_there_is_some(cast, client):
    page = Words(client.get("/communities/").content.decode())

    left = english_in(page.found, written())

    assert page.language == "en-gb"
    for text in ("Skip to the main content", "Find a community", "4 members · 0 threads", "Main"):
        assert text in left, text
    assert "Millbrook neighbours" in page.found
    assert "Millbrook neighbours" not in left


@pytest.mark.parametrize(
    "address",
    [
        "/cy/",
        "/cy/?postcode=nowhere",
        "/cy/?postcode=NM4+2AB",
        "/cy/?postcode=NM4",
        "/cy/communities/",
        "/cy/communities/?q=xyzzy",
        "/cy/councillors/",
        "/cy/councillors/?q=xyzzy",
        "/cy/questions/",
        "/cy/questions/?state=overdue",
        "/cy/questions/?state=answered",
        "/cy/questions/?state=all",
        "/cy/search/?q=xyzzy",
        "/cy/tags/xyzzy/",
        "/cy/no-such-page/",
    ],
)
def test_pages_without_anything_on_them_are_welsh(db, client, address):
    response = client.get(address)

    assert response.status_code in {200, 404}
    assert english_on(response) == []


def test_postcodes_in_one_ward_and_in_two_are_answered_in_welsh(cast, client):
    other = make_area(name="Xyzzy")
    make_postcode("NM4 2AB", cast.ward, other)
    make_postcode("NM4 2AD", other)

    for typed in ("NM4 2AB", "NM4 2", "NM4 9ZZ"):
        assert english_on(client.get("/cy/", {"postcode": typed})) == []


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("account_signup", {}),
        (
            "account_signup",
            {"public_name": "Cllr ???", "email": "no address", "password1": "password"},
        ),
        ("account_signup", {"public_name": "Mo\0", "email": "m" * 300, "password1": "12345678"}),
        ("account_login", {}),
        ("account_login", {"login": "no address", "password": "x"}),
        ("account_login", {"login": "mo@example.org", "password": "wrong wrong wrong"}),
        ("account_reset_password", {"email": "no address"}),
    ],
)
def test_forms_of_visitors_refuse_in_welsh(db, client, name, typed):
    make_user(email="mo@example.org")

    with translation.override("cy"):
        response = client.post(reverse(name), typed)

    assert response.status_code == 200
    assert 'class="summary"' in response.content.decode()
    assert english_on(response) == []


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("accounts:profile-edit", {"public_name": "x" * 61, "language": "fr"}),
        ("account_change_password", {"oldpassword": "no", "password1": "a", "password2": "b"}),
        ("account_email", {"email": "resident@", "action_add": ""}),
        ("records:account-close", {"password": "wrong"}),
        ("notifications:settings", {"digest_1": "hourly"}),
        ("discussions:post-create", {"body": ""}),
        ("discussions:thread-create", {"title": "x" * 500, "new_tags": "y" * 50}),
        ("questions:question-ask", {"title": "", "text": "", "to": "xyzzy"}),
        ("moderation:report-create", {"rule": "other", "text": ""}),
        ("moderation:appeal-create", {"text": ""}),
    ],
)
def test_forms_of_members_refuse_in_welsh(cast, things, client_of, name, typed):  # noqa: F811
    arguments, _expected = MATRIX[name]

    with translation.override("cy"):
        address = reverse(name, args=[things[key] for key in arguments])
        response = client_of(cast.resident).post(address, typed)

    assert response.status_code == 200
    assert 'class="summary"' in response.content.decode()
    assert english_on(response) == []


def test_what_was_done_is_said_in_welsh(cast, things, client_of):  # noqa: F811
    client = client_of(cast.resident)
    with translation.override("cy"):
        acts = [
            (reverse("accounts:profile-edit"), {"public_name": "Mo", "language": "cy"}),
            (reverse("communities:community-leave", args=[cast.community.slug]), {}),
            (reverse("communities:community-join", args=[cast.community.slug]), {"rules": "on"}),
            (reverse("discussions:thread-follow", args=[things["thread"]]), {"mode": "mute"}),
            (reverse("questions:question-want", args=[things["question"]]), {}),
            (reverse("notifications:settings"), {"alert_replies": "on"}),
            (reverse("account_logout"), {}),
        ]

    said = []
    for address, typed in acts:
        response = client.post(address, typed, follow=True)
        assert english_on(response) == []
        said += [str(message) for message in response.context["messages"]]

    assert len(said) >= 5
    assert english_in(said, written()) == []


def test_days_and_months_are_welsh(cast, client):
    make_thread(cast.community)
    july = timezone.make_aware(datetime(2024, 7, 2, 12))
    Post.objects.update(created_at=july, published_at=july)
    Thread.objects.update(last_post_at=july)
    question = open_question(make_question(seat=cast.seat), by=cast.moderator)
    Question.objects.filter(pk=question.pk).update(
        opened_on=date(2024, 12, 19), due_on=date(2025, 1, 7)
    )

    with translation.override("cy"):
        thread = client.get(Thread.objects.first().get_absolute_url()).content.decode()
        community = client.get(cast.community.get_absolute_url()).content.decode()
        asked = client.get(question.get_absolute_url()).content.decode()

    assert "2 Gorffennaf 2024, 12:00" in thread
    assert "2 Gorffennaf 2024" in community
    assert "dydd Mawrth 7 Ionawr 2025" in asked
    assert "dydd Mercher 25 Rhagfyr 2024" in asked
    for name in ("Dydd Nadolig", "Gŵyl San Steffan", "Dydd Calan"):
        assert f"({name})" in asked


def test_areas_have_their_welsh_names_where_there_are_any(cast, client):
    Area.objects.filter(pk=cast.ward.pk).update(name_cy="Nantyfelin")
    around = make_area(kind="division", name="Mill and Moor", name_cy="Y Felin a'r Waun")
    make_postcode("NM4 2AB", cast.ward, around)
    inside = make_area(name="Mill Lane", name_cy="Lôn y Felin", kind="locality", parent=cast.ward)
    address = f"/places/{cast.ward.code}/"

    english = client.get(address).content.decode()
    welsh = client.get(f"/cy{address}").content.decode()
    listed = client.get("/cy/councillors/").content.decode()

    for area, name in (
        (cast.ward, "Nantyfelin"),
        (around, "Y Felin a&#x27;r Waun"),
        (inside, "Lôn y Felin"),
    ):
        assert name in welsh
        assert area.name not in welsh.replace("Millbrook neighbours", "")
        assert area.name in english
        assert name not in english
    assert "Northmoor" in welsh
    assert "Nantyfelin" in listed


@pytest.mark.parametrize(
    ("prefix", "written_in", "marked"),
    [("", "en", False), ("", "cy", True), ("/cy", "en", True), ("/cy", "cy", False)],
)
def test_posts_are_marked_where_the_page_is_in_another_language(
    cast, client, prefix, written_in, marked
):
    thread = make_thread(cast.community)
    Post.objects.update(language=written_in)

    html = client.get(prefix + thread.get_absolute_url()).content.decode()

    assert (f'<div class="body" lang="{written_in}">' in html) is marked


@pytest.mark.parametrize(("nation", "least"), [("ENG", 8), ("WLS", 8), ("SCT", 9), ("NIR", 10)])
def test_bank_holidays_have_welsh_names(nation, least):
    names = {name for year in range(2009, 2041) for name in bank_holidays(nation, year).values()}

    with translation.override("cy"):
        same = {
            name for name in names if local_name(name) == name or "observed" in local_name(name)
        }

    assert same == set()
    assert len(names) >= least
    assert {local_name(name) for name in names} == names  # in English, as the library has them
