"""The Content-Security-Policy: every answer carries it, and no page of ours is refused a thing.

That no page has a script, a style or a handler of its own is held where the HTML of all pages is
read (tests/accessibility/test_html.py); here the browser has its say.
"""

import re
from contextlib import contextmanager

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests.accessibility.browsing import tab_of
from tests.factories import make_thread
from tests.pages import PAGES
from tests.pages.worlds import build

POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "manifest-src": "'self'",
    "worker-src": "'self'",
    "form-action": "'self'",
    "frame-src": "'self'",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
    "object-src": "'none'",
}
# Tells of what was refused while the page was loaded and drawn, its frames too.
LISTEN = """addEventListener("securitypolicyviolation", event => refused(
    `${event.violatedDirective} refuses ${event.blockedURI} ${event.sample}`))"""
# In a world somebody of the first role looks at each route, and one of the second at the others.
CROWDS = [("one", ("visitor", "resident")), ("full", ("admin", "moderator"))]
CROWDS += [("demonstration", ("visitor",))]


@contextmanager
def listening_tab(browser, live_server, user):
    """Open a tab that notes in `refused` what the policy refused, in frames too."""
    with tab_of(browser, live_server, user) as tab:
        tab.context.expose_function("refused", lambda words: tab.refused.append(words))
        tab.context.add_init_script(LISTEN)
        yield tab


def policy_of(response):
    parts = response["Content-Security-Policy"].split("; ")
    return dict(part.partition(" ")[::2] for part in parts)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "path", "status"),
    [
        ("visitor", "/", 200),
        ("visitor", "/accounts/login/", 200),
        ("visitor", "/mine/", 302),
        ("visitor", "/no-such-page/", 404),
        ("visitor", "/?q=%00", 400),
        ("visitor", "/communities/{slug}/feed.atom", 200),
        ("visitor", "/healthz", 200),
        ("resident", "/mine/", 200),
        ("resident", "/mine/data/download/", 405),
        ("resident", "/admin/", 302),
        ("moderator", "/admin/", 200),
        ("moderator", "/admin/state/", 403),
        ("admin", "/admin/jsi18n/", 200),
    ],
)
def test_answer_carries_the_policy(cast, client_of, name, path, status):
    make_thread(cast.community)

    response = client_of(getattr(cast, name)).get(path.format(slug=cast.community.slug))

    assert response.status_code == status
    assert policy_of(response) == POLICY


def addresses(world, role, things, but):
    """List one address of every route that somebody of a role sees."""
    routes = {}
    for page in PAGES:
        if (page.world, page.language) == (world, "en-gb") and role in page.roles:
            routes.setdefault(page.route, page.address(things))
    return {route: address for route, address in routes.items() if route not in but}


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("world", "roles"), CROWDS)
def test_pages_are_refused_nothing(cast, browser, live_server, settings, tmp_path, world, roles):
    things = build(world, cast, settings, tmp_path)
    visited, faults = {}, []

    for role in roles:
        with listening_tab(browser, live_server, getattr(cast, role)) as tab:
            for route, address in addresses(world, role, things, but=visited).items():
                visited[route] = tab.goto(address).url
                faults += [(address, words) for words in tab.refused]
                tab.refused.clear()

    assert len(visited) > 3
    assert faults == []


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_scripts_of_the_desk_are_refused_nothing(cast, browser, live_server):
    make_thread(cast.community)

    with listening_tab(browser, live_server, cast.admin) as tab:
        tab.goto(reverse("admin:communities_community_add"))
        tab.get_by_label("Name:").press_sequentially("Weir Gardens")
        tab.get_by_role("button", name="Add another Local link").click()
        slug = tab.locator("#id_slug").input_value()
        with tab.expect_popup() as popup:
            tab.locator("#lookup_id_area").click()
        popup.value.wait_for_load_state()  # with its scripts, which bring the choice back
        popup.value.locator("#result_list th a", has_text="Millbrook").click()
        expect(tab.locator("#id_area")).not_to_have_value("")
        tab.goto(reverse("admin:discussions_thread_changelist"))
        tab.locator("#action-toggle").check()
        counted = tab.locator(".action-counter").inner_text()

    assert (slug, counted) == ("weir-gardens", "1 of 1 selected")
    assert tab.refused == []


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_what_is_smuggled_in_is_refused(cast, browser, live_server):
    with listening_tab(browser, live_server, None) as tab:
        tab.goto("/")
        tab.evaluate(
            """document.body.insertAdjacentHTML("beforeend",
            '<p style="color:red">x</p><img src=x onerror=a()>')"""
        )
        tab.wait_for_timeout(300)

    told = {re.match(r"[\w-]+ refuses", words)[0] for words in tab.refused if " refuses " in words}
    assert told == {"script-src-attr refuses", "style-src-attr refuses"}
