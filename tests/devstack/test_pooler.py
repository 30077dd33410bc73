import pytest

from devstack import pooler
from devstack.console import Trouble


@pytest.fixture(autouse=True)
def _nothing_to_be_found(monkeypatch):
    monkeypatch.setattr(pooler, "find", lambda: "")
    monkeypatch.setattr(pooler, "install", lambda: False)


def test_named_pooler_is_taken():
    assert pooler.pgbouncer({"PGBOUNCER": "/opt/it"}) == {"PGBOUNCER": "/opt/it"}


def test_missing_pooler_is_said(capfd):
    assert pooler.pgbouncer({}) == {}
    assert "the tests behind a pooler will be skipped" in capfd.readouterr().out


@pytest.mark.parametrize("environment", [{"REQUIRE_POOLER": "1"}, {"CI": "true"}])
def test_missing_pooler_is_a_failure_where_it_is_required(environment):
    with pytest.raises(Trouble, match="no PgBouncer was found"):
        pooler.pgbouncer(environment)


def test_pooler_is_found_once_installed(monkeypatch):
    installed = []
    monkeypatch.setattr(pooler, "find", lambda: "/usr/sbin/pgbouncer" if installed else "")
    monkeypatch.setattr(pooler, "install", lambda: installed.append(True) or True)

    assert pooler.pgbouncer({}) == {"PGBOUNCER": "/usr/sbin/pgbouncer"}
