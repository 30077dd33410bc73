"""Whatever a person or a program sends: a page, a redirect or a refusal that helps, no failure."""

from urllib.parse import urlencode

import pytest
from django.urls import reverse

from tests.factories import PASSWORD, make_post, make_thread

HOSTILE = [
    "\x00",
    "a\x00b",
    "\ud800",
    "é" * 300,
    "𝒯𝑜𝓌𝓃 😀 \u202e txt \ufeff",
    "'\"><script>alert(1)</script>",
    "%s %(x)s {0} {{ x }} {% x %}",
    "-1",
    "9" * 400,
    "1e309",
    "../../etc/passwd",
    "\r\nX-Header: x",
    "x" * 100_000,
]
FORM = "application/x-www-form-urlencoded"
PAGES = ["/", "/search/", "/communities/", "/questions/", "/councillors/", "/moderation/log/"]


def encoded(names, text):
    return urlencode(dict.fromkeys(names, text), errors="surrogatepass")


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("path", PAGES)
def test_query_strings_never_fail(cast, client, path, text):
    fields = ["q", "postcode", "page", "after", "state", "body"]

    response = client.get(path, QUERY_STRING=encoded(fields, text))

    assert response.status_code < 500
    assert b"<script>alert" not in response.content


@pytest.mark.parametrize("text", HOSTILE)
def test_forms_never_fail(cast, client_of, text):
    thread = make_thread(cast.community)
    client = client_of(cast.resident)
    addresses = [
        reverse("discussions:thread-create", args=[cast.community.slug]),
        reverse("discussions:post-create", args=[thread.pk]),
        reverse("discussions:thread-follow", args=[thread.pk]),
        reverse("discussions:post-edit", args=[make_post(thread, author=cast.resident).pk]),
        reverse("communities:community-join", args=[cast.community.slug]),
        reverse("questions:question-ask", args=["anne-reed"]),
        reverse("moderation:report-create", args=[thread.posts.get(number=1).pk]),
        reverse("accounts:profile-edit"),
        reverse("notifications:settings"),
        reverse("about-barrier"),
    ]
    names = [
        "title",
        "body",
        "text",
        "tags",
        "new_tags",
        "capacity",
        "submit_key",
        "reply_to",
        "mode",
        "digest",
        "rules",
        "rule",
        "email",
        "public_name",
        "language",
        "to",
        "where",
        "problem",
        "edition",
        "picture",
        "new_words",
        "uses",
    ]

    for address in addresses:
        response = client.post(address, encoded(names, text), content_type=FORM)

        assert response.status_code < 500, address
        assert b"<script>alert" not in response.content


@pytest.mark.parametrize("text", HOSTILE)
def test_sign_up_never_fails(db, client, text):
    names = encoded(["public_name", "password1"], text)

    for email in (encoded(["email"], text), "email=kay@example.org"):
        response = client.post(reverse("account_signup"), f"{names}&{email}", content_type=FORM)

        assert response.status_code < 500


@pytest.mark.parametrize("path", ["posts", "discussions", "people", "moderation/report"])
@pytest.mark.parametrize("number", ["0", "9" * 30, "-1", "x"])
def test_made_up_numbers_are_not_found(db, client, path, number):
    assert client.get(f"/{path}/{number}/").status_code == 404


def test_a_megabyte_in_a_reply_is_refused_beside_the_field(cast, client_of):
    thread = make_thread(cast.community)

    response = client_of(cast.resident).post(
        reverse("discussions:post-create", args=[thread.pk]), {"body": "x" * 1_000_000}
    )

    assert response.status_code == 200
    assert "at most 20000 characters" in response.content.decode()


def test_text_that_takes_too_long_is_refused_with_a_reason_and_kept(cast, client_of):
    thread = make_thread(cast.community)

    response = client_of(cast.resident).post(
        reverse("discussions:post-create", args=[thread.pk]), {"body": "[a](b) " * 600}
    )

    page = response.content.decode()
    assert "Your text has 1200 square brackets: too many for one post." in page
    assert page.count("[a](b)") == 600
    assert thread.posts.count() == 1


@pytest.mark.parametrize("wanted", ["word", "home", "a.b", "//evil.example", "/\\evil.example"])
@pytest.mark.parametrize("wanted_by", ["account_login", "account_logout", "account_reauthenticate"])
def test_next_page_that_is_no_path_is_passed_over(cast, client, wanted_by, wanted):
    if wanted_by != "account_login":
        client.force_login(cast.resident)

    response = client.post(
        f"{reverse(wanted_by)}?{urlencode({'next': wanted})}",
        {"login": cast.resident.email, "password": PASSWORD, "next": wanted},
    )

    home = {"account_logout": "/"}.get(wanted_by, "/mine/")
    assert (response.status_code, response.url) == (302, home)
