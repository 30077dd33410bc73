"""The checks themselves find what they are for, and nothing on a page that is well made."""

import pytest

from tests.accessibility import checks
from tests.accessibility.browsing import PROBES

pytestmark = pytest.mark.browser
PAGE = """<!doctype html><html lang="en-gb"><head><title>A page</title><style>
:focus-visible {{ outline: 3px solid #00f }} button {{ min-height: 44px; border: 1px solid }}
{style}</style></head><body><main><h1>A page</h1><a href="#a">A way</a> <button id="a">Act</button>
{body}</main><script>{script}</script></body></html>"""
FAULTS = {
    "keyboard: not seen": ({"style": "a { outline: none !important }"}, "is not seen"),
    "keyboard: covered": (
        {"body": "<p style='position: fixed; inset: 0; background: #fff'>Over all</p>"},
        "is covered",
    ),
    "keyboard: order": ({"body": "<a href='#a' tabindex='1'>First</a>"}, "never goes to <a> First"),
    "keyboard: trap": (
        {"script": "onkeydown = event => { if (event.target.id) event.preventDefault(); }"},
        "Tab never leaves the page",
    ),
    "text at 200 %": ({"style": "body { font-size: 16px }"}, "not twice as large"),
    "text at 200 %: cut off": (
        {"body": "<p style='width: 2rem; height: 16px; overflow: hidden'>Words</p>"},
        "words are cut off",
    ),
    "zoom to 400 %": ({"body": "<p style='width: 400px'>Wide</p>"}, "scrolls sideways"),
    "zoom to 400 %: in the way": (
        {"body": "<p style='position: fixed; inset: 0 0 auto; height: 200px'>Bar</p>"},
        "stays in the way",
    ),
    "text spacing": (
        {"body": "<p style='width: 6em; white-space: nowrap; overflow: hidden'>Twelve words</p>"},
        "words are cut off",
    ),
    "reduced motion": (
        {"style": "h1 { animation: a 2s infinite } @keyframes a { to { opacity: 0 } }"},
        "an animation of <h1>",
    ),
    "reduced motion: fades": ({"style": "a { transition: color 1s }"}, "a transition of <a>"),
    "forced colours: edge": (
        {"style": "button { border: 0 !important; background: #eee }"},
        "has no edge",
    ),
    "forced colours: focus": (
        {"style": ":focus-visible { outline: none !important; box-shadow: 0 0 3px #00f }"},
        "is not seen",
    ),
    "touch": ({"style": "button { min-height: 20px !important }"}, "too small for a finger"),
}


@pytest.fixture(scope="module")
def tab(browser):
    context = browser.new_context(reduced_motion="reduce")
    yield context.new_page()
    context.close()


def show(tab, **parts):
    tab.set_content(PAGE.format(**({"style": "", "body": "", "script": ""} | parts)))
    tab.evaluate(PROBES)
    checks.show(tab, checks.WIDEST)


@pytest.mark.parametrize("case", list(FAULTS))
def test_check_finds_its_fault(tab, case):
    parts, words = FAULTS[case]
    show(tab, **parts)

    found = checks.CHECKS[case.partition(":")[0]](tab)

    assert words in "\n".join(found)


@pytest.mark.parametrize("check", list(checks.CHECKS))
def test_check_finds_nothing_on_a_good_page(tab, check):
    show(tab)

    assert checks.CHECKS[check](tab) == []


def test_look_with_axe_finds_its_faults_at_each_width_and_scheme(tab):
    show(tab, body="<img src='data:,'><p style='width: 2000px'>Wide</p>")

    found = list(checks.seen(tab))

    assert len(found) == len(checks.WIDTHS) * len(checks.SCHEMES)
    for faults in found:
        assert any(": image-alt:" in fault for fault in faults)
        assert any("scrolls sideways" in fault for fault in faults)
