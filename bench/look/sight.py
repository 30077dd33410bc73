"""One thing to look at, and what came of looking."""

from dataclasses import dataclass, field

VISITOR = "visitor"


@dataclass(frozen=True)
class Sight:
    """A page as some people see it, once they have filled in a form and pressed some buttons."""

    name: str
    path: str
    roles: tuple[str, ...] = (VISITOR,)
    status: int = 200
    fill: dict[str, str] = field(default_factory=dict)
    press: tuple[str, ...] = ()


@dataclass(frozen=True)
class Picture:
    """A picture of a page; `overflow` is how many pixels the page goes beyond the window."""

    width: int
    scheme: str
    file: str
    bytes: int
    height: int
    overflow: int


@dataclass
class Visit:
    """What one person saw of a page."""

    sight: Sight
    role: str
    status: int = 0
    page_bytes: int = 0
    errors: list[str] = field(default_factory=list)
    pictures: list[Picture] = field(default_factory=list)

    @property
    def name(self) -> str:
        return f"{self.sight.name}-{self.role}"

    @property
    def is_well(self) -> bool:
        return not self.errors and not any(picture.overflow for picture in self.pictures)
