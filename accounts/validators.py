"""Passwords that a program guesses first: common ones, padded, repeated or along the keyboard."""

import re
import unicodedata
from functools import cache
from typing import Any

from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

# Signs that people put for letters.
LEET = str.maketrans("013457@$!|+", "oieastasiit")
ROWS = [
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890",
    "qwertyuiopasdfghjklzxcvbnm",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
    "qazwsxedcrfvtgbyhnujmikolp",
]
MIN_RUN = 3
MIN_SIGNS = 5  # different ones
MIN_BESIDE = 4  # of what is neither a run nor a repetition


class EasyPasswordValidator:
    """Refuses what is easy to guess although it is long."""

    def validate(self, password: str, user: Any = None) -> None:
        for form in forms_of(password):
            if is_easy(form):
                raise ValidationError(
                    _(
                        "This password is easy to guess: a common word with something added, a "
                        "repetition or a row of keys. Three words that nobody would put together "
                        "are good."
                    ),
                    code="password_easy",
                )

    def get_help_text(self) -> str:
        return _("Choose what nobody would guess.")


def folded(password: str) -> str:
    """Return a password in small letters without marks."""
    plain = unicodedata.normalize("NFKD", password).casefold()
    return "".join(sign for sign in plain if not unicodedata.combining(sign))


def forms_of(password: str) -> set[str]:
    """Return what a password comes down to: without spaces and signs, padding or disguise."""
    plain = folded(password)
    signs = "".join(filter(str.isalnum, plain))
    undisguised = "".join(filter(str.isalpha, plain.translate(LEET)))
    core = plain.strip("0123456789 !?.,;:*#-_+=/")
    unpadded = "".join(filter(str.isalpha, core.translate(LEET)))
    letters = "".join(filter(str.isalpha, plain))
    return {plain, signs, undisguised, unpadded, letters} - {""}


def is_easy(text: str) -> bool:
    if len(set(text)) < MIN_SIGNS:
        return True
    unit = repeated_unit(text)
    return unit in common_passwords() or is_pair(unit) or beside_runs(unit) < MIN_BESIDE


def repeated_unit(text: str) -> str:
    """Return the shortest beginning whose repetition is the text, also where the end is cut off."""
    for length in range(1, len(text) // 2 + 1):
        if (text[:length] * (len(text) // length + 1)).startswith(text):
            return text[:length]
    return text


def is_pair(text: str) -> bool:
    """Say whether a text is two common passwords and nothing else."""
    known = common_passwords()
    cuts = range(4, len(text) - 3)
    return any(text[:cut] in known and text[cut:] in known for cut in cuts)


def beside_runs(text: str) -> int:
    """Count the signs that belong to no run along the alphabet or the keyboard."""
    beside, place = 0, 0
    while place < len(text):
        length = longest_run(text[place:])
        beside += length < MIN_RUN
        place += length if length >= MIN_RUN else 1
    return beside


def longest_run(text: str) -> int:
    found = 1
    for row in (*ROWS, *(row[::-1] for row in ROWS)):
        while found < len(text) and text[: found + 1] in row:
            found += 1
    return found


@cache
def common_passwords() -> frozenset[str]:
    """Return the list that Django brings, also without what pads its entries."""
    known = CommonPasswordValidator().passwords
    bare = {re.sub(r"[^a-z]", "", entry) for entry in known}
    return frozenset(known | set(map(folded, known)) | {each for each in bare if len(each) >= 5})
