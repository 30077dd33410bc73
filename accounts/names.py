"""How people are named, and which names nobody may take."""

import unicodedata

from django.conf import settings

from accounts.models import User

PROTECTED_WORDS = {
    "admin",
    "administrator",
    "council",
    "councillor",
    "cllr",
    "mayor",
    "moderator",
    "officer",
    "official",
    "staff",
    "clerk",
}
# Letters of other alphabets, digits and signs that pass for Latin ones (Unicode TR39, the common
# part), each with what it passes for.
LOOK_ALIKES = str.maketrans(
    "\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0456\u0458\u0455\u0501\u0261"  # Cyrillic, IPA
    "\u0391\u0392\u0395\u0396\u0397\u0399\u039a\u039c\u039d\u039f\u03a1\u03a4\u03a5\u03a7"  # Greek
    "013457$@|",
    "aeopcyxijsdgabezhikmnoptyxoleastsal",
)


def display_name(user: User) -> str:
    """Name a person in mails and messages of the sign-in pages."""
    return user.public_name


def skeleton(name: str) -> str:
    """Reduce a name to the letters that a hasty reader sees (after Unicode TR39)."""
    folded = unicodedata.normalize("NFKD", name).translate(LOOK_ALIKES).casefold()
    return "".join(letter for letter in folded if not unicodedata.combining(letter))


def is_protected(name: str) -> bool:
    """Say whether a name could pass for the council or an office-holder."""
    plain = skeleton(name)
    words = {"".join(filter(str.isalnum, word)) for word in plain.split()}
    return bool(words & PROTECTED_WORDS) or plain.strip() == skeleton(settings.COUNCIL_NAME)
