"""What the site refuses to start with."""

import os
import secrets
import subprocess
import sys

import pytest

GOOD = "q7Rz_Jm2VhX9wLk4TbNfP6sYd3GcEaU8oHiC1vBxKjMnQrSt5WyZlFpDg0uAeI7"
SERVER = {
    "SECRET_KEY": GOOD,
    "DATABASE_URL": "postgres://townhall@%2Fnowhere/townhall",
    "REDIS_URL": "unix:///nowhere/redis.sock",
    "EMAIL_URL": "smtp+tls://townhall:secret@mail.townhall.example:587",
    "ALLOWED_HOSTS": "townhall.example",
    "PATH": os.environ["PATH"],
}


def started(**changed):
    environment = {**SERVER, **changed}
    command = [sys.executable, "-c", "import townhall.settings"]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    "key",
    [
        "short",
        GOOD[:49],
        "ab" * 30,
        f"django-insecure-{GOOD}",
        f"change-me-{GOOD}",
        f"Your-Secret-Key-{GOOD}",
    ],
)
@pytest.mark.parametrize("name", ["SECRET_KEY", "SECRET_KEY_FALLBACKS"])
def test_server_refuses_a_key_that_can_be_guessed(name, key):
    refused = started(**{name: key})

    assert refused.returncode != 0
    assert "secrets.token_urlsafe(50)" in refused.stderr
    assert key not in refused.stderr


def test_server_refuses_to_show_what_it_is_made_of():
    refused = started(DEBUG="1")

    assert refused.returncode != 0
    assert "DEBUG" in refused.stderr.splitlines()[-1]


def test_server_starts_with_a_key_that_nobody_knows():
    assert started(SECRET_KEY_FALLBACKS=secrets.token_urlsafe(50)).returncode == 0


def test_machine_of_ones_own_may_be_shown_what_is_wrong():
    assert started(DEBUG="1", SECRET_KEY="short", INSECURE_COOKIES="1").returncode == 0
