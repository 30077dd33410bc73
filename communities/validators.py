"""Passwords that somebody from here guesses first: the council, its places and this site."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.validators import common_passwords, folded
from communities.models import Area, Community

OF_THE_SITE = ["town hall", "neuadd y dref", "council", "councillor", "cyngor", "welcome"]
OF_THE_SITE += ["password", "cyfrinair", "admin", "login", "community", "neighbours"]
MIN_WORD = 4
MIN_BESIDE = 6  # letters besides names of this place


class LocalPasswordValidator:
    """Refuses names of this place, with a year or a sign added, and nothing besides."""

    def validate(self, password: str, user: Any = None) -> None:
        letters = letters_of(password)
        beside = letters
        for word in sorted(local_words(), key=len, reverse=True):
            beside = beside.replace(word, "")
        if beside != letters and (len(beside) < MIN_BESIDE or beside in common_passwords()):
            raise ValidationError(
                _(
                    "This password is little more than a name of this place or site. People from "
                    "here would guess it: add words that have nothing to do with it."
                ),
                code="password_local",
            )

    def get_help_text(self) -> str:
        return _("Choose no name of this place.")


def local_words() -> set[str]:
    names = [settings.COUNCIL_NAME, settings.COUNCIL_NAME_CY, *OF_THE_SITE]
    for pair in Area.objects.filter(valid_to=None).values_list("name", "name_cy"):
        names += pair
    names += Community.objects.values_list("name", flat=True)
    return {word for name in names for word in words_of(name) if len(word) >= MIN_WORD}


def words_of(name: str) -> Iterable[str]:
    """Return a name as one word, and the words that it is made of."""
    return {letters_of(name), *map(letters_of, name.split())}


def letters_of(text: str) -> str:
    return "".join(filter(str.isalpha, folded(text)))
