"""What changed between two wordings, word by word, in bounded time."""

import re
from collections import Counter
from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import NamedTuple

# Compared by paragraphs first, what differs by sentences, and what differs then by words.
LEVELS = [
    re.compile(r"[^\n]*\n+|[^\n]+"),
    re.compile(r"[^.!?]*[.!?]+\s*|[^.!?]+"),
    re.compile(r"\s+|\w+|[^\w\s]"),
]
MOST_STEPS = 500_000  # of comparing, in all: some 50 ms


class Piece(NamedTuple):
    """Some words that are in both wordings (""), only in the old ("del") or the new one ("ins")."""

    kind: str
    text: str


def differences(old: str, new: str) -> list[Piece]:
    """Compare two wordings; joined, the pieces hold every word of both.

    What would take too long to compare is shown as replaced.
    """
    return _joined(_Comparing().compared(old, new))


class _Comparing:
    def __init__(self) -> None:
        self.steps_left = MOST_STEPS

    def compared(self, old: str, new: str, level: int = 0) -> Iterator[Piece]:
        if level == len(LEVELS) or not old or not new:
            yield from (Piece("del", old), Piece("ins", new))
            return
        before, after = LEVELS[level].findall(old), LEVELS[level].findall(new)
        start = _same_at_start(before, after)
        end = _same_at_start(before[start:][::-1], after[start:][::-1])
        yield Piece("", "".join(before[:start]))
        changed = before[start : len(before) - end], after[start : len(after) - end]
        yield from self._matched(*changed, level)
        yield Piece("", "".join(before[len(before) - end :]))

    def _matched(self, old: list[str], new: list[str], level: int) -> Iterator[Piece]:
        in_new = Counter(new)
        pairs = sum(in_new[part] for part in old)
        # Each match is sought through the rest of the old text, and through its twins in the new.
        self.steps_left -= (steps := len(old) * min(len(old), len(new)) + pairs)
        if self.steps_left < 0:
            self.steps_left += steps
            yield from (Piece("del", "".join(old)), Piece("ins", "".join(new)))
            return
        matcher = SequenceMatcher(None, old, new, autojunk=False)
        for kind, old_start, old_end, new_start, new_end in matcher.get_opcodes():
            before, after = "".join(old[old_start:old_end]), "".join(new[new_start:new_end])
            if kind == "equal":
                yield Piece("", before)
            else:
                yield from self.compared(before, after, level + 1)


def _same_at_start(old: list[str], new: list[str]) -> int:
    pairs = enumerate(zip(old, new, strict=False))
    return next((at for at, (one, other) in pairs if one != other), min(len(old), len(new)))


def _joined(pieces: Iterator[Piece]) -> list[Piece]:
    shown: list[Piece] = []
    for piece in pieces:
        if shown and shown[-1].kind == piece.kind:
            shown[-1] = Piece(piece.kind, shown[-1].text + piece.text)
        elif piece.text:
            shown.append(piece)
    return shown
