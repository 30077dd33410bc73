"""Build the environments that the site reads its settings from."""

import os
import secrets
import sys
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

from devstack.console import ROOT
from devstack.services import Services
from devstack.state import State

FIRST_PORT = 8000
HOSTS = "localhost,127.0.0.1"
# What must not leak from a person's own environment into tests and checks.
SWITCHES = (
    "DEBUG",
    "TOWNHALL_DEMO",
    "INSECURE_COOKIES",
    "SECRET_KEY_FALLBACKS",
    "COUNCIL_NAME",
    "COUNCIL_NAME_CY",
    "COUNCIL_COLOUR",
    "COUNCIL_LOGO",
    "MAIL_FROM",
    "TIME_ZONE",
    "PASSWORD_HASHERS",
    "DATABASE_POOLER",
    "DATABASE_CONNECT_SECONDS",
    "WEB_STATEMENT_SECONDS",
    "WEB_LOCK_SECONDS",
    "WEB_IDLE_SECONDS",
    "WORKER_STATEMENT_SECONDS",
    "WORKER_LOCK_SECONDS",
    "WORKER_IDLE_SECONDS",
)
# What a person may decide for their own machine.
OPEN_TO_CHOICE = ("SECRET_KEY", "SITE_URL", "ALLOWED_HOSTS", "EMAIL_URL", "MEDIA_ROOT")


def site_for_run(
    state: State, services: Services, port: int = FIRST_PORT, chosen: Mapping[str, str] = os.environ
) -> dict[str, str]:
    """Return what ./dev run tells the site; a demonstration only in a database of our own."""
    site = common(state, services) | {
        "SECRET_KEY": state.secret_key(),
        "SITE_URL": f"http://localhost:{port}",
    }
    site |= {name: chosen[name] for name in OPEN_TO_CHOICE if chosen.get(name)}
    if services.has_embedded_database:
        site["TOWNHALL_DEMO"] = "1"
    return site


def site_for_test(state: State, services: Services) -> dict[str, str]:
    """Return what ./dev test tells the site, whatever the person's own environment says."""
    return common(state, services) | {
        "SECRET_KEY": secrets.token_urlsafe(50),
        "SITE_URL": f"http://localhost:{FIRST_PORT}",
    }


def common(state: State, services: Services) -> dict[str, str]:
    """Return what every site on a machine of one's own is told."""
    return {
        "DJANGO_SETTINGS_MODULE": "townhall.settings",
        "DATABASE_URL": services.database_url,
        "DATABASE_OWNER_URL": services.owner_url,
        "REDIS_URL": services.redis_url,
        "EMAIL_URL": f"file://{quote(str(state.private_folder('mail')))}",
        "ALLOWED_HOSTS": HOSTS,
        "INSECURE_COOKIES": "1",
        "STATIC_ROOT": str(state.private_folder("static")),
        "MEDIA_ROOT": str(state.private_folder("media")),
        "DATABASE_FOLDER": str(state.folder),
        "PYTHONUNBUFFERED": "1",
    }


def site_for_check() -> dict[str, str]:
    """Return what a council's server could say; nothing in it can be reached."""
    return {
        "DJANGO_SETTINGS_MODULE": "townhall.settings",
        "SECRET_KEY": secrets.token_urlsafe(50),
        "DATABASE_URL": "postgres://townhall@%2Fnowhere/townhall",
        "DATABASE_OWNER_URL": "postgres://townhall_owner@%2Fnowhere/townhall",
        "REDIS_URL": "unix:///nowhere/redis.sock",
        "EMAIL_URL": "smtp+tls://townhall:secret@mail.townhall.example:587",
        "ALLOWED_HOSTS": "townhall.example",
        "SITE_URL": "https://townhall.example",
    }


def for_child(
    site: Mapping[str, str],
    programs: Path | str | None = None,
    inherited: Mapping[str, str] = os.environ,
) -> dict[str, str]:
    """Return the whole environment of a child: the person's own, then the site's on top."""
    folders = [str(Path(sys.executable).parent), inherited.get("PATH", os.defpath)]
    if programs:
        folders.insert(1, str(programs))  # psql, for manage.py dbshell
    return {**inherited, "PATH": os.pathsep.join(folders), "PYTHONPATH": str(ROOT), **site}


def without_switches(inherited: Mapping[str, str] = os.environ) -> dict[str, str]:
    """Return the person's environment without what would change the outcome of a test."""
    return {name: value for name, value in inherited.items() if name not in SWITCHES}
