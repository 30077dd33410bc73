"""Words that could not be used are never lost, whatever happened while somebody typed."""

import re
from html import unescape

import pytest
from django.apps import apps
from django.forms import BaseForm, CharField, PasswordInput, Textarea, TextInput
from django.test import Client
from django.urls import reverse

from accounts.sent import TYPED, sent_with
from discussions.models import Draft, Post, Thread
from discussions.services import set_status
from questions.models import Question
from questions.services import open_question
from tests.factories import (
    PASSWORD,
    make_decision,
    make_question,
    make_thread,
)

WORDS = "The weir is blocked, and the county clears it in the second week of May."
KEY = "5f0c52d4-7a83-4d3f-9c0a-2a6f6f0c9b11"
# What is sent: who sends it, where to, and what beside the words.
FORMS = {
    "post": ("resident", "discussions:post-create", ["thread"], {"body": WORDS}),
    "thread": (
        "resident",
        "discussions:thread-create",
        ["community"],
        {"title": "Weir", "body": WORDS, "seen_similar": "yes"},
    ),
    "edit": (
        "neighbour",
        "discussions:post-edit",
        ["post"],
        {"title": "Weir", "body": WORDS, "edition": 1},
    ),
    "outcome": ("councillor", "discussions:outcome-write", ["thread"], {"body": WORDS, "seen": ""}),
    "question": (
        "resident",
        "questions:question-ask",
        ["councillor"],
        {"to": "seat", "title": "When?", "text": WORDS, "send": "yes"},
    ),
    "answer": ("councillor", "questions:question-answer", ["question"], {"body": WORDS}),
    "appeal": ("resident", "moderation:appeal-create", ["decision"], {"text": WORDS}),
    "proposal": (
        "resident",
        "communities:proposal-create",
        [],
        {"kind": "interest", "name": "Bees", "description": "Of bees.", "reasons": WORDS},
    ),
    "passed to staff": (
        "ambassador",
        "moderation:desk-held",
        ["community", "post"],
        {"act": "pass", "text": WORDS},
    ),
    "reason of a lock": (
        "ambassador",
        "moderation:desk-thread",
        ["community", "thread"],
        {"act": "lock", "reason": WORDS},
    ),
    "rules": ("ambassador", "moderation:desk-settings", ["community", "rules"], {"rules": WORDS}),
    "note": ("resident", "discussions:post-keep", ["post"], {"note": WORDS}),
    "decision": (
        "moderator",
        "admin:moderation_report_decide",
        ["post"],
        {"verb": "hide", "rule": "abuse", "reason": WORDS, "last_seen": 0, "edition": 1},
    ),
}
REPORT = ("visitor", "moderation:report-create", ["post"], {"rule": "abuse", "text": WORDS})


@pytest.fixture
def things(cast):
    thread = make_thread(cast.community, author=cast.neighbour)
    decided = make_thread(cast.community, author=cast.resident).posts.get()
    decision = make_decision(decided, verb="hide", rule="other", reason="Test.", by=cast.admin)
    set_status(decided, "hidden", by=cast.admin)
    question = open_question(make_question(seat=cast.seat), by=cast.moderator)
    return {
        "community": cast.community.slug,
        "rules": "rules",
        "thread": thread.pk,
        "post": thread.posts.get().pk,
        "councillor": "anne-reed",
        "seat": f"seat-{cast.seat.pk}",
        "question": question.thread.pk,
        "decision": decision.pk,
    }


def prepared(cast, things, form):
    who, route, keys, sent = form
    address = reverse(route, args=[things[key] for key in keys])
    fields = {name: things.get(value, value) for name, value in sent.items()}
    return getattr(cast, who), address, {**fields, "submit_key": KEY}


def shown(response):
    return unescape(response.content.decode())


@pytest.mark.parametrize("name", FORMS)
def test_words_sent_after_signing_out_elsewhere_wait_for_their_author(
    cast, things, client_of, name
):
    person, address, sent = prepared(cast, things, FORMS[name])
    client = client_of(None)

    refused = client.post(address, sent)

    assert refused.status_code == 403
    assert WORDS in shown(refused)

    link = re.search(r'href="(/accounts/login/\?next=[^"]+)"', shown(refused))[1]
    signed_in = client.post(link, {"login": person.email, "password": PASSWORD}, follow=True)

    assert signed_in.redirect_chain[-1][0] == reverse("accounts:sent-again")
    assert form_in(shown(signed_in)) == (address, {key: str(sent[key]) for key in sent})


def form_in(page):
    """Return where the form on a page goes that holds words, and its fields."""
    form = next(form for form in re.findall(r"<form.*?</form>", page, re.S) if "<textarea" in form)
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form))
    typed = dict(re.findall(r'<textarea[^>]* name="([^"]+)"[^>]*>\n(.*?)</textarea>', form, re.S))
    hidden.pop("csrfmiddlewaretoken", None)
    return re.search(r'action="([^"]+)"', form)[1], hidden | typed


def test_words_that_waited_are_sent_by_one_button_and_then_forgotten(cast, things):
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.resident)
    page = client.get(reverse("discussions:post-create", args=[things["thread"]]))
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.content.decode())[1]
    client.session.flush()
    sent = {"body": WORDS, "submit_key": KEY, "csrfmiddlewaretoken": token}
    client.post(reverse("discussions:post-create", args=[things["thread"]]), sent)
    login = client.get(reverse("account_login"))
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', login.content.decode())[1]
    client.post(
        f"{reverse('account_login')}?next={reverse('accounts:sent-again')}",
        {"login": cast.resident.email, "password": PASSWORD, "csrfmiddlewaretoken": token},
    )

    waiting = client.get(reverse("accounts:sent-again"))
    address, fields = form_in(shown(waiting))
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', shown(waiting))[1]
    done = client.post(address, {**fields, "csrfmiddlewaretoken": token})

    assert done.status_code == 302
    assert Post.objects.get(submit_key=KEY).body == WORDS
    assert client.get(reverse("accounts:sent-again")).status_code == 302


def test_words_that_waited_can_be_thrown_away(cast, things, client_of):
    client = client_of(None)
    client.post(reverse("discussions:post-create", args=[things["thread"]]), {"body": WORDS})
    client.force_login(cast.resident)
    assert client.get(reverse("accounts:sent-again")).status_code == 200

    client.post(reverse("accounts:sent-again"))

    assert client.get(reverse("accounts:sent-again")).status_code == 302


def test_passwords_are_neither_shown_nor_kept(cast, client_of):
    client = client_of(None)

    answer = client.post(reverse("records:account-close"), {"password": "four words long it is"})

    assert answer.status_code == 302
    assert "sent" not in client.session


def test_words_from_one_place_are_not_kept_without_end(cast, things, client_of, settings):
    settings.LIMITS = {**settings.LIMITS, "kept_words_block": "1/h"}
    client, address = client_of(None), reverse("discussions:post-create", args=[things["thread"]])
    client.post(address, {"body": WORDS})
    client.session.flush()

    answer = client.post(address, {"body": WORDS})

    assert WORDS in shown(answer)
    assert "sent" not in client.session


def hide_thread(cast, things):
    Thread.objects.filter(pk__in=[things["thread"], things["question"]]).update(status="withdrawn")
    Post.objects.filter(thread__in=[things["thread"], things["question"]]).update(
        status="withdrawn"
    )


def lock_thread(cast, things):
    Thread.objects.filter(pk__in=[things["thread"], things["question"]]).update(is_locked=True)


def archive(cast, things):
    type(cast.community).objects.update(archived_at="2026-01-01T00:00Z")


def close_to_all(cast, things):
    type(cast.community).objects.update(visibility="members")
    cast.community.memberships.all().delete()


def suspend(cast, things):
    for person in vars(cast).values():
        if hasattr(person, "suspended_until"):
            type(person).objects.filter(pk=person.pk).update(suspended_until="2099-01-01T00:00Z")


def end_seats(cast, things):
    type(cast.seat).objects.update(end_on="2026-01-01")


@pytest.mark.parametrize("what", [hide_thread, lock_thread, archive, close_to_all, suspend])
@pytest.mark.parametrize("name", [*FORMS, "report"])
def test_words_sent_to_what_changed_meanwhile_are_on_the_page(cast, things, client_of, name, what):
    if (name, what) == ("decision", suspend):
        pytest.skip("staff who are suspended have no desk, and so no form to send")
    person, address, sent = prepared(cast, things, {**FORMS, "report": REPORT}[name])
    what(cast, things)

    answer = client_of(person).post(address, sent, follow=True)

    is_done = WORDS in str(
        [
            *Post.objects.values_list("body"),
            *Draft.objects.values_list("body"),
            *Question.objects.values_list("text"),
            *apps.get_model("moderation", "Report").objects.values_list("text"),
            *apps.get_model("moderation", "Appeal").objects.values_list("text"),
            *apps.get_model("moderation", "Decision").objects.values_list("reason"),
            *apps.get_model("communities", "Proposal").objects.values_list("reasons"),
            *apps.get_model("communities", "Community").objects.values_list("rules"),
            *apps.get_model("discussions", "OutcomeNote").objects.values_list("body"),
            *apps.get_model("discussions", "Bookmark").objects.values_list("note"),
            *apps.get_model("discussions", "Act").objects.values_list("note"),
        ]
    )
    assert is_done or WORDS in shown(answer)


def test_words_survive_signing_in_again_in_another_tab(cast, things):
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.resident)
    address = reverse("discussions:post-create", args=[things["thread"]])
    client.get(address)
    stale = {"body": WORDS, "submit_key": KEY, "csrfmiddlewaretoken": "x" * 64}

    from_here = client.post(address, stale, headers={"Origin": "http://testserver"})
    from_elsewhere = client.post(address, stale, headers={"Origin": "https://evil.example"})

    assert (from_here.status_code, from_elsewhere.status_code) == (403, 403)
    assert form_in(shown(from_here)) == (address, {"body": WORDS, "submit_key": KEY})
    assert WORDS in shown(from_elsewhere)
    assert "Send it again" not in shown(from_elsewhere)


def test_words_are_on_the_page_of_a_limit_with_a_button(cast, things, client_of, settings):
    settings.LIMITS = {**settings.LIMITS, "request": "0/h"}
    address = reverse("discussions:post-create", args=[things["thread"]])

    answer = client_of(cast.resident).post(address, {"body": WORDS})

    assert answer.status_code == 429
    assert int(answer["Retry-After"]) in range(3590, 3601)
    assert form_in(shown(answer)) == (address, {"body": WORDS})


def test_reason_at_the_desk_survives_somebody_who_was_faster(cast, things, client_of):
    person, address, sent = prepared(cast, things, FORMS["decision"])
    post = Post.objects.get(pk=things["post"])
    make_decision(post, verb="hide", rule="other", reason="Test.", by=cast.admin)
    set_status(post, "hidden", by=cast.admin)

    answer = client_of(person).post(address, sent)

    assert WORDS in shown(answer)


def test_question_to_somebody_who_left_the_council_keeps_its_words(cast, things, client_of):
    person, address, sent = prepared(cast, things, FORMS["question"])
    end_seats(cast, things)

    answer = client_of(person).post(address, sent)

    assert answer.status_code == 404
    assert WORDS in shown(answer)


def every_form(of=BaseForm):
    for form in of.__subclasses__():
        if form.__module__.split(".")[0] in {
            "accounts",
            "communities",
            "discussions",
            "moderation",
            "questions",
        }:
            yield form
        yield from every_form(form)


def test_every_field_that_people_type_words_into_is_known():
    free = {
        name
        for form in every_form()
        # what comes with a password is neither shown nor kept
        if not any("password" in name for name in form.base_fields)
        for name, field in form.base_fields.items()
        if type(field) is CharField
        and isinstance(field.widget, TextInput | Textarea)
        and not isinstance(field.widget, PasswordInput)
        and getattr(field.widget, "input_type", "") != "hidden"
        if "sample" not in form.__module__
    }

    assert free - TYPED - {"username"} == set()  # the library's, beside a password


def test_single_word_is_kept_too(rf):
    sent = sent_with(rf.post("/", {"body": "Rude.", "rule": "abuse", "csrfmiddlewaretoken": "x"}))

    assert sent.words == [("body", "Rude.")]
    assert sent.others == [("rule", "abuse")]
