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
# Letters of other alphabets and digits that look like Latin ones (Unicode TR39, the common part).
LOOK_ALIKES = str.maketrans(
    "аеорсухіјѕԁɡоΑΒΕΖΗΙΚΜΝΟΡΤΥΧ013457$@|", "aeopcyxijsdgoabezhikmnoptyxoleastsal"
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
