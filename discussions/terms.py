"""What somebody typed into search, as terms that PostgreSQL's web search syntax takes.

Words are parted at the same signs as in `discussions_words_apart`, which parts what is indexed.
"""

import re
import unicodedata

MAX_TERMS = 12  # in one alternative
MAX_ALTERNATIVES = 4
INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
BEGINNING_OF_ADDRESS = re.compile(r"\b(?:https?://)?www\.|\bhttps?://", re.IGNORECASE)
SIGNS = re.compile(
    r"[\0-/:-@\[-`{-\xa9\xab-\xb1\xb4\xb6-\xb8\xbb\xbf\xd7\xf7\u2010-\u2027\u2030-\u205e"
    r"\u20a0-\u20bf\u2190-\u22ff\u2500-\u27bf\u3001-\u3003\u3008-\u3011\s]+"
)
QUOTES = str.maketrans("\u201c\u201d\u201e\u201f\u00ab\u00bb", '""""""')
TERM = re.compile(r'(?P<minus>-*)(?:"(?P<phrase>[^"]*)"?|(?P<word>[^\s"]+))')


def websearch_of(typed: str) -> str:
    """Return a web search query of bounded size; "" where it only says what to leave out."""
    groups = [group[:MAX_TERMS] for group in _alternatives_in(typed)[:MAX_ALTERNATIVES]]
    wanted = [group for group in groups if any(not term.startswith("-") for term in group)]
    return " or ".join(" ".join(group) for group in wanted)


def is_too_long(typed: str) -> bool:
    """Return whether more was typed than is looked for."""
    groups = _alternatives_in(typed)
    return len(groups) > MAX_ALTERNATIVES or any(len(group) > MAX_TERMS for group in groups)


def _alternatives_in(typed: str) -> list[list[str]]:
    """Return the terms between one "or" and the next: words, "phrases" and what is left out."""
    text = INVISIBLE.sub("", unicodedata.normalize("NFC", typed)).translate(QUOTES)
    groups: list[list[str]] = [[]]
    for term in TERM.finditer(BEGINNING_OF_ADDRESS.sub(" ", text)):
        if not term["minus"] and (term["word"] or "").casefold() == "or":
            groups.append([])
        else:
            groups[-1] += _terms_of(term)
    return [group for group in groups if group]


def _words_in(text: str) -> list[str]:
    words = [word for word in SIGNS.split(text) if word]
    # Joined to others, as in "and/or", it is a word of no meaning; alone it would be an operator.
    return [word for word in words if word.casefold() != "or"]


def _terms_of(term: re.Match[str]) -> list[str]:
    words = _words_in(term["word"] or term["phrase"] or "")
    if not words or (term["word"] and not term["minus"]):
        return words
    phrase = " ".join(words[:MAX_TERMS])
    quoted = f'"{phrase}"' if len(words) > 1 else phrase
    return [f"-{quoted}" if term["minus"] else quoted]
