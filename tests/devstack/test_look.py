import json

import pytest
from django.test import Client

from bench.look.__main__ import chosen, parse
from bench.look.camera import Camera
from bench.look.sheet import draw_sheets, remove_old, write_index, write_list
from bench.look.sight import Sight
from bench.server import Failure
from devstack.__main__ import PASSED_ON
from devstack.commands import look

TOO_WIDE = "data:text/html,<body style='margin:0'><p style='width:500px'>wide"
SIGHTS = [Sight("home", "/", ("visitor", "resident")), Sight("mine", "/mine/", ("resident",))]


def test_look_is_handed_its_arguments():
    options = parse(["--pages", "home, place", "--widths", "320", "--as", "resident"])

    assert PASSED_ON["look"] is look
    assert (options.pages, options.widths, options.role) == (["home", "place"], [320], "resident")
    assert options.schemes == ["light", "dark"]


def test_only_what_was_asked_for_is_looked_at():
    assert chosen(SIGHTS, None, None) == SIGHTS
    assert chosen(SIGHTS, ["mine"], None) == SIGHTS[1:]
    assert chosen(SIGHTS, None, "visitor") == [Sight("home", "/", ("visitor",))]


@pytest.mark.parametrize(("pages", "role"), [(["hoome"], None), (None, "mayor")])
def test_unknown_name_is_refused(pages, role):
    with pytest.raises(Failure, match="is called"):
        chosen(SIGHTS, pages, role)


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_pictures_and_sheet_are_made_and_faults_are_found(live_server, browser, tmp_path, cast):
    client = Client()
    client.force_login(cast.resident)
    cookies = {name: morsel.value for name, morsel in client.cookies.items()}
    seen = [Sight("mine", "/mine/"), Sight("gone", "/gone/"), Sight("wide", TOO_WIDE, status=0)]
    camera = Camera(live_server.url, tmp_path, [320], ["light"])

    mine, gone, wide = visits = list(camera.visit_all(browser, "resident", cookies, seen))
    write_list(tmp_path, visits)
    write_index(tmp_path, visits)
    sheets = draw_sheets(tmp_path, visits, browser)

    assert (mine.status, mine.errors, mine.is_well) == (200, [], True)
    assert gone.errors[-1] == "answers 404 instead of 200"
    assert (wide.errors, wide.pictures[0].overflow, wide.is_well) == ([], 180, False)
    assert (tmp_path / mine.pictures[0].file).stat().st_size == mine.pictures[0].bytes
    rows = json.loads((tmp_path / "list.json").read_text())
    assert [row["scrolls_sideways"] for row in rows] == [False, False, True]
    assert sheets == ["sheet-320-01.png"]
    remove_old(tmp_path)
    assert [path.name for path in tmp_path.glob("*.png")] == []
