"""The cast, and what every test shares."""

import os
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import pytest
from django.apps import AppConfig, apps
from django.contrib.auth.models import Group
from django.core.cache import caches
from django.db.models.signals import post_migrate
from django.utils import translation

from discussions.figures import forget_figures
from tests.factories import (
    make_area,
    make_body,
    make_capacity,
    make_community,
    make_membership,
    make_person,
    make_seat,
    make_user,
)

make_group = import_module("moderation.migrations.0003_moderators_group").make_group
give_barriers = import_module(
    "moderation.migrations.0008_moderators_handle_barriers"
).give_permissions
give_proposals = import_module(
    "moderation.migrations.0009_moderators_decide_proposals"
).give_permissions


def _make_group_again(sender: AppConfig, **kwargs: Any) -> None:
    """Tests with real transactions empty every table; bring back what the migration made."""
    if sender.label == "moderation":
        make_group(apps, None)
        give_barriers(apps, None)
        give_proposals(apps, None)


# Here, not beside the checks: of a run on every core only this is read by what gathers it.
pytest_plugins = ["tests.accessibility.summary"]

post_migrate.connect(_make_group_again, weak=False)

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # the browser's loop runs in this thread


@pytest.fixture(autouse=True)
def _settings_for_tests(settings: Any, tmp_path_factory: Any) -> None:
    settings.MEDIA_ROOT = tmp_path_factory.getbasetemp() / "media"
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    # Django puts a test backend of its own in its place.
    settings.EMAIL_BACKEND = "notifications.backend.QueueBackend"
    # Counted as always, and never used up but where a test says so.
    settings.LIMITS = dict.fromkeys(settings.LIMITS, "100000/h")
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    caches["redis"].clear()
    forget_figures()


@pytest.fixture(autouse=True)
def _language_for_tests(settings: Any) -> None:
    """The page that a test asked for last leaves its language on."""
    translation.activate(settings.LANGUAGE_CODE)


@pytest.fixture
def cast(db: None) -> SimpleNamespace:
    """Everybody who visits: the place, its community, and one person of each kind.

    Attributes: ward, body, community, seat; visitor (None), resident, neighbour (a member too),
    outsider (a member of nothing), councillor, ambassador, moderator, admin.
    """
    district = make_area(kind="district", name="Northmoor")
    ward = make_area(name="Millbrook", parent=district)
    body = make_body(name="Northmoor District Council", area=district)
    community = make_community(name="Millbrook neighbours", area=ward)
    people = {
        name: make_user(public_name=name.title())
        for name in ("resident", "neighbour", "outsider", "councillor", "ambassador")
    }
    for name in ("resident", "neighbour", "councillor"):
        make_membership(people[name], community)
    make_membership(people["ambassador"], community, role="ambassador")
    seat = make_seat(
        person=make_person(name="Anne Reed", slug="anne-reed", user=people["councillor"]),
        body=body,
        area=ward,
    )
    make_capacity(people["councillor"], seat)
    moderator = make_user(public_name="Sam Whitlock", is_staff=True)
    moderator.groups.add(Group.objects.get(name="Moderators"))
    admin = make_user(public_name="Alex Stone", is_staff=True, is_superuser=True)
    return SimpleNamespace(
        ward=ward,
        body=body,
        community=community,
        seat=seat,
        visitor=None,
        moderator=moderator,
        admin=admin,
        **people,
    )


@pytest.fixture
def client_of(client: Any) -> Any:
    """Return the test client signed in as somebody; None is a visitor."""

    def sign_in(user: Any) -> Any:
        client.logout()
        if user is not None:
            client.force_login(user)
        return client

    return sign_in


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    chromium = os.environ.get("CHROMIUM")
    if not chromium:
        reason = "no Chromium found: install the package chromium, or set CHROMIUM to its path"
        if os.environ.get("REQUIRE_BROWSER") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    quiet = ["background-networking", "sync", "component-update"]
    return {
        **browser_type_launch_args,
        "executable_path": chromium,
        "args": [
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            *(f"--disable-{feature}" for feature in quiet),
        ],
    }
