"""The main things that people come for, done in a real browser without touching a mouse."""

import re
from urllib.parse import urlsplit

import pytest

from communities.models import Membership
from discussions.models import Post, Thanks
from moderation.models import Decision
from notifications.models import Mail
from questions.models import Asker, Question
from questions.services import open_question
from tests.factories import (
    PASSWORD,
    make_post,
    make_postcode,
    make_question,
    make_report,
    make_thread,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
MOST_PRESSES = 150
NEWCOMER = "ines@example.org"
# What a screen reader would say of what has the focus, near enough.
NAME_OF_FOCUS = """() => {
    const focused = document.activeElement;
    const labels = [...(focused.labels || [])].map(label => label.innerText);
    const said = [focused.getAttribute("aria-label"), ...labels, focused.innerText, focused.value];
    return (said.find(words => words && words.trim()) || "").replace(/\\s+/g, " ").trim();
}"""
NO_MOUSE = """for (const kind of ["mousedown", "pointerdown", "touchstart"])
    addEventListener(kind, () => { throw new Error("somebody touched a mouse"); }, true);"""


@pytest.fixture
def page(browser, live_server):
    context = browser.new_context(base_url=live_server.url, viewport={"width": 1280, "height": 900})
    context.add_init_script(NO_MOUSE)
    page = context.new_page()
    page.set_default_timeout(10_000)
    page.problems = []
    page.on("pageerror", lambda error: page.problems.append(str(error)))
    yield page
    assert page.problems == []
    context.close()


def tab_to(page, name):
    """Press Tab until something of this name has the focus; a pattern or its whole name."""
    wanted = name if isinstance(name, re.Pattern) else re.compile(re.escape(name) + r"\Z")
    passed = []
    for _press in range(MOST_PRESSES):
        page.keyboard.press("Tab")
        passed.append(page.evaluate(NAME_OF_FOCUS))
        if wanted.match(passed[-1]):
            return
    raise AssertionError(f"Tab never came to {name!r}, but to {passed}")


def go(page, name):
    """Go to a link or a button by Tab and follow it."""
    tab_to(page, name)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def fill(page, name, words):
    tab_to(page, name)
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type(words)


def sign_in(page, email):
    go(page, "Sign in")
    fill(page, "E-mail address", email)
    fill(page, "Password", PASSWORD)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def heading(page):
    return page.locator("h1").inner_text()


def test_somebody_finds_their_place_and_a_thread(cast, page):
    make_postcode("NM4 2AB", cast.ward)
    make_thread(cast.community, author=cast.neighbour, title="A safe crossing")

    page.goto("/")
    fill(page, "Your postcode", "nm4 2ab")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    place = heading(page)
    go(page, "A safe crossing")

    assert (place, heading(page)) == ("Millbrook", "A safe crossing")


def test_somebody_joins_the_town_hall_and_a_community(cast, page):
    page.goto("/")
    go(page, "Join")
    fill(page, "Name that others see", "Ines Duarte")
    fill(page, "E-mail address", NEWCOMER)
    fill(page, "Password", PASSWORD)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    text = Mail.objects.get(to=NEWCOMER).text
    page.goto(urlsplit(re.search(r"https?://\S+", text).group()).path)
    go(page, "Yes, this is my address")
    sign_in_or_on(page)
    go(page, "Communities")
    go(page, cast.community.name)
    go(page, "Join this community")
    choose(page, "Every week", "Every day")
    tab_to(page, "I have read the rules and will keep to them")
    page.keyboard.press("Space")
    go(page, "Join")

    assert heading(page) == cast.community.name
    assert Membership.objects.get(user__email=NEWCOMER).digest == "daily"


def test_somebody_replies_and_thanks(cast, page):
    thread = make_thread(cast.community, author=cast.neighbour, title="A safe crossing")

    page.goto(thread.get_absolute_url())
    sign_in(page, cast.resident.email)
    page.goto(thread.get_absolute_url())
    go(page, "Thank")
    fill(page, "Your words", "I can count cars on Thursday.")
    go(page, "Reply")

    assert Post.objects.get(number=2).body == "I can count cars on Thursday."
    assert Thanks.objects.get().user == cast.resident
    assert page.locator("#post-2").inner_text().count("count cars") == 1


def test_somebody_asks_and_wants_to_know_too(cast, page):
    other = make_question(seat=cast.seat, author=cast.neighbour, title="Is the hall open?")
    open_question(other, by=cast.moderator)

    page.goto("/councillors/")
    sign_in(page, cast.resident.email)
    page.goto("/councillors/")
    go(page, "Anne Reed")
    go(page, "Ask Anne Reed a question")
    fill(page, "Your question", "When will Mill Lane be gritted?")
    fill(page, "Why do you ask?", "It is the way to school, and it freezes early.")
    go(page, re.compile("Look it over|Send your question"))
    if "/sent/" not in page.url:
        go(page, "Send your question")
    go(page, "Questions")
    go(page, "Is the hall open?")
    go(page, "Me too")

    asked = Question.objects.get(author=cast.resident)
    assert (asked.title, asked.seat) == ("When will Mill Lane be gritted?", cast.seat)
    assert Asker.objects.filter(question=other, user=cast.resident).exists()


def test_moderator_decides_about_the_gravest_and_goes_on(cast, page):
    thread = make_thread(cast.community, author=cast.neighbour)
    spam, threat = (
        make_post(thread, author=cast.neighbour, body=words) for words in ("Buy!", "Or")
    )
    make_report(spam, rule="spam")
    make_report(threat, rule="unlawful")

    page.goto("/")
    sign_in(page, cast.moderator.email)
    tab_to(page, re.compile(".*Sam Whitlock"))
    page.keyboard.press("Enter")
    go(page, "Staff desk")
    go(page, "Reports")
    go(page, "Or")
    choose(page, "Hide it", "Hide it")
    tab_to(page, re.compile("Rule that was broken"))
    page.keyboard.type("Unlawful")
    fill(page, "Reason", "It threatens a neighbour.")
    go(page, "Decide and next")

    decision = Decision.objects.get()
    assert (decision.post, decision.verb, decision.rule) == (threat, "hide", "unlawful")
    assert decision.reason == "It threatens a neighbour."
    assert page.locator("main, #content").first.inner_text().count("Buy!") >= 1


def choose(page, first, wanted):
    """Go to a group of radio buttons, where Tab stops once, and to one of them by its arrows."""
    tab_to(page, re.compile(f"{first}|{wanted}"))
    for _press in range(8):
        if page.evaluate(NAME_OF_FOCUS) == wanted:
            page.keyboard.press("Space")
            return
        page.keyboard.press("ArrowDown")
    raise AssertionError(f"the arrows never came to {wanted!r}")


def sign_in_or_on(page):
    """Sign in where confirming the address has not done so."""
    if page.get_by_role("link", name="Sign in").count():
        sign_in(page, NEWCOMER)
