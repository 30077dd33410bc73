"""How a page of the catalogue is described."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import translation

ROLES = (
    "visitor",
    "outsider",
    "resident",
    "neighbour",
    "councillor",
    "ambassador",
    "keyless",
    "moderator",
    "admin",
)


@dataclass(frozen=True)
class Page:
    """A page in one state, and who looks at it.

    `route` is a named route, or a path where no route has the page. `arguments` and the values of
    `query` are names of things in its world, or stand for themselves. `typed` is what is typed into
    its form before it is sent; where a form is to be refused, the state says so. `how` says what
    else is done: its form is sent "twice", or "without cookie".
    """

    route: str
    state: str
    world: str
    roles: tuple[str, ...]
    arguments: tuple[str, ...] = ()
    query: Mapping[str, str] | None = None
    typed: Mapping[str, Any] | None = None
    status: int = 200
    how: str = ""
    language: str = "en-gb"

    def __post_init__(self) -> None:
        assert set(self.roles) <= set(ROLES), self.roles

    def __str__(self) -> str:
        welsh = ", in Welsh" if self.language == "cy" else ""
        return f"{self.route} ({self.state}{welsh})"

    @property
    def is_refused(self) -> bool:
        """Whether a form of it was sent and refused."""
        return self.typed is not None and self.state.startswith("refused")

    def address(self, things: Mapping[str, Any]) -> str:
        if self.route.startswith("/"):
            path = self.route
        else:
            with translation.override(self.language):
                values = [things.get(name, name) for name in self.arguments]
                path = reverse(self.route, args=values)
        query = {name: things.get(value, value) for name, value in (self.query or {}).items()}
        return f"{path}?{urlencode(query)}" if query else path

    def words(self, things: Mapping[str, Any]) -> dict[str, Any] | None:
        """Return what is typed; a thing's name stands for the thing."""
        if self.typed is None:
            return None
        return {name: things.get(value, value) for name, value in self.typed.items()}

    def in_welsh(self) -> "Page":
        return replace(self, language="cy")


def in_worlds(worlds: str, route: str, arguments: str = "", *, roles: str, **more: Any) -> Any:
    """List a page that shows how empty or full the world is; its state is the world's name."""
    return [
        Page(route, world, world, tuple(roles.split()), tuple(arguments.split()), **more)
        for world in worlds.split()
    ]


def in_state(
    state: str, route: str, arguments: str = "", *, roles: str, world: str = "one", **more: Any
) -> Page:
    """List a page in a state of its own."""
    return Page(route, state, world, tuple(roles.split()), tuple(arguments.split()), **more)
