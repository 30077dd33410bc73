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
