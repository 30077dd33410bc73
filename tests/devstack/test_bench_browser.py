"""The benchmark's browser against a server that ends connections it had promised to keep."""

import http.client
import socket
import threading

import pytest

from bench.browser import Browser
from bench.server import WIDE_LIMITS
from townhall.default_limits import DEFAULT_LIMITS
from townhall.environment import RATE

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: keep-alive\r\n\r\nok"


@pytest.fixture
def answers():
    """How often each connection is answered before it ends; the last ones stay."""
    return [1, 1, 0]


@pytest.fixture
def port(answers):
    def serve(door):
        for count in answers:
            connection, _address = door.accept()
            with connection:
                for _number in range(count):
                    connection.recv(65_536)
                    connection.sendall(ANSWER)

    with socket.create_server(("127.0.0.1", 0)) as door:
        threading.Thread(target=serve, args=[door], daemon=True).start()
        yield door.getsockname()[1]


def test_kept_connection_that_ended_is_made_again(port):
    browser = Browser(port)

    assert [browser.get("/").text, browser.post("/", {"words": "x"}).text] == ["ok", "ok"]


def test_new_connection_that_ends_without_an_answer_is_told(port):
    browser = Browser(port)
    browser.get("/")
    browser.get("/")

    with pytest.raises((http.client.RemoteDisconnected, ConnectionResetError)):
        browser.get("/")


def test_limits_are_counted_and_never_reached():
    assert set(WIDE_LIMITS) == {f"LIMIT_{kind.upper()}" for kind in DEFAULT_LIMITS}
    for kind, rates in DEFAULT_LIMITS.items():
        wide = WIDE_LIMITS[f"LIMIT_{kind.upper()}"].split(",")
        assert len(wide) == len(rates.split(","))
        assert all(map(RATE.fullmatch, wide))
