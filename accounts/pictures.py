"""The picture of whatever has a name and none of its own: letters on a tinted ground."""

from typing import Any

TINTS = 8  # .tint-0 to .tint-7 in static/css/site.css


class Pictured:
    """Gives a model with a name two letters and one of eight tints, always the same ones."""

    pk: Any

    @property
    def initials(self) -> str:
        words = [word for word in str(self).split() if word[0].isalnum()]
        return "".join(word[0] for word in [*words[:1], *words[1:][-1:]]).upper() or "?"

    @property
    def tint(self) -> int:
        return (self.pk or 0) % TINTS
