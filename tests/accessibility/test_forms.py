"""Every form of the catalogue, refused: what is wrong is said, found, and can be put right."""

from urllib.parse import urlsplit

import pytest
from django.urls import resolve

from tests.accessibility.browsing import look_at, tab_of
from tests.accessibility.faults import fail_if_any
from tests.accessibility.forms import purposes, refused
from tests.accessibility.markup import Document
from tests.pages import IN_ENGLISH
from tests.pages.worlds import build

REFUSED = [page for page in IN_ENGLISH if page.is_refused]
WORLDS = sorted({page.world for page in REFUSED})
LOOKS = sorted({(page.world, role) for page in REFUSED for role in page.roles})
FOR_SAMPLE = ("one", "visitor")
TYPED = {"text", "email", "password", "search", "url", "number", "radio", "checkbox", "date"}
TRIED = {page.route for page in REFUSED} | {"questions:question-answer"}
# Forms in which nothing can be wrong, by how the name of where they are sent ends, and why.
NEVER_WRONG = {
    "notifications:settings": "each choice is one of those offered",
    "discussions:post-keep": "a browser lets nobody type more than fits",
    "_changelist": "only rows are chosen",
}


@pytest.mark.django_db
@pytest.mark.parametrize("world", WORLDS)
def test_refused_form_says_what_is_wrong(visits, world):
    faults = []

    for page, role, response in visits(REFUSED, world):
        told = refused(response.content.decode(), page.typed)
        faults += [f"{page} as {role}: {fault}" for fault in told]

    fail_if_any(faults)


@pytest.mark.django_db
@pytest.mark.parametrize("world", ["one", "full"])
def test_every_form_is_refused_somewhere(visits, world):
    found = set()

    for _page, _role, response in visits(IN_ENGLISH, world, lambda page: page.roles[-1:]):
        for form in forms_in(response.content.decode()):
            address = urlsplit(form.get("action") or response.request["PATH_INFO"]).path
            if any(map(is_typed, form.iter())):
                found.add(resolve(address).view_name)

    assert sorted(route for route in found if not is_tried(route)) == []


@pytest.mark.django_db
def test_fields_say_what_they_are_for(visits):
    faults = []

    for page, role, response in visits(IN_ENGLISH, "one", lambda page: page.roles[:1]):
        if not page.route.startswith("admin:"):
            told = purposes(response.content.decode())
            faults += [f"{page} as {role}: {fault}" for fault in told]

    fail_if_any(faults)


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("has_script", [True, False])
@pytest.mark.parametrize(
    ("world", "role"),
    [
        pytest.param(*look, marks=[] if look == FOR_SAMPLE else pytest.mark.accessibility)
        for look in LOOKS
    ],
)
def test_refused_form_takes_the_focus(
    cast, browser, live_server, settings, tmp_path, tally, world, role, has_script
):
    things = build(world, cast, settings, tmp_path)
    faults = []

    with tab_of(browser, live_server, getattr(cast, role), java_script_enabled=has_script) as tab:
        for page in look_at(tab, REFUSED, world, things, role):
            found = focus_after_refusal(tab)
            tally.note("forms", found)
            faults += [f"{page} as {role}: {fault}" for fault in found]

    fail_if_any(faults)


def focus_after_refusal(tab):
    alert = tab.locator("[role=alert]")
    if alert.count() != 1:
        return [f"there are {alert.count()} summaries"]
    if not alert.evaluate("alert => alert === document.activeElement"):
        return ["the summary does not have the focus"]
    links = alert.locator("a")
    faults = []
    for number in range(links.count()):
        link = links.nth(number)
        field = link.evaluate("link => link.hash.slice(1)")
        link.focus()
        tab.keyboard.press("Enter")
        if tab.evaluate("document.activeElement.id") != field:
            faults.append(f"{link.inner_text()!r} does not lead to its field")
    return faults


def forms_in(html):
    document = Document(html)
    return [form for form in document.all("form") if form.get("method", "").lower() == "post"]


def is_typed(control):
    """Whether somebody types or chooses something there, so that it can be wrong."""
    is_box = control.tag == "input" and control.get("type", "text") in TYPED
    return bool(control.get("name")) and (is_box or control.tag == "textarea")


def is_tried(route):
    # To add a row and to change it, the admin has one form.
    ways = {route, route.removesuffix("_change") + "_add"}
    return bool(ways & TRIED) or route.endswith(tuple(NEVER_WRONG))
