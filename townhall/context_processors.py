"""What every page knows."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, Any]:
    """Name the council, and say whether this is a demonstration."""
    return {
        "council_name": settings.COUNCIL_NAME,
        "demonstration": settings.DEMONSTRATION,
    }
