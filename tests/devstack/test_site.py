import socket

import pytest

from devstack import site
from devstack.console import Trouble
from devstack.services import Services


def test_listen_without_port_takes_the_first_free_one(monkeypatch, capfd):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        first = taken.getsockname()[1]
        monkeypatch.setattr(site, "FIRST_PORT", first)

        with site.listen("") as door:
            port = door.getsockname()[1]

    assert first < port < first + site.PORTS_TO_TRY
    assert capfd.readouterr().out == f"townhall | port {first} is taken; using {port}\n"


def test_listen_refuses_a_given_port_that_is_taken():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        with pytest.raises(Trouble, match=f"port {port} cannot be used: Address already in use"):
            site.listen(str(port))


def test_two_doors_are_never_the_same():
    with site.listen("") as first, site.listen("") as second:
        assert first.getsockname() != second.getsockname()


@pytest.mark.parametrize("wanted", ["eighty", "0", "65536", "-1", "80.0"])
def test_listen_refuses_what_is_no_port(wanted):
    with pytest.raises(Trouble, match="PORT must be a number from 1 to 65535"):
        site.listen(wanted)


def test_fresh_is_offered_for_the_embedded_database_only(tmp_path):
    embedded = Services("postgres:///x", "unix:///x", postgres_programs=tmp_path)
    named = Services("postgres:///x", "unix:///x")

    assert "./dev run --fresh" in site.offer(embedded)
    assert "--fresh" not in site.offer(named)
