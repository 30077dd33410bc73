"""What must hold before the site starts."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register


@register(Tags.security, deploy=True)
def demonstration_is_off(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Refuse a deployment that carries the demonstration's well-known passwords."""
    if settings.DEMONSTRATION:
        return [
            Error(
                "TOWNHALL_DEMO is on: its accounts have a public password.",
                id="townhall.E1",
            )
        ]
    return []
