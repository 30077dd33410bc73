"""How people are named, and whose names nobody else may take unmarked."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

from django.conf import settings
from django.utils import translation
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from accounts.council import site_title
from accounts.folding import alphabets_of, has_hidden_signs, mixes_alphabets, plain
from accounts.models import MAX_NAME, Namesake, User
from accounts.offices import listed, names_office, words_of

TITLES = listed(
    """
    mr mrs ms miss mx dr prof rev revd sir dame lady lord mbe obe cbe bem jp ba bsc ma phd esq jnr
    snr
    """
)
# What people put beside the name of somebody in office to pass for them.
TRIMMINGS = listed(
    """
    the real true only genuine actual original verified here team office of for at from page news
    account home again back my name is its im labour conservative tory liberal democrat libdem green
    greens plaid cymru reform independent
    """
)
COUNCIL_WORDS = listed(
    """
    council the cyngor y yr town hall neuadd dref
    """
)


# A name stands in mails to people who never asked for one, whose programs make links of addresses.
ADDRESS = re.compile(r"@|://|\w\.\w\w")


class Verdict(Enum):
    FREE = "free"
    ADDRESS = "address"
    NAMESAKE = "namesake"  # somebody in office has this name: only with a mark beside it
    OFFICE = "office"
    LOOK_ALIKE = "look-alike"
    HIDDEN = "hidden"


REFUSALS = {
    Verdict.NAMESAKE: _("Somebody in office here has this name."),
    Verdict.OFFICE: _(
        "This name could be taken for the council or one of its people. Choose another."
    ),
    Verdict.LOOK_ALIKE: _(
        "This name is written so that it could be taken for another. Write each word in the letters"
        " of one alphabet, without digits in place of letters."
    ),
    Verdict.ADDRESS: _(
        "This name has a web or e-mail address in it. If it is none, put a space after the full "
        "stop."
    ),
    Verdict.HIDDEN: _(
        "This name has signs that cannot be seen, or that turn letters round. Type it again."
    ),
}
# Names are not translated: the mark is in the language of whoever bears it, as folding.MARK knows.
MARKS = {"en-gb": "resident", "cy": "preswylydd"}


@dataclass(frozen=True)
class ProtectedName:
    """A name that is somebody's in office, or a council's; `user` is the account that bears it."""

    name: str
    user: int | None = None
    is_body: bool = False


def display_name(user: User) -> str:
    """Name a person in mails and messages of the sign-in pages."""
    return user.public_name


def own_name(user: User) -> str:
    """Return the public name of a person without the mark of a namesake."""
    namesake = Namesake.objects.filter(user=user).first()
    return namesake.own_name if namesake else user.public_name


def marked_name(name: str, language: str) -> str:
    """Return the name of a namesake as others see it, in the language of whoever bears it."""
    mark = f" ({MARKS[language]})"
    return f"{name[: MAX_NAME - len(mark)]}{mark}"


def protected_names(user: User | None) -> Iterator[ProtectedName]:
    """Yield all names that are protected from a person, or from whoever comes anew.

    NAME_SOURCES says which rooms know of some.
    """
    yield from (ProtectedName(name, is_body=True) for name in _names_of_council())
    for source in settings.NAME_SOURCES:
        yield from import_string(source)(user)


def is_namesake(namesake: Namesake) -> bool:
    """Say whether somebody still has the name of a person in office."""
    verdict = judge_name(namesake.own_name, protected_names(namesake.user), of=namesake.user_id)
    return verdict != Verdict.FREE


def judge_name(
    name: str,
    protected: Iterable[ProtectedName],
    *,
    of: int | None = None,
    is_person: bool = True,
) -> Verdict:
    """Say whether somebody may be called so; `of` is the number of their account, if there is one.

    What is not a person, such as a community, may have an office in its name.
    """
    name = plain(name)
    if has_hidden_signs(name):
        return Verdict.HIDDEN
    if ADDRESS.search(name):
        return Verdict.ADDRESS
    if mixes_alphabets(name):
        return Verdict.LOOK_ALIKE
    if is_person and names_office(name):
        return Verdict.OFFICE
    keys = _typed_keys(name)
    alike = [one for one in protected if not keys.isdisjoint(_protected_keys(one))]
    if any(one.is_body for one in alike):
        return Verdict.OFFICE
    # Whoever is in office may have a name that another in office has too.
    if not alike or any(one.user is not None and one.user == of for one in alike):
        return Verdict.FREE
    is_disguised = _has_digits_within(name) or all(
        alphabets_of(name) - alphabets_of(one.name) for one in alike
    )
    return Verdict.LOOK_ALIKE if is_disguised else Verdict.NAMESAKE


@lru_cache(maxsize=20_000)
def _protected_keys(one: ProtectedName) -> frozenset[str]:
    left_out = COUNCIL_WORDS if one.is_body else TITLES
    return frozenset(
        key
        for words in _readings(one.name)
        for kept in (words, _without(words, left_out))
        for key in _together(kept, in_any_order=not one.is_body)
    )


def _typed_keys(name: str) -> set[str]:
    """Return the keys of a name as it stands, and without what does not tell people apart."""
    place = [word for council in _names_of_council() for word in council.split()]
    return {
        key
        for words in _readings(name, leet=True)
        for kept in (
            words,
            _without(words, TITLES, with_initials=True),
            _without(words, COUNCIL_WORDS),
            _without(words, [*TITLES, *TRIMMINGS, *place], with_initials=True),
        )
        for key in _together(kept)
    }


def _readings(name: str, *, leet: bool = False) -> list[list[str]]:
    name = plain(name)
    owned = name.removesuffix("'s").replace("'s ", " ").replace("\u2019s ", " ")
    forms = {name, name.casefold(), owned}
    return [
        words_of(form, leet=is_leet, as_seen=as_seen)
        for form in forms
        for as_seen in (False, True)
        for is_leet in ({False, leet})
    ]


def _without(
    words: list[str], left_out: Iterable[str], *, with_initials: bool = False
) -> list[str]:
    folded = _folded(tuple(left_out))
    kept = [word for word in words if word not in folded and not (with_initials and _is_mere(word))]
    return kept if kept and (len(kept) > 1 or len(words) == 1) else words


def _is_mere(word: str) -> bool:
    """Say whether a word is an initial or a number; scripts without case write names with one."""
    return word.isdigit() or (len(word.replace("rn", "m")) == 1 and word.isascii())


def _together(words: list[str], *, in_any_order: bool = True) -> set[str]:
    keys = {"".join(words)}
    return (keys | {f"~{''.join(sorted(words))}"} if in_any_order else keys) - {"", "~"}


@lru_cache(maxsize=100)
def _folded(words: tuple[str, ...]) -> frozenset[str]:
    return frozenset(folded for word in words for folded in words_of(word))


def _has_digits_within(name: str) -> bool:
    """Say whether digits or signs stand for letters."""
    return any(
        any(sign.isdigit() or sign in "$@|!" for sign in word.rstrip("0123456789!"))
        and any(sign.isalpha() for sign in word)
        for word in name.split()
    )


def _names_of_council() -> list[str]:
    names = [settings.COUNCIL_NAME, settings.COUNCIL_NAME_CY]
    for language, _label in settings.LANGUAGES:
        with translation.override(language):
            names.append(site_title())
    return sorted({name for name in names if name})
