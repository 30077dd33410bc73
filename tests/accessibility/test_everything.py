"""Every page in every state, as everybody who sees it, in a real browser: `-m accessibility`."""

import pytest

from tests.accessibility import nu
from tests.accessibility.browsing import look_at, tab_of
from tests.accessibility.checks import CHECKS, seen
from tests.accessibility.faults import fail_if_any
from tests.accessibility.gaps import known_among, without_known
from tests.pages import LETTERS, PAGES
from tests.pages.worlds import BUILDERS, build

pytestmark = [
    pytest.mark.accessibility,
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]
LOOKS = sorted({(page.world, page.language, role) for page in PAGES for role in page.roles})

# It shows pieces of pages, with buttons that have nothing to do there.
SHOWS_PIECES = {"about-design"}


@pytest.fixture
def looks(cast, browser, live_server, settings, tmp_path, tally):
    """Return a function that opens the pages somebody sees in a world, in a tab of their own."""

    def opened(world, language, role, **options):
        things = build(world, cast, settings, tmp_path)
        pages = [page for page in PAGES if page.language == language]
        with tab_of(browser, live_server, getattr(cast, role), **options) as tab:
            for page in look_at(tab, pages, world, things, role):
                tally.see(page.route, f"{page.state} {page.world} {language}", role)
                yield page, tab
            tally.note("policy", tab.refused)
            fail_if_any(tab.refused)

    return opened


@pytest.mark.parametrize(("world", "language", "role"), LOOKS)
def test_pages_are_accessible(looks, tally, world, language, role):
    faults = []

    for page, tab in looks(world, language, role):
        for found in seen(tab):
            tally.note("axe", found)
            faults += [f"{page} as {role} {fault}" for fault in found]
        for name, check in CHECKS.items():
            found = check(tab)
            tally.know(known_among(found))
            tally.note(name, without_known(found))
            faults += [f"{page} as {role} {fault}" for fault in without_known(found)]

    fail_if_any(faults)


@pytest.mark.parametrize(("world", "language", "role"), LOOKS)
def test_pages_work_without_script(looks, tally, world, language, role):
    faults = []

    for page, tab in looks(world, language, role, java_script_enabled=False):
        found = [] if page.route in SHOWS_PIECES else tab.evaluate("probes.needScript()")
        tally.note("without script", found)
        faults += [f"{page} as {role}: {fault}" for fault in found]

    fail_if_any(faults)


@pytest.mark.parametrize("world", list(BUILDERS))
def test_pages_have_no_errors_for_the_nu_checker(visits, tally, tmp_path, world):
    nu.ready()
    folder = tmp_path / "pages"
    folder.mkdir()
    kept = {}

    for page, role, response in visits(PAGES, world):
        if page.route not in LETTERS:
            file = folder / f"{len(kept):04}.html"
            file.write_bytes(response.content)
            kept[file.name] = f"{page} as {role}"
    errors = nu.errors_in(sorted(folder.iterdir()))

    tally.note("html", errors, looks=len(kept))
    fail_if_any(
        f"{kept[each['url'].rpartition('/')[2]]}: {each['message']} ({each.get('extract', '')!r})"
        for each in errors
    )
