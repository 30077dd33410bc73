"""No page escapes: whatever is added to the site is in the catalogue, in states that differ."""

import contextlib
from pathlib import Path

import pytest
from django.conf import settings
from django.db import transaction
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse

from tests.pages import EXCUSED, EXCUSED_ENDS_OF_ADMIN, EXCUSED_TEMPLATES, IN_ENGLISH, PAGES
from tests.pages.worlds import BUILDERS, build

TEMPLATES = Path(settings.BASE_DIR) / "templates"


def routes(resolver=None, namespace=""):
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            yield from routes(pattern, pattern.namespace or namespace)
        elif isinstance(pattern, URLPattern) and pattern.name:
            yield f"{namespace}:{pattern.name}" if namespace else pattern.name


def excuse_of(route):
    if route.startswith("admin:"):
        ends = (end for end in EXCUSED_ENDS_OF_ADMIN if route.endswith(end))
        return next((EXCUSED_ENDS_OF_ADMIN[end] for end in ends), None)
    return EXCUSED.get(route, (None,))[0]


def test_catalogue_has_every_route():
    shown = {page.route for page in PAGES}
    named = {route for route in routes() if route != "admin:app_list"}  # listed by their paths

    assert {route for route in named - shown if not excuse_of(route)} == set()
    assert {route for route in EXCUSED if route in shown or route not in named} == set()


@pytest.mark.django_db
def test_excused_routes_have_no_page(cast, client_of, settings, tmp_path):
    things = build("full", cast, settings, tmp_path)
    client = client_of(cast.admin)
    shown = {page.route for page in PAGES}
    found = []

    for route in {route for route in routes() if excuse_of(route)} - shown:
        response = client.get(address_of(route, things))
        if response.status_code == 200 and response["Content-Type"].startswith("text/html"):
            found.append(route)

    assert found == []


@pytest.mark.django_db
def test_catalogue_shows_every_template(visits):
    wanted = {str(path.relative_to(TEMPLATES)) for path in TEMPLATES.rglob("*.html")}
    wanted = {name for name in wanted if not name.startswith(("emails/", "account/email/"))}

    for world in BUILDERS:
        before = transaction.savepoint()  # not a block: pages must be able to open their own
        for _page, _role, response in visits(IN_ENGLISH, world, lambda page: page.roles[:1]):
            wanted -= {template.name for template in response.templates}
        transaction.savepoint_rollback(before)
        transaction.savepoint_commit(before)  # releases it

    assert sorted(wanted - set(EXCUSED_TEMPLATES)) == []


def address_of(route, things):
    if route in EXCUSED:
        return reverse(route, args=[things.get(name, name) for name in EXCUSED[route][1].split()])
    model = route.partition(":")[2].rpartition("_")[0].replace("_", ".", 1)
    for arguments in ([], [things.get(f"row-of-{model}")], [1, 1]):
        with contextlib.suppress(NoReverseMatch):
            return reverse(route, args=arguments)
    raise LookupError(route)
