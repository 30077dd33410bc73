"""The pictures that lie beside what somebody is writing."""

from dataclasses import dataclass, field

from discussions.models import Image

MOST_PICTURES = 4  # in one post
MOST_LETTERS = 300  # of the words for a picture


@dataclass
class Tray:
    """Pictures with their words as they were typed; some left out again, some files refused."""

    images: list[Image] = field(default_factory=list)
    left_out: list[Image] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)

    @property
    def without_words(self) -> list[Image]:
        return [image for image in self.images if not image.alt]
