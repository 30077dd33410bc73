import pytest

from devstack import browser
from devstack.console import Trouble


@pytest.fixture(autouse=True)
def _nothing_to_be_found(monkeypatch):
    monkeypatch.setattr(browser, "find", lambda: "")
    monkeypatch.setattr(browser, "install", lambda: False)


def test_named_browser_is_taken():
    assert browser.chromium({"CHROMIUM": "/opt/chromium"}) == {"CHROMIUM": "/opt/chromium"}


def test_missing_browser_is_said(capfd):
    assert browser.chromium({}) == {}
    assert "the browser tests will be skipped" in capfd.readouterr().out


def test_missing_browser_is_a_failure_where_it_is_required():
    with pytest.raises(Trouble, match="no Chromium was found"):
        browser.chromium({"REQUIRE_BROWSER": "1"})


def test_browser_is_found_once_installed(monkeypatch):
    installed = []
    monkeypatch.setattr(browser, "find", lambda: "/usr/bin/chromium" if installed else "")
    monkeypatch.setattr(browser, "install", lambda: installed.append(True) or True)

    assert browser.chromium({}) == {"CHROMIUM": "/usr/bin/chromium"}
