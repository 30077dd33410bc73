"""Which names could be taken for an office of the council, in English and in Welsh."""

import re
from functools import cache
from itertools import pairwise

from accounts.folding import LEET, fold, fold_as_seen


def listed(text: str, separator: str = " ") -> tuple[str, ...]:
    """Return the words, or what stands between the separators, of a text of several lines."""
    text = " ".join(text.split())
    return tuple(part.strip() for part in text.split(separator) if part.strip())


# Nobody is called so: these words are refused wherever they stand in a name.
ROLES = listed(
    """
    councillor councilor council cllr clr moderator administrator webmaster sysadmin townhall
    cynghorydd cynghorwr cynghorwyr cyngor gynghorydd gynghorwr gyngor nghyngor chyngor gweinyddwr
    weinyddwr cymedrolwr gymedrolwr neuadd
    """
)
WHOLE_WORDS = listed(
    """
    admin admins official swyddogol cyng
    """
)
BEGINNINGS = listed(
    """
    admin ambassador swyddog llysgen lysgen moderat
    """
)
# Offices that are surnames too: refused unless a personal name stands before them.
OFFICES = listed(
    """
    mayor mayors mayoress mayoresses clerk clerks staff officer officers leader leaders chair
    chairman chairwoman chairperson maer faer maeres faeres meiri clerc glerc clercod arweinydd
    cadeirydd gadeirydd
    """
)
# What stands beside an office and makes it one, whatever the rest of the name is.
OF_OFFICE = listed(
    """
    the your our of to for lord lady deputy vice acting chief honorary interim assistant senior
    junior principal executive duty town city parish community county borough district ward
    village local area site page forum member members team office room desk northern southern
    eastern western planning monitoring returning housing press highways parking licensing
    environment environmental health welfare youth liaison enforcement benefits communications
    media democratic electoral elections customer legal finance police tax information data
    protection support complaints waste recycling streets library y yr ein eich dirprwy arglwydd
    arglwyddes prif uwch dref tref sir ddinas dinas plwyf bwrdeistref ward tim swyddfa aelod
    aelodau
    """
)
ADDRESSES = listed(
    """
    mr mrs madam sir worshipful
    """
)
ADDRESSED = listed(
    """
    mayor mayoress maer chair chairman clerk
    """
)
PHRASES = listed(
    """
    town hall|council house|civic centre|chief executive|prif weithredwr|customer services|
    democratic services|electoral services|elections team|support team|help desk|helpdesk|
    press office|local authority|awdurdod lleol|neuadd y dref|gwasanaethau cwsmeriaid|
    returning officer|swyddog canlyniadau|site team|moderation team|planning department
    """,
    "|",
)

BREAKS = re.compile(r"[,;:/|()\[\]·]|\s[-\u2010-\u2015]+\s")
CAMEL = re.compile(r"(?<=[^\W\d_A-Z])(?=[A-Z])")
SIGNS = re.compile(r"[\W_]+")
DIGITS = re.compile(r"^\d+|\d+$")
REPEATED = re.compile(r"(.)\1+")


def names_office(name: str) -> bool:
    """Say whether a name could be taken for an office, however it is disguised."""
    return any(_names_office(words) for words in _readings(name))


def words_of(name: str, *, leet: bool = False, as_seen: bool = False) -> list[str]:
    """Return the folded words of a name; words that are run together are set apart at capitals."""
    text = CAMEL.sub(" ", name.translate(LEET) if leet else name)
    folded = (fold_as_seen if as_seen else fold)(text.replace("'", "").replace("\u2019", ""))
    words = [DIGITS.sub("", word) for word in SIGNS.split(folded)]
    return _spelt_out([word for word in words if word])


def _readings(name: str) -> list[list[list[str]]]:
    """Return a name as it may be read: each time its parts between commas, and their words."""
    ways = [(leet, as_seen) for leet in (False, True) for as_seen in (False, True)]
    # The first in one piece: what leet makes a letter of may be one of the breaks.
    return [
        [words_of(part, leet=leet, as_seen=as_seen) for part in BREAKS.split(name)]
        for leet, as_seen in ways
    ]


def _names_office(parts: list[list[str]]) -> bool:
    words = [word for part in parts for word in part]
    joined = f" {' '.join(words)} "
    return (
        any(map(_is_role, words))
        or any(f" {phrase} " in joined for phrase in _folded_words(PHRASES))
        or any(_holds_office(part) for part in parts)
    )


def _is_role(word: str) -> bool:
    short = REPEATED.sub(r"\1", word)
    return (
        word in _folded_words(WHOLE_WORDS)
        or word.startswith(_folded_words(BEGINNINGS))
        or any(
            short.startswith(role) if len(role) < 5 else role in short
            for role in _shortened_words(ROLES)
        )
    )


def _holds_office(words: list[str]) -> bool:
    """Say whether a part of a name is an office, and no surname behind a personal name."""
    offices = _folded_words(OFFICES)
    beside = _folded_words(OF_OFFICE)
    for at, word in enumerate(words):
        if word not in offices and REPEATED.sub(r"\1", word) not in offices:
            continue
        before, after = words[:at], words[at + 1 : at + 2]
        if not before or set(before) <= set(beside) or before[-1] in beside:
            return True
        if after and after[0] in beside:
            return True
    addresses = _folded_words(ADDRESSES)
    addressed = _folded_words(ADDRESSED)
    return any(left in addresses and right in addressed for left, right in pairwise(words))


def _spelt_out(words: list[str]) -> list[str]:
    """Join what is written letter by letter."""
    joined: list[str] = []
    single = ""
    for word in [*words, ""]:
        if len(word) == 1:
            single += word
            continue
        joined += [single] if len(single) > 3 else list(single)
        joined += [word] if word else []
        single = ""
    return joined


@cache
def _folded_words(words: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(fold(word) for word in words)


@cache
def _shortened_words(words: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(REPEATED.sub(r"\1", fold(word)) for word in words)
