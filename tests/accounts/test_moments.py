"""How a moment is written in a list: in words, by the clock of the site, and for a program."""

from datetime import UTC, datetime

import pytest
from django.utils import timezone, translation

from accounts.templatetags.listing import ago

SUMMER = datetime(2026, 7, 4, 8, 5, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    ("exactness", "words"), [("minute", "4 July 2026, 09:05"), ("day", "4 July 2026")]
)
def test_moment_is_written_by_the_clock_of_the_site(exactness, words):
    drawn = ago(SUMMER, exactness)

    assert drawn == f'<time class="ago" datetime="2026-07-04T09:05:59+01:00">{words}</time>'


def test_moment_is_written_in_the_language_and_zone_of_the_reader():
    with translation.override("cy"), timezone.override(UTC):
        assert ">4 Gorffennaf 2026, 08:05<" in ago(SUMMER)
