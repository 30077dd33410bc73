"""The site in a language that is made up: every word is translated, and it goes the other way."""

import pytest

from tests.accessibility.browsing import look_at, tab_of, violations
from tests.accessibility.faults import fail_if_any
from tests.accessibility.gaps import known_among, without_known
from tests.accessibility.pseudo import CODE, escaped, mangled, words_of_people, write_catalogue
from tests.pages import IN_ENGLISH, SAMPLE
from tests.pages.worlds import build

WIDTHS = (320, 1280)
# The page hears of its new width before it is drawn the second time.
DRAWN = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
IN_SAMPLE = {("one", "visitor"), ("one", "resident")}
# They show a mail as it was sent, which has a language and a direction of its own.
AS_SENT = {"demo-mail-detail", "demo-mail-html"}
LOOKS = sorted(
    {(page.world, role) for page in IN_ENGLISH for role in page.roles if page.world != "faults"}
)


def test_mangled_text_keeps_what_is_put_into_it():
    text = mangled("%(name)s wrote <b>in</b> &ldquo;{title}&rdquo;: 5%%\n")

    assert text.startswith("[!! %(name)s wróté <b>íñ</b> &ldquo;{title}&rdquo;: 5%% ")
    assert text.endswith(" !!]\n")
    assert len(text) > 1.35 * 50


@pytest.fixture
def made_up(settings, tmp_path):
    """Put the made-up language in the place of English."""
    settings.LOCALE_PATHS = [write_catalogue(tmp_path / "locale")]
    settings.LANGUAGES = [(CODE, "Made up"), ("cy", "Welsh")]
    settings.LANGUAGE_CODE = CODE


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("world", "role"),
    [
        pytest.param(*look, marks=[] if look in IN_SAMPLE else pytest.mark.accessibility)
        for look in LOOKS
    ],
)
def test_page_has_no_words_of_its_own_and_goes_from_right_to_left(
    cast, made_up, browser, live_server, settings, tmp_path, tally, world, role
):
    things = build(world, cast, settings, tmp_path)
    pages = SAMPLE[world, role] if (world, role) in IN_SAMPLE else IN_ENGLISH
    people, faults = words_of_people(), []

    with tab_of(browser, live_server, getattr(cast, role)) as tab:
        for page in look_at(tab, pages, world, things, role):
            typed = (" ".join(str(value).split()) for value in (page.typed or {}).values())
            known = "\x00".join([people, *typed])
            found = [f"untranslated: {words!r}" for words in escaped(tab, known)]
            if page.route in AS_SENT:
                found = []
            is_ours = page.route != "demo-mail-html"
            if is_ours and tab.evaluate("document.documentElement.dir") != "rtl":
                found.append("it goes from left to right")
            for width in WIDTHS:
                tab.set_viewport_size({"width": width, "height": 800})
                tab.evaluate(DRAWN)
                wide = tab.evaluate("probes.sideways()")
                found += [f"at {width} px it scrolls sideways: {each}" for each in wide]
                found += [f"at {width} px {fault}" for fault in violations(tab)]
            tally.know(known_among(found))
            found = without_known(found)
            tally.note("made-up language", found)
            faults += [f"{page} as {role}: {fault}" for fault in found]

    fail_if_any(faults)
