"""What the checks of accessibility share."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest

from tests.accessibility.results import NAME, Tally
from tests.pages.catalogue import Page
from tests.pages.visits import open_by_client
from tests.pages.worlds import build

HTML = "text/html; charset=utf-8"


@pytest.fixture
def visits(cast: Any, client_of: Any, settings: Any, tmp_path: Any) -> Any:
    """Return a function that opens the pages of a world one after the other, without a browser."""

    def opened(
        pages: Iterable[Page], world: str, roles: Callable[[Page], Any] = lambda page: page.roles
    ) -> Iterator[tuple[Page, str, Any]]:
        things = build(world, cast, settings, tmp_path)
        for page in pages:
            for role in roles(page) if page.world == world else ():
                client = client_of(getattr(cast, role))
                client.raise_request_exception = False
                response = open_by_client(client, page, things)
                answer = (response.status_code, response["Content-Type"])
                assert (str(page), role, *answer) == (str(page), role, page.status, HTML)
                yield page, role, response

    return opened


@pytest.fixture
def tally(record_property: Any) -> Tally:
    """Count what a test looks at; the counts of all tests are printed at the end."""
    counted = Tally()
    record_property(NAME, counted.handed)
    return counted
