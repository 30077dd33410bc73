import pytest
from django.core.checks import run_checks


@pytest.mark.parametrize("demonstration", [True, False])
def test_deployment_with_the_demonstrations_passwords_is_refused(settings, demonstration):
    settings.DEMONSTRATION = demonstration

    found = run_checks(include_deployment_checks=True)

    assert ("townhall.E1" in {message.id for message in found}) is demonstration
