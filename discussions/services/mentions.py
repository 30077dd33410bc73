"""Whom a text names with an @: people of the place where it is written, and nobody else."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from zlib import crc32

from django.conf import settings
from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q, QuerySet
from django.utils import translation

from accounts.folding import fold, fold_name
from accounts.models import User
from communities.markup import LONGEST_NAME, Found, render
from communities.models import Membership
from discussions.models import Mention, Post, Thread

MOST_SUGGESTED = 8
MAX_POSTS_SEARCHED = 500  # of a thread, the newest, for who wrote in it
MAX_CANDIDATES = 1_000
APOSTROPHES = frozenset("'\u2019\u02bc\u2018")
JOINING = APOSTROPHES | frozenset("-\u2010\u2011\u2012\u2013")


def people_to_mention(by: User, *, community: int, thread: int | None = None) -> QuerySet[Any]:
    """Return whom somebody may name: members, and who wrote in a question, members or not.

    Neither those who left nor closed accounts. Annotates `is_here`, whether the person wrote in
    the thread. The conditions are asked person by person, so narrow it down to a few people first.
    """
    people = _with_place(User.objects.with_public_page().exclude(pk=by.pk), community, thread)
    return people.filter(may_be_named=True)


def _with_place(people: QuerySet[User], community: int, thread: int | None) -> QuerySet[Any]:
    """Annotate `is_here` and `may_be_named`, whether that may be done in this place."""
    members = Membership.objects.filter(community=community, user=OuterRef("pk"))
    wrote = Post.objects.published().filter(thread=thread, author=OuterRef("pk"))
    asked = wrote.filter(thread__kind=Thread.Kind.QUESTION)
    return people.filter(is_active=True, closed_at=None).annotate(
        may_be_named=ExpressionWrapper(
            Exists(members) | Exists(asked), output_field=BooleanField()
        ),
        is_here=Exists(wrote),
    )


def suggest_people(
    by: User, beginning: str, *, community: int, thread: int | None = None
) -> list[User]:
    """Return a few people whose names begin like this, those who wrote in the thread first."""
    folded = fold(beginning[:LONGEST_NAME])
    people = people_to_mention(by, community=community, thread=thread).only("public_name")
    matching = people.filter(folded_name__startswith=folded).order_by("folded_name", "pk")
    newest = Post.objects.published().filter(thread=thread).order_by("-number")
    here = matching.filter(pk__in=newest.values("author")[:MAX_POSTS_SEARCHED])
    found = list(here[:MOST_SUGGESTED]) if thread else []
    if len(found) < MOST_SUGGESTED:
        known = [person.pk for person in found]
        others = matching.filter(_is_candidate(folded, community)).exclude(pk__in=known)
        found += others[: MOST_SUGGESTED - len(found)]
    return found


def _is_candidate(folded: str, community: int) -> Q:
    """Pick people to look at: the first whose names begin so, and some members.

    These are all members of a small community; in a large one enough of the first names are.
    """
    named = User.objects.filter(folded_name__startswith=folded)
    members = Membership.objects.filter(community=community)
    first = named.order_by("folded_name").values("pk")[:MAX_CANDIDATES]
    some = members.order_by().values("user")[:MAX_CANDIDATES]
    return Q(pk__in=first.union(some, all=True))


def meant_in(post: Post) -> dict[str, int]:
    """Return whose the names in a post are, as `render_naming` is told of them."""
    named = Mention.objects.filter(post=post).values_list("user__folded_name", "user")
    return {_field_of(folded): pk for folded, pk in named}


@dataclass(frozen=True)
class UnclearName:
    """A name in a text that could be several people's, and the field that asks whose it is."""

    text: str
    field: str
    people: list[User]


def render_naming(
    body: str,
    *,
    by: User,
    community: int,
    thread: int | None = None,
    meant: Mapping[str, int] | None = None,
) -> tuple[str, list[User]]:
    """Render a text with links to whom it names; returns them too. Asks one query, if any.

    `meant` says of unclear names whose they are, 0 for nobody's; one that stays unclear names
    nobody.
    """
    naming = _Naming(by, community, thread, meant or {})
    html = render(body, naming.find)
    return html, list(naming.named.values())


def unclear_names(
    body: str,
    *,
    by: User,
    community: int,
    thread: int | None = None,
    meant: Mapping[str, int] | None = None,
) -> list[UnclearName]:
    """Return the names in a text of which only its writer knows whose they are."""
    if "@" not in body:
        return []
    naming = _Naming(by, community, thread, meant or {})
    render(body, naming.find)
    return list(naming.unclear.values())


class _Naming:
    """Whom the names in a text mean, in the place where it is written."""

    def __init__(
        self, by: User, community: int, thread: int | None, meant: Mapping[str, int]
    ) -> None:
        self.by, self.community, self.thread, self.meant = by, community, thread, meant
        self.named: dict[int, User] = {}
        self.unclear: dict[str, UnclearName] = {}

    def find(self, beginnings: list[str]) -> list[Found]:
        keys = {fold_name(name) for text in beginnings for name in _names_in(text)}
        others = User.objects.with_public_page().filter(folded_name__in=keys)
        others = others.exclude(pk=self.by.pk)
        people = _with_place(others, self.community, self.thread)
        people = people.only("public_name", "folded_name", "date_joined")
        by_name: dict[str, list[Any]] = defaultdict(list)
        for person in people.order_by("-may_be_named", "pk")[:MAX_CANDIDATES]:
            by_name[person.folded_name].append(person)
        # What is stored has one address, whatever language its readers read.
        with translation.override(settings.LANGUAGE_CODE):
            return [self._found(text, by_name) for text in beginnings]

    def _found(self, text: str, by_name: dict[str, list[Any]]) -> Found:
        is_longer = False  # whether a longer name stands there, of somebody elsewhere
        for name in _names_in(text):
            people = by_name.get(fold_name(name), [])
            if here := [person for person in people if person.may_be_named]:
                person = self._one_of(name, here, is_sure=not is_longer)
                return (len(name), person.get_absolute_url()) if person else None
            is_longer = is_longer or bool(people)
        return None

    def _one_of(self, name: str, people: list[Any], *, is_sure: bool) -> User | None:
        """Return the one who is meant, or None; notes down what is to be asked."""
        exactly = [one for one in people if one.public_name.casefold() == name.casefold()]
        candidates = people
        field = _field_of(fold_name(name))
        if is_sure and len(exactly) == 1:
            candidates = exactly
        elif field in self.meant:
            candidates = [one for one in people if one.pk == self.meant[field]]
        elif len(candidates) > 1 or not is_sure:
            self.unclear[field] = UnclearName(name, field, people[:MOST_SUGGESTED])
            return None
        for person in candidates:
            self.named[person.pk] = person
        return candidates[0] if candidates else None


def keep_mentions(post: Post, named: list[User]) -> list[Mention]:
    """Note whom a post names, and forget whom an earlier wording named; returns what is new.

    Call it inside a transaction that holds the post's lock, or has just made it.
    """
    earlier = Mention.objects.filter(post=post)
    earlier.exclude(user__in=named).delete()
    known = set(earlier.values_list("user", flat=True))
    rows = [Mention(post=post, user=person) for person in named if person.pk not in known]
    return Mention.objects.bulk_create(rows)


def _field_of(folded: str) -> str:
    return f"meant-{crc32(folded.encode()):08x}"


def _names_in(text: str) -> list[str]:
    """List what may be a name at the beginning of a text, the longest first."""
    ends = range(min(len(text), LONGEST_NAME), 0, -1)
    return [text[:end] for end in ends if _is_end(text, end)]


def _is_end(text: str, end: int) -> bool:
    """Say whether a name may end somewhere: not within a word, nor before what is joined to it."""
    last, rest = text[end - 1], text[end : end + 3]
    if last.isspace() or (last.isalnum() and rest[:1].isalnum()):
        return False
    if rest[:1] not in JOINING or not rest[1:2].isalnum():
        return True
    return rest[:1] in APOSTROPHES and rest[1:2] in "sS" and not rest[2:3].isalnum()
