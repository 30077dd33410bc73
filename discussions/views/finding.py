"""What several pages of the room need."""

from typing import TypeVar

from django.http import Http404, HttpRequest

Found = TypeVar("Found")
LONGEST_NUMBER = 18  # digits, which fit every key
LARGEST_POST_NUMBER = 2**31 - 1  # its column holds no more


def first_or_404(rows: list[Found]) -> Found:
    """Return the one row that a page is about; raise 404 where there is none."""
    if not rows:
        raise Http404
    return rows[0]


def number_in(text: str) -> int | None:
    """Read a number as people type it; of a longer one than any here, the beginning will do."""
    text = text.strip()
    return int(text[:LONGEST_NUMBER]) if text.isascii() and text.isdigit() else None


def post_number_in(text: str) -> int | None:
    """Read the number of a post in its thread; of one that none can have, the largest."""
    number = number_in(text)
    return None if number is None else min(number, LARGEST_POST_NUMBER)


def is_reading(request: HttpRequest) -> bool:
    """Say whether somebody looks at a page, and not their browser ahead of them."""
    purpose = request.headers.get("Sec-Purpose", "") + request.headers.get("Purpose", "")
    return request.method == "GET" and "prefetch" not in purpose
