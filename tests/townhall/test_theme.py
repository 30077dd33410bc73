import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.checks import run_checks

from accounts import colours
from townhall import theme

CSS = (Path(__file__).parents[2] / "static/css/site.css").read_text(encoding="utf-8")
LIGHT, DARK = CSS.split("@media screen and (prefers-color-scheme: dark)", 1)
TEXT = ["ink", "soft", "accent", "wait", "done", "bad"]
GROUNDS = ["paper", "sheet", "tint"]
PAIRS = [(text, ground) for text in TEXT for ground in GROUNDS]
PAIRS += [(name, f"{name}-tint") for name in ("wait", "done", "bad")]
PAIRS += [("ink", f"{name}-tint") for name in ("wait", "done", "bad")]
PAIRS += [("soft", f"{name}-tint") for name in ("wait", "done", "bad")]
PAIRS += [("accent-ink", "accent"), ("bad-ink", "bad"), ("accent", "done-tint")]


def tokens(css):
    plain = re.sub(r"var\(--council[-a-z]*, (#\w+)\)", r"\1", css[:2500])
    found = dict(re.findall(r"--([-a-z]+): (#[0-9a-f]{3,6});", plain))
    return {
        name: value if len(value) == 7 else "#" + "".join(2 * digit for digit in value[1:])
        for name, value in found.items()
    }


def test_contrast_is_that_of_the_standard():
    assert round(colours.contrast("#ffffff", "#000000"), 2) == 21
    assert round(colours.contrast("#777777", "#ffffff"), 2) == 4.48


@pytest.mark.parametrize(("text", "ground"), PAIRS)
@pytest.mark.parametrize("css", [LIGHT, DARK], ids=["light", "dark"])
def test_every_pair_of_tokens_can_be_read(css, text, ground):
    found = tokens(css)

    assert colours.contrast(found[text], found[ground]) >= colours.LEAST_CONTRAST


@pytest.mark.parametrize("css", [LIGHT, DARK], ids=["light", "dark"])
def test_edges_of_controls_stand_out(css):
    found = tokens(css)

    for ground in GROUNDS:
        assert colours.contrast(found["edge"], found[ground]) >= 3


def test_theme_knows_the_grounds_of_the_style_sheet():
    light, dark = tokens(LIGHT), tokens(DARK)

    assert (light["paper"], light["sheet"]) == colours.LIGHT_GROUNDS
    assert (dark["paper"], dark["sheet"]) == colours.DARK_GROUNDS
    assert {"light": light["ink"], "dark": dark["ink"]} == theme.INK


@pytest.mark.parametrize("colour", ["#0b5563", "#7a1f5c", "#003078", "#5a3d00", "#1c2530"])
def test_shades_of_a_fit_colour_can_be_read(settings, colour):
    settings.COUNCIL_COLOUR = colour

    assert theme.weak_pairs(colour) == []
    assert run_checks(tags=["theme"]) == []


@pytest.mark.parametrize(
    ("colour", "fault"),
    [("#ffd700", "townhall.E3"), ("teal", "townhall.E2"), ("#12345", "townhall.E2")],
)
def test_colour_that_nobody_can_read_is_refused(settings, colour, fault):
    settings.COUNCIL_COLOUR = colour

    assert [message.id for message in run_checks(tags=["theme"])] == [fault]


def test_refusal_names_a_shade_that_would_do(settings):
    settings.COUNCIL_COLOUR = "#ffd700"

    (refusal,) = run_checks(tags=["theme"])

    shade = re.search(r"#[0-9a-f]{6}", refusal.hint)[0]
    assert theme.weak_pairs(shade) == []


def test_mark_that_no_browser_shows_is_refused(settings, tmp_path):
    file = tmp_path / "mark.exe"
    file.write_bytes(b"MZ")
    settings.COUNCIL_LOGO = str(file)

    assert [message.id for message in run_checks(tags=["theme"])] == ["townhall.E4"]


def test_site_does_not_start_in_a_colour_that_nobody_can_read():
    environment = {**os.environ, "COUNCIL_COLOUR": "#ffd700"}

    start = [sys.executable, "-c", "import townhall.wsgi"]
    done = subprocess.run(start, env=environment, capture_output=True, text=True, check=False)

    assert done.returncode != 0
    assert "COUNCIL_COLOUR #ffd700 cannot be read well" in done.stderr


@pytest.mark.django_db
def test_page_carries_the_councils_colour_and_mark(client, settings, tmp_path):
    file = tmp_path / "mark.svg"
    file.write_text('<svg xmlns="http://www.w3.org/2000/svg"/>', encoding="utf-8")
    settings.COUNCIL_COLOUR, settings.COUNCIL_LOGO = "#7a1f5c", str(file)

    page = client.get("/").content.decode()
    style = re.search(r'href="(/theme/\w+\.css)"', page)[1]
    mark = re.search(r'src="(/theme/\w+\.svg)"', page)[1]

    sheet = client.get(style)
    assert sheet.headers["Content-Type"] == "text/css; charset=utf-8"
    assert "--council: #7a1f5c;" in sheet.content.decode()
    assert "immutable" in sheet.headers["Cache-Control"]
    assert client.get(mark).headers["Content-Type"] == "image/svg+xml"
    assert client.get("/theme/000000000000.css").status_code == 404
    assert client.get("/theme/000000000000.svg").status_code == 404


@pytest.mark.django_db
def test_site_of_its_own_colour_has_no_second_style_sheet(client):
    assert "/theme/" not in client.get("/").content.decode()


@pytest.mark.django_db
def test_welsh_pages_carry_the_councils_welsh_name(client, settings):
    settings.COUNCIL_NAME, settings.COUNCIL_NAME_CY = "Westmarch", "Gororau'r Gorllewin"

    assert "Gororau&#x27;r Gorllewin" in client.get("/cy/").content.decode()
    assert "Westmarch" in client.get("/").content.decode()
