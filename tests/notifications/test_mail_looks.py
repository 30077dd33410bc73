"""What mails look like: in a mail program, in the dark, read aloud, in the council's colour."""

import re
from datetime import date
from html.parser import HTMLParser

import pytest
from allauth.account.adapter import get_adapter
from allauth.core.context import request_context
from axe_playwright_python.base import AXE_SCRIPT
from django.test import RequestFactory
from django.utils import timezone

from accounts.colours import LEAST_CONTRAST, OWN_AT_NIGHT, OWN_COLOUR, by_day, by_night, contrast
from communities.models import Proposal
from discussions.services import Writing
from notifications import emails
from notifications.emails import Part, Story
from notifications.models import Mail
from questions import services as questions
from tests.factories import make_decision, make_post, make_question, make_thread

pytestmark = pytest.mark.django_db
TUESDAY = date(2026, 3, 3)
KINDS = [
    "reply",
    "bundle",
    "question",
    "answer",
    "decision",
    "proposal",
    "digest",
    "email_confirmation",
    "password_reset",
]
AUBERGINE = "#7a1f5c"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
VIOLATIONS = """rules => axe.run(document, {runOnly: rules, resultTypes: ["violations"]})
    .then(found => found.violations.map(v => [v.id, v.nodes[0].html.slice(0, 200)]))"""


class Parts(HTMLParser):
    """The parts of a mail: their names and attributes, and the words of its links."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.links = [], []
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))
        if tag == "a":
            self.links.append("")

    def handle_data(self, data):
        if self.links and self.lasttag == "a":
            self.links[-1] += data.strip()

    def named(self, tag):
        return [attributes for name, attributes in self.tags if name == tag]


@pytest.fixture
def write(cast, settings):
    """Return a function that writes a mail of a kind: its plain text and its HTML."""

    def write(kind):
        if kind in {"email_confirmation", "password_reset"}:
            return account_mail(kind, cast.resident.email)
        letter = letter_of(cast, kind)
        return letter.text, letter.html

    return write


def letter_of(cast, kind):
    if kind == "proposal":
        return emails.proposal(cast.resident, Proposal(name="Birds", answer="Ask again."))
    thread = make_thread(cast.community, author=cast.resident, title="A crossing")
    post = make_post(thread, author=cast.neighbour, body="On Thursday I count cars.")
    if kind == "reply":
        return emails.reply(cast.resident, thread, [post])
    if kind == "bundle":
        other = make_post(make_thread(cast.community, title="Bins"), author=cast.neighbour)
        parts = [Part("mention", thread, [post]), Part("reply", other.thread, [other] * 14)]
        return emails.bundle(cast.resident, parts)
    if kind == "decision":
        return emails.decision(post.author, make_decision(post, verb="hide", rule="spam"))
    sent_in = make_question(seat=cast.seat, author=cast.resident)
    question = questions.open_question(sent_in, by=cast.moderator)
    if kind == "question":
        return emails.question(cast.councillor, question)
    answer = questions.answer_question(question, by=cast.councillor, writing=Writing("Monday."))
    question.refresh_from_db()
    if kind == "answer":
        return emails.answer(cast.resident, question, answer)
    stories = [Story(answer, 1, True, False, None), Story(post, 2, False, False, 1)]
    return emails.digest(cast.resident, TUESDAY, stories, {})


def account_mail(kind, to, **changes):
    context = {
        "activate_url": "http://localhost:8000/accounts/confirm-email/key/",
        "timestamp": timezone.now(),
        "ip": "192.0.2.1",
        "user_agent": "Zork 1.0",
        **changes,
    }
    with request_context(RequestFactory().get("/accounts/login/")):
        get_adapter().send_mail(f"account/email/{kind}", to, context)
    mail = Mail.objects.latest("pk")
    return mail.text, mail.html


@pytest.mark.parametrize("kind", KINDS)
def test_mail_is_built_as_mail_programs_like_it(write, kind):
    _text, html = write(kind)
    parts = Parts(html)

    assert parts.named("html") == [{"lang": "en-gb"}]
    assert {"name": "color-scheme", "content": "light dark"} in parts.named("meta")
    assert parts.named("img") == []
    assert {each.get("role") for each in parts.named("table")} == {"presentation"}
    assert len(parts.named("h1")) == 1
    assert [each.get("role") for each in parts.named("div")].count("main") == 1
    assert all(parts.links)


@pytest.mark.parametrize("kind", KINDS)
def test_mail_begins_with_what_it_is_about(write, kind):
    _text, html = write(kind)

    before = re.search(r'<body[^>]*>\s*<div style="display:none[^>]*>(.*?)</div>', html, re.S)[1]

    expected = {
        "reply": "Neighbour: On Thursday I count cars.",
        "bundle": "1 post that names you, 14 new posts",
        "question": "Answer due by: ",
        "answer": "Councillor: Monday.",
        "decision": "Reason: Read.",
        "proposal": "Ask again.",
        "digest": "1 answer, 1 thread with something new",
        "email_confirmation": "please confirm that this is your e-mail address.",
        "password_reset": "If it was you, there is nothing to do.",
    }
    assert expected[kind] in before.strip()


@pytest.mark.parametrize("kind", KINDS)
def test_mail_has_letters_that_can_be_read(write, kind):
    _text, html = write(kind)

    sizes = [int(size) for size in re.findall(r"font-size:(\d+)px", html)]
    colours = set(re.findall(r"[^-]color:(#\w{6})", html.partition("<body")[2]))

    assert min(sizes) >= 16
    assert colours == {"#1c2530", *colours & {"#4a5563", OWN_COLOUR, "#ffffff"}}
    for colour in colours - {"#ffffff"}:
        assert contrast(colour, "#fbfaf6") >= LEAST_CONTRAST
    assert contrast("#ffffff", OWN_COLOUR) >= LEAST_CONTRAST


@pytest.mark.parametrize("kind", KINDS)
def test_mail_carries_the_councils_colour(write, settings, kind):
    settings.COUNCIL_COLOUR = AUBERGINE

    _text, html = write(kind)

    at_night = re.search(r"\.key { color: (#\w+) !important", html)[1]
    assert f"border-bottom:3px solid {AUBERGINE}" in html
    assert OWN_COLOUR not in html
    assert at_night == by_night(AUBERGINE).colour
    assert contrast(at_night, "#191a1b") >= LEAST_CONTRAST


def test_colour_of_the_site_at_night_is_that_of_its_style_sheet(write):
    _text, html = write("reply")

    assert f".key {{ color: {OWN_AT_NIGHT.colour} !important" in html
    assert by_day(OWN_COLOUR).colour == OWN_COLOUR


def test_mail_of_the_account_says_the_same_in_both_its_forms(write):
    text, html = write("email_confirmation")

    letter = text.partition("\n-- \n")[0]
    words = [part.strip() for part in letter.split("\n\n") if "http" not in part]
    link = "http://localhost:8000/accounts/confirm-email/key/"
    assert len(words) == 3
    for part in words:
        assert f">{part}</p>" in html
    assert link in text
    assert f'href="{link}"' in html
    assert "Confirm your e-mail address" in Parts(html).links


def test_mail_of_the_account_shows_hostile_words_as_words(cast):
    text, html = account_mail(
        "password_changed", cast.resident.email, user_agent='<img src=x onerror="x()">\n\nBrowser'
    )

    assert "<img" in text
    assert "<img" not in html
    assert "&lt;img src=x" in html


def test_digest_names_the_way_out_of_each_community(write, cast):
    text, html = write("digest")

    name = cast.community.name
    assert f"Leave the digest of {name}" in Parts(html).links
    assert re.search(f"Leave the digest of {name}: http://localhost:8000/unsubscribe/", text)


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_mails_are_accessible_on_a_phone(write, browser, scheme):
    page = browser.new_page(viewport={"width": 320, "height": 640}, color_scheme=scheme)
    problems = []

    for kind in KINDS:
        page.set_content(write(kind)[1])
        page.evaluate(AXE_SCRIPT)
        problems += [(kind, *found) for found in page.evaluate(VIOLATIONS, RULES)]
        if page.evaluate("document.documentElement.scrollWidth") > 320:
            problems.append((kind, "scrolls sideways"))

    page.close()
    assert problems == []
