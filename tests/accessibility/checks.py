"""What is asked of every page in a browser; each check returns the faults that it found.

A check leaves the tab as it found it, so that all of them can look at a page that was opened once.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from tests.accessibility.browsing import violations

WIDTHS = (320, 768, 1280)
SCHEMES = ("light", "dark")
HEIGHT = 800
WIDEST = 1280
USUAL_TEXT = 16  # px
LEAST_TARGET = 24  # px, WCAG 2.2, 2.5.8; axe measures it
LEAST_TOUCHED = 44  # px, for buttons and ways about the site


def show(tab: Any, width: int, scheme: str = "light") -> None:
    # Whatever else has set the size: the one that stands already would not be set again.
    tab.set_viewport_size({"width": width, "height": HEIGHT - 1})
    tab.set_viewport_size({"width": width, "height": HEIGHT})
    tab.emulate_media(color_scheme=scheme)
    assert tab.evaluate("innerWidth") == width


def seen(
    tab: Any, widths: tuple[int, ...] = WIDTHS, schemes: tuple[str, ...] = SCHEMES
) -> Iterator[list[str]]:
    """Look with axe at each width and in each scheme, and for a page wider than the window."""
    for width in widths:
        for scheme in schemes:
            show(tab, width, scheme)
            told = f"at {width} px, {scheme}"
            wide = tab.evaluate("probes.sideways()")
            yield [f"{told}: {fault}" for fault in violations(tab)] + [
                f"{told} it scrolls sideways: {each}" for each in wide
            ]
    show(tab, WIDEST)


def by_keyboard(tab: Any) -> list[str]:
    """Go through the whole page by Tab: each stop once and in order, seen, and out at the end."""
    tab.evaluate("probes.openDetails()")
    awaited = tab.evaluate("probes.beginAtTop()")
    reached: list[int] = []
    faults: list[str] = []
    for _press in range(2 * awaited + 40):
        tab.keyboard.press("Tab")
        stop = tab.evaluate("probes.stop()")
        # Beyond the page there is only a window without anything in it, so Tab may come round.
        if stop["at"] == "left" or (stop["at"] == 0 and reached and reached[-1] != 0):
            break
        if stop.get("isInParts") and reached[-1:] == [stop["at"]]:
            continue  # the browser itself shows which part of a date it is
        if stop["at"] != "elsewhere":
            reached.append(stop["at"])
        faults += _at_stop(stop)
    else:
        faults.append("Tab never leaves the page")
    faults += _order(tab, reached, awaited)
    tab.evaluate("probes.closeDetails()")
    return faults


def _at_stop(stop: dict[str, Any]) -> Iterator[str]:
    if stop["at"] == "elsewhere":
        if not stop["isFine"]:
            yield f"Tab goes to {stop['says']}, which is nothing to act on"
        return
    if not stop["isRinged"]:
        yield f"the focus on {stop['says']} is not seen"
    if stop["isCovered"]:
        yield f"the focus on {stop['says']} is covered"


def _order(tab: Any, reached: list[int], awaited: int) -> list[str]:
    if reached == list(range(awaited)):
        return []
    missed = sorted(set(range(awaited)) - set(reached))
    faults = [f"Tab never goes to {tab.evaluate('at => probes.says(at)', at)}" for at in missed]
    again = sorted({at for at in reached if reached.count(at) > 1})
    faults += [f"Tab goes twice to {tab.evaluate('at => probes.says(at)', at)}" for at in again]
    return faults or [f"Tab goes from stop to stop in the order {reached}"]


def in_large_text(tab: Any) -> list[str]:
    """Look with letters twice as large, as somebody sets them in their browser.

    The size that a wide window adds goes when letters fill it, so they grow a little less.
    """
    before = tab.evaluate("probes.textSize()")
    devtools = tab.context.new_cdp_session(tab)
    faults: list[str] = []
    for width in (WIDEST, WIDEST // 2):
        show(tab, width)
        devtools.send("Page.setFontSizes", {"fontSizes": {"standard": 2 * USUAL_TEXT}})
        after = tab.evaluate("probes.textSize()")
        if after < 1.85 * before:
            faults.append(f"letters of {before} px become {after} px, not twice as large")
        faults += _lost(tab, f"in letters twice as large at {width} px")
    devtools.send("Page.setFontSizes", {"fontSizes": {"standard": USUAL_TEXT}})
    devtools.detach()
    show(tab, WIDEST)
    return faults


def zoomed(tab: Any) -> list[str]:
    """Look at 400 % of a window of 1280 to 1024: 320 to 256 CSS pixels (WCAG 1.4.10)."""
    devtools = tab.context.new_cdp_session(tab)
    size = {"width": 320, "height": 256, "deviceScaleFactor": 4, "mobile": False}
    devtools.send("Emulation.setDeviceMetricsOverride", size)
    faults = _lost(tab, "at 400 %")
    still = tab.evaluate("probes.inTheWay()")
    faults += [f"at 400 % this stays in the way: {each}" for each in still]
    devtools.send("Emulation.clearDeviceMetricsOverride")
    devtools.detach()
    show(tab, WIDEST)
    return faults


def spaced_out(tab: Any) -> list[str]:
    """Look with the distances between letters, words and lines of WCAG 1.4.12."""
    faults: list[str] = []
    tab.evaluate("probes.spaceOut(true)")
    for width in (WIDEST, 320):
        show(tab, width)
        faults += _lost(tab, f"spaced out at {width} px")
    tab.evaluate("probes.spaceOut(false)")
    show(tab, WIDEST)
    return faults


def _lost(tab: Any, told: str) -> list[str]:
    wide, cut = tab.evaluate("[probes.sideways(), probes.cutOff()]")
    return [f"{told} it scrolls sideways: {each}" for each in wide] + [
        f"{told} words are cut off: {each}" for each in cut
    ]


def at_rest(tab: Any) -> list[str]:
    """Look for what moves although somebody asked for less motion."""
    tab.emulate_media(reduced_motion="reduce")
    return [f"asked for less motion, there is {each}" for each in tab.evaluate("probes.moving()")]


def in_forced_colours(tab: Any) -> list[str]:
    """Look in the few colours of a system setting."""
    tab.evaluate("probes.noteBoxes()")
    tab.emulate_media(forced_colors="active")
    faults = violations(tab)
    faults += [f"the focus on {each} is not seen" for each in tab.evaluate("probes.withoutRing()")]
    faults += [f"{each} has no edge" for each in tab.evaluate("probes.withoutEdge()")]
    tab.emulate_media(forced_colors="none")
    return [f"in forced colours: {fault}" for fault in faults]


def by_touch(tab: Any) -> list[str]:
    """Measure what a finger has to hit."""
    show(tab, 320)
    with _touched(tab):
        assert tab.evaluate("matchMedia('(pointer: coarse)').matches")
        faults = tab.evaluate("least => probes.tooSmall(least)", LEAST_TOUCHED)
    show(tab, WIDEST)
    return [f"too small for a finger: {each}" for each in faults]


@contextmanager
def _touched(tab: Any) -> Iterator[None]:
    devtools = tab.context.new_cdp_session(tab)
    devtools.send("Emulation.setTouchEmulationEnabled", {"enabled": True})
    yield
    devtools.send("Emulation.setTouchEmulationEnabled", {"enabled": False})
    devtools.detach()


# By the names that the results give them.
CHECKS: dict[str, Callable[[Any], list[str]]] = {
    "keyboard": by_keyboard,
    "text at 200 %": in_large_text,
    "zoom to 400 %": zoomed,
    "text spacing": spaced_out,
    "reduced motion": at_rest,
    "forced colours": in_forced_colours,
    "touch": by_touch,
}
