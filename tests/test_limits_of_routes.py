"""Everything that can be sent has a limit of its own, or a reason to have none."""

import re
from pathlib import Path
from uuid import uuid4

import pytest
from django.apps import apps
from django.core import serializers
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from accounts.limits import parse_rates
from accounts.models import Counter, LimitCount
from discussions.models import Visit
from discussions.services import set_status
from questions.services import open_question
from tests.factories import (
    PASSWORD,
    make_community,
    make_decision,
    make_membership,
    make_question,
    make_thread,
)
from townhall.settings import LIMITS

GUIDE = Path(__file__).parent.parent / "docs" / "operate.md"
BODY = {"body": "The weir is blocked, and the county clears it in the second week of May."}
# Route: the kind that limits it, who sends what, and with which keys of the address.
LIMITED = {
    "accounts:profile-edit": (
        "settings",
        "resident",
        [],
        {"public_name": "Resident", "language": "cy"},
    ),
    "about-barrier": ("barrier", "visitor", [], {"where": "/", "problem": "No alt.", "uses": ""}),
    "communities:proposal-create": (
        "proposal",
        "resident",
        [],
        {"kind": "interest", "name": "Bees", "description": "Of bees.", "reasons": "We have many."},
    ),
    "communities:community-join": (
        "join",
        "outsider",
        ["community"],
        {"digest": "daily", "rules": "on"},
    ),
    "discussions:thread-create": (
        "thread",
        "resident",
        ["community"],
        {**BODY, "title": "Weir", "seen_similar": "yes"},
    ),
    "discussions:post-create": ("post", "resident", ["thread"], BODY),
    "discussions:post-create, to keep": ("draft", "resident", ["thread"], {**BODY, "act": "keep"}),
    "discussions:post-create, to look": (
        "preview",
        "resident",
        ["thread"],
        {**BODY, "act": "preview"},
    ),
    "discussions:post-create, to name": (
        "mention",
        "resident",
        ["thread"],
        {"body": "@Neighbour, look."},
    ),
    "discussions:post-edit": (
        "edit",
        "neighbour",
        ["post"],
        {**BODY, "title": "Other", "edition": 1},
    ),
    "discussions:thread-follow": ("follow", "resident", ["thread"], {"mode": "mute"}),
    "discussions:post-thank": ("thanks", "resident", ["post"], {}),
    "discussions:post-keep": ("bookmark", "resident", ["post"], {"note": ""}),
    "discussions:person-ignore": ("ignore", "outsider", ["person"], {"ignore": "yes"}),
    "discussions:outcome-write": ("outcome", "councillor", ["thread"], {**BODY, "seen": ""}),
    "questions:question-ask": (
        "question",
        "resident",
        ["councillor"],
        {"to": "to", "title": "When?", "text": "When is it gritted?", "send": "yes"},
    ),
    "questions:question-want": ("want", "neighbour", ["question"], {}),
    "questions:question-answer": ("answer", "councillor", ["question"], BODY),
    "moderation:desk-held": (
        "desk",
        "ambassador",
        ["holding", "held"],
        {"act": "approve", "edition": 1},
    ),
    "moderation:desk-welcome": ("desk", "ambassador", ["community", "person"], {}),
    "moderation:desk-thread": ("desk", "ambassador", ["community", "thread"], {"act": "pin"}),
    "moderation:desk-settings": (
        "desk",
        "ambassador",
        ["community", "rules"],
        {"rules": "Be kind."},
    ),
    "moderation:report-create": (
        "report",
        "resident",
        ["post"],
        {"rule": "abuse", "text": "Rude."},
    ),
    "moderation:report-create, by a visitor": (
        "report",
        "visitor",
        ["post"],
        {"rule": "abuse", "text": "Rude."},
    ),
    "moderation:appeal-create": ("appeal", "resident", ["decision"], {"text": "It was kind."}),
    "notifications:settings": ("settings", "resident", [], {"digest": "daily"}),
    "records:data-download": ("download", "resident", [], {}),
    "records:account-close": ("password_guess", "resident", [], {"password": PASSWORD}),
}
LIBRARY = "the sign-in library counts it, in the database (see accounts.counters)"
REASONS = {
    "accounts:sign-in-link-ask": "counts under whom the link goes to",
    "accounts:sign-in-link": "a key that nobody guesses, used once",
    "accounts:address-change-stop": "whoever holds the mail may stop it, at any time",
    "accounts:sent-again": "only throws away what waits in one's own session",
    "communities:community-leave": "each follows a joining, which is limited",
    "communities:community-order": "one value of one's own membership",
    "communities:rules-accept": "a number that only moves up",
    "discussions:draft-throw-away": "takes away what was limited when it was kept",
    "discussions:post-withdraw": "each follows a post, which is limited",
    "questions:question-acknowledge": "once for each question, and only by who was asked",
    "notifications:notifications-mark-read": "a mark that only moves up",
    "notifications:unsubscribe": "whoever holds the mail may stop it, at any time",
    "account_login": LIBRARY,
    "account_signup": LIBRARY,
    "account_reauthenticate": LIBRARY,
    "account_email": LIBRARY,
    "account_change_password": LIBRARY,
    "account_set_password": LIBRARY,
    "account_reset_password": LIBRARY,
    "account_reset_password_from_key": LIBRARY,
    "account_confirm_email": "a key of 64 letters that nobody guesses",
    "account_confirm_login_code": "switched off: nobody signs in by a code",
    "account_email_verification_sent": "only shows a page",
    "account_logout": "ends a session",
    "account_inactive": "only shows a page",
    "account_reset_password_done": "only shows a page",
    "account_reset_password_from_key_done": "only shows a page",
}


def patterns(resolver=None, namespace=""):
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            if pattern.app_name != "admin":  # staff, who answer for what they do
                yield from patterns(pattern, pattern.namespace or namespace)
        elif isinstance(pattern, URLPattern):
            yield f"{namespace}:{pattern.name}" if namespace else pattern.name, pattern


def takes_post(client, name, pattern):
    """Ask with a method that nothing takes; the answer says which ones there are."""
    keys = pattern.pattern.converters
    stand_ins = {
        key: {"IntConverter": 1, "UUIDConverter": uuid4()}.get(type(converter).__name__, "made-up")
        for key, converter in keys.items()
    }
    named = pattern.pattern.regex.groupindex if not keys else {}
    stand_ins |= dict.fromkeys(named, "1")
    answer = client.generic("PURGE", reverse(name, kwargs=stand_ins))
    return "POST" in answer.headers.get("Allow", "")


def test_every_route_that_takes_a_post_has_a_limit_or_a_reason(cast, client_of):
    clients = [client_of(None)]
    client_in = type(clients[0])()
    client_in.force_login(cast.admin)
    clients.append(client_in)
    found = {
        name
        for name, pattern in patterns()
        # What the library does with a method that it does not know depends on who asks.
        if name.startswith("account_")
        or any(takes_post(client, name, pattern) for client in clients)
    }

    limited = {name.partition(",")[0] for name in LIMITED}

    assert found == limited | set(REASONS)
    assert limited & set(REASONS) == set()


@pytest.fixture
def things(cast):
    thread = make_thread(cast.community, author=cast.neighbour)
    decided = make_thread(cast.community, author=cast.resident).posts.get()
    decision = make_decision(decided, verb="hide", rule="other", reason="Test.", by=cast.admin)
    set_status(decided, "hidden", by=cast.admin)
    question = open_question(make_question(seat=cast.seat), by=cast.moderator)
    holding = make_community(hold_first_posts=True)
    make_membership(cast.ambassador, holding, role="ambassador")
    held = make_thread(holding).posts.get()
    return {
        "community": cast.community.slug,
        "rules": "rules",
        "thread": thread.pk,
        "post": thread.posts.get(number=1).pk,
        "holding": holding.slug,
        "held": held.pk,
        "person": cast.resident.pk,
        "councillor": "anne-reed",
        "to": f"seat-{cast.seat.pk}",
        "question": question.thread.pk,
        "decision": decision.pk,
    }


def state():
    """Return all rows but what is counted, and the session."""
    passed_over = {LimitCount, Counter, Visit, *apps.get_app_config("sessions").get_models()}
    models = [model for model in apps.get_models() if model not in passed_over]
    return {
        model.__name__: serializers.serialize("json", model.objects.order_by("pk"))
        for model in models
    }


@pytest.mark.parametrize("name", LIMITED)
def test_what_was_done_as_often_as_it_may_changes_nothing(cast, things, client_of, settings, name):
    kind, who, keys, sent = LIMITED[name]
    client = client_of(getattr(cast, who))
    address = reverse(name.partition(",")[0], args=[things[key] for key in keys])
    sent = {field: things.get(value, value) for field, value in sent.items()}
    sent |= {"submit_key": uuid4(), f"digest_{cast.community.pk}": "never"}
    open_limits = settings.LIMITS
    settings.LIMITS = {
        **open_limits,
        **{each: "0/h" for each in open_limits if each.partition("_")[0] == kind or each == kind},
    }
    before = state()

    refused = client.post(address, sent, follow=True)

    assert state() == before
    assert "You can go on" in refused.content.decode()
    assert refused.status_code in {200, 429}

    settings.LIMITS = open_limits
    done = client.post(address, sent, follow=True)

    assert done.status_code in {200, 302}
    assert "You can go on" not in done.content.decode()
    assert kind in {"preview", "password_guess"} or state() != before


def test_every_limit_stands_in_the_guide_with_its_default():
    rows = re.findall(r"^\|.*\| `LIMIT_(\w+)` \|(.*)\|$", GUIDE.read_text(), re.M)
    columns = ["", "_newcomer", "_block", "_newcomer_block"]
    told = {
        f"{name.lower()}{column}": cell.strip().strip("`")
        for name, cells in rows
        for column, cell in zip(columns, cells.split("|"), strict=True)
        if cell.strip()
    }

    assert told == LIMITS


def test_default_limits_are_stricter_for_newcomers():
    newcomers = [kind for kind in LIMITS if kind.endswith("_newcomer")]
    strictness = {
        kind: [rate.allowed / rate.seconds for rate in parse_rates(LIMITS[kind])] for kind in LIMITS
    }

    assert newcomers
    for kind in newcomers:
        assert min(strictness[kind]) < min(strictness[kind.removesuffix("_newcomer")])
