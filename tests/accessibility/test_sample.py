"""A fixed sample of pages in a real browser: in every run of the tests."""

import pytest

from tests.accessibility.browsing import look_at, tab_of
from tests.accessibility.checks import CHECKS, seen
from tests.accessibility.faults import fail_if_any
from tests.accessibility.gaps import without_known
from tests.pages import SAMPLE, SKIMMED
from tests.pages.worlds import build

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WIDTHS = (320, 1280)


@pytest.mark.parametrize(("world", "role"), list(SAMPLE))
def test_sample_is_accessible(cast, browser, live_server, settings, tmp_path, tally, world, role):
    things = build(world, cast, settings, tmp_path)
    faults = []

    with tab_of(browser, live_server, getattr(cast, role)) as tab:
        for page in look_at(tab, SAMPLE[world, role], world, things, role):
            tally.see(page.route, f"{page.state} {world}", role)
            for found in seen(tab, WIDTHS):
                tally.note("axe", found)
                faults += [f"{page} as {role} {fault}" for fault in found]
            for name, check in CHECKS.items():
                found = without_known(check(tab))
                tally.note(name, found)
                faults += [f"{page} as {role} {fault}" for fault in found]

    fail_if_any([*faults, *tab.refused])


@pytest.mark.parametrize("role", list(SKIMMED))
def test_page_of_each_kind_is_accessible(
    cast, browser, live_server, settings, tmp_path, tally, role
):
    things = build("one", cast, settings, tmp_path)
    faults = []

    with tab_of(browser, live_server, getattr(cast, role)) as tab:
        for page in look_at(tab, SKIMMED[role], "one", things, role):
            tally.see(page.route, f"{page.state} one", role)
            for found in seen(tab, WIDTHS, ("light",)):
                tally.note("axe", found)
                faults += [f"{page} as {role} {fault}" for fault in found]

    fail_if_any([*faults, *tab.refused])
