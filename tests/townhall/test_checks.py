import subprocess
import sys

import pytest
from django.core.checks import run_checks


@pytest.mark.parametrize("demonstration", [True, False])
def test_deployment_with_the_demonstrations_passwords_is_refused(settings, demonstration):
    settings.DEMONSTRATION = demonstration

    found = run_checks(include_deployment_checks=True)

    assert ("townhall.E1" in {message.id for message in found}) is demonstration


def test_web_server_can_load_the_site():
    # In a process of its own, as the server does: here the apps are loaded already.
    loading = [sys.executable, "-c", "import townhall.wsgi"]

    loaded = subprocess.run(loading, capture_output=True, text=True)

    assert (loaded.returncode, loaded.stderr[-500:]) == (0, "")


@pytest.mark.parametrize(
    ("site", "owner", "warns"),
    [
        ("townhall", "townhall_owner", False),
        ("townhall", "townhall", True),
        ("townhall", "", True),
        ("", "townhall_owner", True),
    ],
)
def test_deployment_with_one_role_for_all_is_warned(settings, monkeypatch, site, owner, warns):
    monkeypatch.setitem(settings.DATABASES["default"], "USER", site)
    settings.DATABASE_OWNER = {"USER": owner} if owner else {}

    found = run_checks(include_deployment_checks=True)

    assert ("townhall.W2" in {message.id for message in found}) is warns
