import re
from pathlib import Path

import pytest

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).parents[2]
# Classes that a page of the design cannot show beside the others, each with its reason.
ELSEWHERE = {
    "demo": "the strip of a demonstration",
    "hero": "the first page alone has it",
    "aside": "belongs to the hero",
    "new": "shown by the list of threads to members",
    "two": "the frame of a page with a side column",
    "narrow": "the frame of a page with one short column",
    "since": "drawn where a reader left off",
    "quote": "drawn by answers",
    "t": "the title in a row",
    "entrance": "the frame of the sign-in pages",
}
HOOKS = {"dashboard"}  # of scripts and of the admin, which have no style of ours


def style_sheet():
    css = (ROOT / "static/css/site.css").read_text(encoding="utf-8")
    return re.sub(r"/\*.*?\*/|url\([^)]*\)|\{[^{}]*\}", " ", css, flags=re.DOTALL)


def classes_on(page):
    return {name for names in re.findall(r'class="([^"]*)"', page) for name in names.split()}


def test_design_page_shows_every_component(client):
    styled = set(re.findall(r"\.([a-z][\w-]*)", style_sheet()))
    shown = classes_on(client.get("/about/design/").content.decode())

    assert styled - shown - set(ELSEWHERE) == set()


def test_no_component_is_excused_that_is_gone():
    styled = set(re.findall(r"\.([a-z][\w-]*)", style_sheet()))

    assert set(ELSEWHERE) - styled == set()


def test_templates_use_no_class_without_a_style():
    sheets = "".join(
        path.read_text(encoding="utf-8") for path in (ROOT / "static/css").glob("*.css")
    )
    styled = set(re.findall(r"\.([a-z][\w-]*)", sheets))
    used = set()
    for path in (ROOT / "templates").rglob("*.html"):
        if "admin" not in path.parts and "emails" not in path.parts:
            plain = re.sub(r"\{[%{].*?[%}]\}", " ", path.read_text(encoding="utf-8"))
            used |= classes_on(plain)

    whole = {name for name in used if not name.endswith("-")}  # others are put together
    assert whole - styled - HOOKS == set()


def test_design_page_tells_the_contrast_of_each_pair(client):
    pairs = client.get("/about/design/").context["pairs"]

    assert len(pairs) == 21
    assert all(min(pair["light"], pair["dark"]) >= 4.5 for pair in pairs)


def test_design_page_tells_the_contrast_of_the_councils_own_colour(client, settings):
    settings.COUNCIL_COLOUR = "#7a1f5c"
    pairs = client.get("/about/design/").context["pairs"]

    (accent,) = [pair for pair in pairs if (pair["text"], pair["ground"]) == ("accent", "paper")]
    assert round(accent["light"], 1) == 9.2


def test_design_page_asks_for_nothing_that_is_not_there(client, django_assert_num_queries):
    # the versions that a public page depends on
    with django_assert_num_queries(1):
        client.get("/about/design/")
