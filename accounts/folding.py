"""One folding for all comparing of names: what looks alike, or is typed alike, is the same."""

import re
import unicodedata
from functools import cache, lru_cache
from pathlib import Path

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

# Unicode's own table of signs that pass for others.
TABLE = Path(__file__).with_name("confusables.txt")
# Letters that have shapes of their own for what other keyboards write with two or with one.
SPELT = str.maketrans(
    {"æ": "ae", "œ": "oe", "ß": "ss", "þ": "th", "ð": "d", "đ": "d", "\u0131": "i"}
)
# Digits and signs that people type for letters.
LEET = str.maketrans("34578$@€!|", "eastbsaeii")
# The mark of a namesake, with or without the space before it, in either language.
MARK = re.compile(r"\s*\((?:resident|preswylydd)\)$", re.IGNORECASE)

# Letters and signs that are drawn as nothing, beside all that Unicode calls control or format.
UNSEEN = set("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0\u180b\u180c\u180d")
JOINERS = "\u200c\u200d"
EMOJI_STYLE = "\ufe0f"
FLAG_TAGS = range(0xE0020, 0xE0080)  # they make the flag of Wales of a black one
# Alphabets whose letters pass for one another; a word is written in one of them.
ALPHABETS = {"LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE", "COPTIC", "LISU", "DESERET"}
MAX_MARKS = 3  # accents on one letter


def fold(text: str) -> str:
    """Return a text without case, accents, and what makes look-alikes differ, sign by sign."""
    return "".join(map(_folded_letter, text))


def fold_as_seen(text: str) -> str:
    """Return a text as `fold` does, for capitals that pass for what their small letters do not."""
    return "".join(map(_skeleton, text))


def fold_name(name: str) -> str:
    """Return the key under which a public name is compared; without the mark of a namesake."""
    return fold(" ".join(MARK.sub("", name).split()))


def plain(text: str) -> str:
    """Return a text without compatibility letters, such as those of formulas, and in one form."""
    return unicodedata.normalize("NFKC", text)


def has_hidden_signs(text: str) -> bool:
    """Say whether a text has signs that are not seen, turn its direction, or bury its letters."""
    marks = 0
    for at, sign in enumerate(text):
        marks = marks + 1 if unicodedata.category(sign) in {"Mn", "Me"} else 0
        if marks > MAX_MARKS or not _is_shown(text, at):
            return True
    return False


def without_hidden_signs(text: str) -> str:
    """Return a text without signs that are not seen, for names out of files."""
    return "".join(sign for at, sign in enumerate(text) if _is_shown(text, at))


def trimmed(text: str) -> str:
    """Return a text without unseen signs around it, as address books and messages put there."""
    shown = [at for at, sign in enumerate(text) if _is_shown(text, at) and not sign.isspace()]
    return text[shown[0] : shown[-1] + 1] if shown else ""


def validate_signs(name: str) -> None:
    """Raise ValidationError where a name is not what it seems, whoever sets it."""
    if has_hidden_signs(name):
        raise ValidationError(
            _("This name has signs that cannot be seen, or that turn letters round. Type it again.")
        )
    if mixes_alphabets(name):
        raise ValidationError(_("Write each word of your name in the letters of one alphabet."))


def mixes_alphabets(text: str) -> bool:
    """Say whether a word of a text has letters of alphabets that pass for one another."""
    return any(len(alphabets_of(word) & ALPHABETS) > 1 for word in re.split(r"[\W\d_]+", text))


def alphabets_of(text: str) -> set[str]:
    """Return the names of the scripts in which a text is written, as Unicode names its letters."""
    letters = (sign for sign in text if sign.isalpha())
    return {unicodedata.name(letter, "").partition(" ")[0] for letter in letters}


@lru_cache(maxsize=20_000)
def _folded_letter(letter: str) -> str:
    return _skeleton(plain(letter).casefold())


@lru_cache(maxsize=20_000)
def _skeleton(text: str) -> str:
    """Return the skeleton of Unicode TS #39, once more after the case is folded, without accents.

    Before the case is folded because capitals pass for what small letters do not, and after it
    because a small letter may have come of it that does.
    """
    seen = _replaced(unicodedata.normalize("NFD", text.translate(SPELT)))
    folded = _replaced(unicodedata.normalize("NFD", seen.casefold().translate(SPELT)))
    letters = (sign for sign in folded if not unicodedata.combining(sign) and not _is_hidden(sign))
    # A capital I and a small l are the same to the table: so are a small i and a capital one to us.
    return "".join(letters).replace("i", "l")


def _replaced(text: str) -> str:
    table = _table()
    return unicodedata.normalize("NFD", "".join(table.get(sign, sign) for sign in text))


@cache
def _table() -> dict[str, str]:
    lines = TABLE.read_text(encoding="ascii").splitlines()
    pairs = (line.split(";") for line in lines if line and not line.startswith("#"))
    return {
        chr(int(source, 16)): "".join(chr(int(code, 16)) for code in target.split())
        for source, target in pairs
    }


def _is_hidden(sign: str) -> bool:
    return sign in UNSEEN or unicodedata.category(sign) in {"Cc", "Cf", "Co", "Cs", "Zl", "Zp"}


def _is_shown(text: str, at: int) -> bool:
    return not _is_hidden(text[at]) or _is_joined(text, at)


def _is_joined(text: str, at: int) -> bool:
    """Say whether an unseen sign belongs to a word or a picture."""
    if ord(text[at]) in FLAG_TAGS:
        return text[:at].rstrip("".join(map(chr, FLAG_TAGS))).endswith("\U0001f3f4")
    before = text[at - 1 : at].replace(EMOJI_STYLE, "") or text[at - 2 : at - 1]
    if text[at] not in JOINERS or not before or at + 1 == len(text):
        return False
    is_picture = unicodedata.category(before) in {"So", "Sk"}
    return is_picture or not alphabets_of(before) & (ALPHABETS | {""})
