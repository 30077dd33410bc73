"""Give the site its database and its broker: those of the environment, else our own."""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from devstack.console import say
from devstack.postgres import Postgres
from devstack.roles import NAME, OWNER, SITE
from devstack.state import State
from devstack.supervisor import Program, Supervisor
from devstack.valkey import Valkey


@dataclass(frozen=True)
class Services:
    """Where the services are; the programs' folder is set for an embedded PostgreSQL only.

    The site's own role, the owner of the tables and the administrator have an address each.
    """

    database_url: str
    redis_url: str
    postgres_programs: Path | None = None
    has_new_database: bool = False
    owner_url: str = ""
    admin_url: str = ""

    @property
    def has_embedded_database(self) -> bool:
        return self.postgres_programs is not None


def start_services(
    state: State, supervisor: Supervisor, postgres_settings: Mapping[str, str] | None = None
) -> Services:
    """Start what the environment does not name."""
    redis_url = chosen_url("REDIS_URL") or start_valkey(state, supervisor)
    database_url = chosen_url("DATABASE_URL")
    if database_url:
        return Services(database_url, redis_url, owner_url=os.environ.get("DATABASE_OWNER_URL", ""))
    postgres = Postgres(state, supervisor, postgres_settings or {})
    postgres.start()
    return Services(
        postgres.url_of(SITE),
        redis_url,
        postgres.binaries,
        postgres.is_new,
        postgres.url_of(OWNER),
        postgres.url_of(NAME),
    )


def migration(environment: Mapping[str, str]) -> Program:
    """Describe the step that brings the database up to date."""
    return Program("migrate", [sys.executable, "-m", "devstack.migrate"], environment)


def start_valkey(state: State, supervisor: Supervisor) -> str:
    valkey = Valkey(state, supervisor)
    valkey.start()
    return valkey.url


def chosen_url(name: str) -> str:
    """Return the address that the environment names, and say that it is used."""
    url = os.environ.get(name, "")
    if url:
        say(f"using {name} from the environment")
    return url
