import stat

import pytest

from devstack.environment import (
    for_child,
    site_for_check,
    site_for_run,
    site_for_test,
    without_switches,
)
from devstack.services import Services
from devstack.state import State


@pytest.fixture
def state(tmp_path):
    return State(tmp_path, tmp_path / "sockets", is_kept=True)


def embedded(tmp_path):
    return Services(
        "postgres:///own",
        "unix:///own",
        postgres_programs=tmp_path,
        owner_url="postgres:///owner",
    )


def test_running_site_is_told_of_the_services_and_its_address(state, tmp_path):
    told = site_for_run(state, embedded(tmp_path), port=8123, chosen={})

    assert told.pop("SECRET_KEY") == state.secret_key()
    assert told == {
        "DJANGO_SETTINGS_MODULE": "townhall.settings",
        "DATABASE_URL": "postgres:///own",
        "DATABASE_OWNER_URL": "postgres:///owner",
        "REDIS_URL": "unix:///own",
        "EMAIL_URL": f"file://{tmp_path}/mail",
        "SITE_URL": "http://localhost:8123",
        "ALLOWED_HOSTS": "localhost,127.0.0.1",
        "INSECURE_COOKIES": "1",
        "STATIC_ROOT": f"{tmp_path}/static",
        "MEDIA_ROOT": f"{tmp_path}/media",
        "DATABASE_FOLDER": str(tmp_path),
        "PYTHONUNBUFFERED": "1",
        "TOWNHALL_DEMO": "1",
    }


def test_running_site_keeps_what_the_person_chose(state, tmp_path):
    chosen = {"EMAIL_URL": "smtp://mail.example:25", "SECRET_KEY": "mine", "INSECURE_COOKIES": "0"}

    told = site_for_run(state, embedded(tmp_path), chosen=chosen)

    assert told["EMAIL_URL"] == "smtp://mail.example:25"
    assert told["SECRET_KEY"] == "mine"
    assert told["INSECURE_COOKIES"] == "1"


def test_a_database_of_somebody_elses_gets_no_demonstration(state):
    told = site_for_run(state, Services("postgres:///theirs", "unix:///own"), chosen={})

    assert "TOWNHALL_DEMO" not in told


def test_tested_site_sends_no_mail_and_is_no_demonstration(state, tmp_path, monkeypatch):
    monkeypatch.setenv("EMAIL_URL", "smtp://mail.example:25")

    told = site_for_test(state, embedded(tmp_path))

    assert told["EMAIL_URL"] == f"file://{tmp_path}/mail"
    assert "TOWNHALL_DEMO" not in told


def test_checked_site_reaches_nothing_and_relaxes_nothing():
    told = site_for_check()

    assert told["SITE_URL"] == "https://townhall.example"
    assert not told.keys() & {"INSECURE_COOKIES", "TOWNHALL_DEMO", "DEBUG"}
    assert len(told["SECRET_KEY"]) > 50


def test_child_finds_tools_then_psql_then_the_persons_path(tmp_path):
    environment = for_child({"A": "site"}, tmp_path, inherited={"A": "person", "PATH": "/bin"})

    assert environment["A"] == "site"
    assert environment["PATH"].split(":")[1:] == [str(tmp_path), "/bin"]


def test_switches_do_not_leak_into_tests():
    assert without_switches({"DEBUG": "1", "TOWNHALL_DEMO": "1", "LANG": "C"}) == {"LANG": "C"}


def test_secret_key_is_made_once_and_private(state, tmp_path):
    key = state.secret_key()

    assert state.secret_key() == key
    assert len(key) > 50
    assert stat.S_IMODE((tmp_path / "secret-key").stat().st_mode) == 0o600


def test_mail_folder_is_private(state, tmp_path):
    site_for_test(state, embedded(tmp_path))

    assert stat.S_IMODE((tmp_path / "mail").stat().st_mode) == 0o700
