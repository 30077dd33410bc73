"""Every route, asked for by every member of the cast."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse

from discussions.services import Writing, reply, set_status
from notifications.models import Mail
from questions.services import open_question
from tests.factories import (
    PASSWORD,
    make_decision,
    make_image,
    make_membership,
    make_post,
    make_question,
    make_thread,
)

SIGN_IN = "sign in"  # sent to the sign-in page, and back afterwards
ROLES = [
    "visitor",
    "outsider",
    "resident",
    "neighbour",
    "councillor",
    "ambassador",
    "moderator",
    "admin",
]


def row(default, **others):
    return {role: others.get(role, default) for role in ROLES}


EVERYBODY = row(200)
SIGNED_IN = row(200, visitor=SIGN_IN)
WRITERS = row(200, visitor=SIGN_IN, outsider=302, moderator=302, admin=302)  # others: to the door
WRITERS_ALONE = row(200, visitor=SIGN_IN, outsider=403, moderator=403, admin=403)
# nothing is similar to no title
NOTHING_TYPED = row(204, visitor=SIGN_IN, outsider=403, moderator=403, admin=403)
# whoever was asked to sign in before an act comes back to the thing, and nothing is done
BACK_TO_IT = row(302, visitor=SIGN_IN)
NO_OFFICE = dict.fromkeys(("outsider", "resident", "neighbour"), 403)
KEEPERS = row(403, visitor=SIGN_IN, ambassador=200, moderator=200, admin=200)
KEEPERS_BACK = row(403, visitor=SIGN_IN, ambassador=302, moderator=302, admin=302)
POST_ONLY = row(405, visitor=SIGN_IN)
REDIRECT = row(302)
# Pages that a signed-in person has no use for send them home.
ENTRANCE = row(302, visitor=200)

# Route, what it is asked with, and what each member of the cast gets for a GET.
MATRIX = {
    "healthz": ([], EVERYBODY),
    "readyz": ([], row(503)),
    "home": ([], EVERYBODY),
    "place-list": ([], EVERYBODY),
    "places-map": ([], EVERYBODY),
    "theme-file": (["name"], row(404)),
    "place-detail": (["ward"], EVERYBODY),
    "mine": ([], SIGNED_IN),
    "search": ([], EVERYBODY),
    "about": ([], EVERYBODY),
    "about-design": ([], EVERYBODY),
    "about-rules": ([], EVERYBODY),
    "about-moderation": ([], EVERYBODY),
    "about-promises": ([], EVERYBODY),
    "about-councillors": ([], EVERYBODY),
    "about-ambassadors": ([], EVERYBODY),
    "about-pictures": ([], EVERYBODY),
    "about-privacy": ([], EVERYBODY),
    "about-cookies": ([], EVERYBODY),
    "about-accessibility": ([], EVERYBODY),
    "about-barrier": ([], EVERYBODY),
    "about-barrier-done": ([], EVERYBODY),
    "robots": ([], EVERYBODY),
    "sitemap": ([], EVERYBODY),
    "sitemap-part": (["part", "zero"], EVERYBODY),
    "manifest": ([], EVERYBODY),
    "worker": ([], EVERYBODY),
    "offline": ([], EVERYBODY),
    "accounts:address-change-stop": (["token"], EVERYBODY),
    "accounts:profile-edit": ([], SIGNED_IN),
    # without words that wait it leads to one's own page
    "accounts:sent-again": ([], BACK_TO_IT),
    "communities:community-list": ([], EVERYBODY),
    "communities:proposal-create": ([], SIGNED_IN),
    "communities:proposal-list": ([], SIGNED_IN),
    "communities:community-join": (
        ["community"],
        row(302, visitor=SIGN_IN, outsider=200, moderator=200, admin=200),
    ),
    "communities:community-leave": (["community"], SIGNED_IN),
    "communities:community-order": (["community"], BACK_TO_IT),
    "communities:rules-accept": (["community"], BACK_TO_IT),
    "discussions:community-detail": (["community"], EVERYBODY),
    "discussions:community-tags": (["community"], EVERYBODY),
    "discussions:thread-create": (["community"], WRITERS),
    "discussions:community-people": (["community"], WRITERS_ALONE),
    "discussions:thread-similar": (["community"], NOTHING_TYPED),
    "discussions:community-feed": (["community"], EVERYBODY),
    "discussions:thread-feed": (["thread"], EVERYBODY),
    "discussions:tag-feed": (["tag"], EVERYBODY),
    "discussions:act-list": (["community"], EVERYBODY),
    "discussions:outcome-write": (["thread"], row(200, visitor=SIGN_IN, **NO_OFFICE)),
    "discussions:thread-redirect": (["thread"], REDIRECT),
    "discussions:thread-detail": (["thread", "thread-slug"], EVERYBODY),
    "discussions:post-create": (["thread"], WRITERS),
    "discussions:thread-people": (["thread"], WRITERS_ALONE),
    "discussions:thread-follow": (["thread"], BACK_TO_IT),
    "discussions:thread-fresh": (["thread"], row(404)),  # without a number there is nothing new
    "discussions:post-detail": (["post"], REDIRECT),
    "discussions:post-words": (["post"], REDIRECT),
    "discussions:post-more": (["post"], SIGNED_IN),
    "discussions:post-keep": (["post"], BACK_TO_IT),
    "discussions:post-thank": (["post"], BACK_TO_IT),
    # written by the neighbour
    "discussions:post-edit": (["post"], row(403, visitor=SIGN_IN, neighbour=200)),
    "discussions:post-withdraw": (["post"], row(403, visitor=SIGN_IN, neighbour=200)),
    "discussions:post-history": (["post"], EVERYBODY),
    "image": (["picture"], EVERYBODY),
    "image-small": (["picture"], EVERYBODY),
    "discussions:tag-detail": (["tag"], EVERYBODY),
    "discussions:person-detail": (["person"], EVERYBODY),
    "discussions:person-ignore": (["person"], BACK_TO_IT),
    "discussions:ignored-list": ([], SIGNED_IN),
    "discussions:draft-throw-away": (["zero"], BACK_TO_IT),
    "councillors:councillor-list": ([], EVERYBODY),
    "councillor-detail": (["councillor"], EVERYBODY),
    "questions:question-ask": (["councillor"], SIGNED_IN),
    "questions:councillor-feed": (["councillor"], EVERYBODY),
    "questions:question-list": ([], EVERYBODY),
    # sent in by the resident: theirs and the staff's, and unknown to everybody else
    "questions:question-receipt": (
        ["sent"],
        row(404, visitor=SIGN_IN, resident=200, moderator=200, admin=200),
    ),
    # a GET of an act shows the question
    "questions:question-want": (["question"], REDIRECT),
    "questions:question-acknowledge": (["question"], REDIRECT),
    "questions:question-answer": (["question"], REDIRECT),
    "questions:question-people": (["question"], row(403, visitor=SIGN_IN, councillor=200)),
    "questions:question-detail": (["question", "question-slug"], EVERYBODY),
    "moderation:desk": (["community"], KEEPERS),
    "moderation:desk-settings": (["community", "rules"], KEEPERS),
    "moderation:desk-thread": (["community", "thread"], KEEPERS),
    # a GET of an act shows the desk
    "moderation:desk-held": (["community", "post"], KEEPERS_BACK),
    "moderation:desk-welcome": (["community", "person"], KEEPERS_BACK),
    "moderation:log": ([], EVERYBODY),
    "moderation:report-create": (["post"], EVERYBODY),
    "moderation:report-done": (["post"], EVERYBODY),
    # about a post of the resident
    "moderation:decision-detail": (
        ["decision"],
        row(404, visitor=SIGN_IN, resident=200, moderator=200, admin=200),
    ),
    "moderation:appeal-create": (
        ["decision"],
        row(404, visitor=SIGN_IN, resident=200, moderator=403, admin=403),
    ),
    "notifications:notification-list": ([], SIGNED_IN),
    "notifications:notifications-mark-read": ([], POST_ONLY),
    "notifications:settings": ([], SIGNED_IN),
    "notifications:unsubscribe": (["token"], row(404)),
    "records:data": ([], SIGNED_IN),
    "records:data-download": ([], POST_ONLY),
    "records:account-close": ([], SIGNED_IN),
    # only a demonstration shows its mail
    "demo-mail-list": ([], row(404)),
    "demo-mail-detail": (["name"], row(404)),
    "demo-mail-html": (["name"], row(404)),
    # the sign-in library's
    "accounts:sign-in-link-ask": ([], ENTRANCE),
    "accounts:sign-in-link-sent": ([], EVERYBODY),
    "accounts:sign-in-link": (["token"], EVERYBODY),
    "account_login": ([], ENTRANCE),
    "account_signup": ([], ENTRANCE),
    "account_logout": ([], row(200, visitor=302)),
    "account_inactive": ([], EVERYBODY),
    "account_reauthenticate": ([], SIGNED_IN),
    "account_email": ([], SIGNED_IN),
    "account_email_verification_sent": ([], EVERYBODY),
    "account_change_password": ([], SIGNED_IN),
    "account_set_password": ([], row(302, visitor=SIGN_IN)),
    "account_reset_password": ([], EVERYBODY),
    "account_confirm_login_code": ([], row(302, visitor=SIGN_IN)),
    "account_confirm_email": (["token"], EVERYBODY),
    "account_reset_password_from_key_done": ([], EVERYBODY),
    "account_reset_password_from_key": (["uid", "token"], EVERYBODY),
    "account_reset_password_done": ([], EVERYBODY),
}


def routes(resolver=None, namespace=""):
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            yield from routes(pattern, pattern.namespace or namespace)
        elif isinstance(pattern, URLPattern):
            yield f"{namespace}:{pattern.name}" if namespace else pattern.name


@pytest.fixture
def things(cast, settings):
    settings.DEMONSTRATION = False
    thread = make_thread(cast.community, author=cast.neighbour, tags=["weir"])
    decided = make_thread(cast.community, author=cast.resident).posts.get()
    decision = make_decision(decided, verb="hide", rule="other", reason="Test.", by=cast.admin)
    set_status(decided, "hidden", by=cast.admin)
    question = open_question(make_question(seat=cast.seat), by=cast.moderator)
    pictured = make_post(thread, author=cast.resident, pictures=[make_image(cast.resident)])
    return {
        "ward": cast.ward.code,
        "community": cast.community.slug,
        "rules": "rules",
        "thread": thread.pk,
        "thread-slug": thread.slug,
        "post": thread.posts.get(number=1).pk,
        "picture": pictured.images.get().pk,
        "tag": "weir",
        "person": cast.resident.pk,
        "councillor": "anne-reed",
        "sent": make_question(seat=cast.seat, author=cast.resident).pk,
        "question": question.thread.pk,
        "question-slug": question.thread.slug,
        "decision": decision.pk,
        "token": "made-up",
        "uid": "1",
        "name": "made-up.eml",
        "part": "threads",
        "zero": 0,
    }


def test_matrix_names_every_route():
    ours = {name for name in routes() if not name.startswith("admin:") and name != "None"}

    assert ours == set(MATRIX)


@pytest.mark.parametrize("role", ROLES)
def test_route_answers_each_of_the_cast(cast, things, client_of, role):
    client = client_of(getattr(cast, role))
    answers = {}

    for name, (arguments, _expected) in MATRIX.items():
        response = client.get(reverse(name, args=[things[key] for key in arguments]))
        to_sign_in = response.status_code == 302 and response.url.startswith("/accounts/login/")
        answers[name] = SIGN_IN if to_sign_in else response.status_code

    assert answers == {name: expected[role] for name, (_arguments, expected) in MATRIX.items()}


@pytest.mark.parametrize("role", ["visitor", "resident", "ambassador", "councillor"])
def test_admin_is_closed_to_all_but_staff(cast, client_of, role):
    client = client_of(getattr(cast, role))
    names = {f"admin:{name.partition(':')[2]}" for name in routes() if name.startswith("admin:")}

    opened = []
    for name in names:
        for arguments in ([], [1], ["accounts"]):
            try:
                address = reverse(name, args=arguments)
            except NoReverseMatch:  # the route takes other arguments
                continue
            if client.get(address).status_code == 200 and "jsi18n" not in address:
                opened.append(address)

    assert opened == []


@pytest.mark.parametrize("path", ["reply", "follow"])
def test_acts_without_a_token_are_refused(cast, things, path):
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.resident)

    response = client.post(f"/discussions/{things['thread']}/{path}/", {"body": "Hi.", "mode": ""})

    assert response.status_code == 403


@pytest.mark.parametrize("role", ROLES)
def test_reading_writes_nothing_but_ones_own_mark(cast, things, client_of, role):
    client = client_of(getattr(cast, role))

    with CaptureQueriesContext(connection) as captured:
        for name, (arguments, expected) in MATRIX.items():
            if expected[role] == 200:
                client.get(reverse(name, args=[things[key] for key in arguments]))

    writes = [q["sql"] for q in captured if q["sql"].split()[0] in {"INSERT", "UPDATE", "DELETE"}]
    others = [sql for sql in writes if "discussions_visit" not in sql]
    assert [sql for sql in others if "django_session" not in sql] == []
    assert role != "visitor" or writes == []


# The same for everybody: files, and what describes the site to a device.
SAME_FOR_ALL = {"manifest", "image", "image-small"}


@pytest.mark.parametrize("role", [role for role in ROLES if role != "visitor"])
def test_page_of_somebody_signed_in_is_kept_by_no_cache(cast, things, client_of, role):
    client = client_of(getattr(cast, role))
    addresses = {
        name: reverse(name, args=[things[key] for key in arguments])
        for name, (arguments, _expected) in MATRIX.items()
        if name not in SAME_FOR_ALL
    }
    addresses |= {"desk": "/admin/", "nowhere": "/mine/x.css", "welsh": "/cy/mine/"}

    answers = {name: client.get(address) for name, address in addresses.items()}

    kept = {name: answer.get("Cache-Control") for name, answer in answers.items()}
    assert {name for name, how in kept.items() if "no-store" not in (how or "")} == set()


def test_page_that_holds_a_token_is_kept_by_no_cache(cast, things, client_of):
    client = client_of(None)
    holding = set()

    for name, (arguments, _expected) in MATRIX.items():
        response = client.get(reverse(name, args=[things[key] for key in arguments]))
        if b"csrfmiddlewaretoken" in response.getvalue() or response.cookies:
            holding.add(name)
            assert "no-store" in response["Cache-Control"], name
            assert "public" not in response["Cache-Control"], name

    assert {"account_login", "account_signup", "moderation:report-create"} <= holding


def test_what_was_sent_and_what_signs_in_or_out_is_kept_by_no_cache(cast, things, client):
    details = {"login": cast.resident.email, "password": PASSWORD}

    answers = [
        client.post(reverse("account_login"), {**details, "password": "wrong"}),
        client.post(reverse("account_login"), details),
        client.post(reverse("accounts:profile-edit"), {}),
        client.post(reverse("account_logout")),
    ]

    assert [answer["Cache-Control"] for answer in answers] == ["no-store, private"] * 4


def test_private_words_are_on_no_page(cast, things, client_of):
    secrets = [cast.resident.email.encode(), b"Private subject"]
    Mail.objects.create(
        to=cast.resident.email, queue="account", subject="Private subject", user=cast.resident
    )
    make_membership(cast.outsider, cast.community)
    reply(
        cast.community.threads.get(pk=things["thread"]),
        by=cast.resident,
        writing=Writing("Hello."),
    )

    for role in ("visitor", "outsider", "neighbour", "councillor", "ambassador"):
        client = client_of(getattr(cast, role))
        for name, (arguments, _expected) in MATRIX.items():
            response = client.get(reverse(name, args=[things[key] for key in arguments]))
            assert not any(secret in response.getvalue() for secret in secrets), (role, name)
