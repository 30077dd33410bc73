"""Whom a text names with an @: people of the place where it is written, and nobody else."""

from typing import Any

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import translation

from accounts.folding import fold, fold_name
from accounts.models import User
from communities.markup import LONGEST_NAME, Found, render
from communities.models import Membership
from discussions.models import Mention, Post, Thread

MOST_SUGGESTED = 8
MAX_POSTS_SEARCHED = 500  # of a thread, the newest, for who wrote in it
MAX_CANDIDATES = 1_000


def people_to_mention(by: User, *, community: int, thread: int | None = None) -> QuerySet[Any]:
    """Return whom somebody may name: members, and who wrote in a question, members or not.

    Neither those who left nor closed accounts. Annotates `is_here`, whether the person
    wrote in the thread. The conditions are asked person by person, so narrow it down
    to a few people first.
    """
    members = Membership.objects.filter(community=community, user=OuterRef("pk"))
    wrote = Post.objects.published().filter(thread=thread, author=OuterRef("pk"))
    asked = wrote.filter(thread__kind=Thread.Kind.QUESTION)
    people = User.objects.with_public_page().filter(Exists(members) | Exists(asked))
    people = people.filter(is_active=True, closed_at=None).exclude(pk=by.pk)
    return people.annotate(is_here=Exists(wrote))


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


def render_naming(
    body: str, *, by: User, community: int, thread: int | None = None
) -> tuple[str, list[User]]:
    """Render a text with links to whom it names; returns them too. Asks one query, if any."""
    named: dict[int, User] = {}

    def find_named(beginnings: list[str]) -> list[Found]:
        names = {fold_name(name) for text in beginnings for name in _names_in(text)}
        people = people_to_mention(by, community=community, thread=thread)
        # Of two who share a name it is the one who wrote here, or else who came first.
        ranked = (
            people.filter(folded_name__in=names)
            .only("public_name", "folded_name")
            .order_by("is_here", "-pk")
        )
        by_name = {person.folded_name: person for person in ranked}
        # What is stored has one address, whatever language its readers read.
        with translation.override(settings.LANGUAGE_CODE):
            return [_longest(text, by_name, named) for text in beginnings]

    html = render(body, find_named)
    return html, list(named.values())


def keep_mentions(post: Post, named: list[User]) -> list[Mention]:
    """Note whom a post names, and forget whom an earlier wording named; returns what is new.

    Call it inside a transaction that holds the post's lock, or has just made it.
    """
    earlier = Mention.objects.filter(post=post)
    earlier.exclude(user__in=named).delete()
    known = set(earlier.values_list("user", flat=True))
    rows = [Mention(post=post, user=person) for person in named if person.pk not in known]
    return Mention.objects.bulk_create(rows)


def _names_in(text: str) -> list[str]:
    """List what may be a name at the beginning of a text, the longest first."""
    ends = (
        end
        for end in range(min(len(text), LONGEST_NAME), 0, -1)
        if not text[end - 1].isspace() and not (text[end - 1 : end + 1].isalnum() and text[end:])
    )
    return [text[:end] for end in ends]


def _longest(text: str, by_name: dict[str, User], named: dict[int, User]) -> Found:
    for name in _names_in(text):
        if person := by_name.get(fold_name(name)):
            named[person.pk] = person
            return len(name), person.get_absolute_url()
    return None
