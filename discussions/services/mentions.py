"""Whom a text names with an @: people of the place where it is written, and nobody else."""

from typing import Any

from django.conf import settings
from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet
from django.db.models.functions import Lower
from django.utils import translation

from accounts.models import User
from communities.markup import LONGEST_NAME, Found, render
from communities.models import Membership
from discussions.models import Mention, Post, Thread

MOST_SUGGESTED = 8


def people_to_mention(by: User, *, community: int, thread: int | None = None) -> QuerySet[Any]:
    """Pick whom somebody may name: members, and who wrote in a question, which needs no membership.

    Neither those who left nor closed accounts. Annotates `folded`, the name in small letters, and
    `is_here`, whether the person wrote in the thread.
    """
    members = Membership.objects.filter(community=community).values("user")
    wrote = Post.objects.published().filter(thread=thread).values("author")
    asked = wrote.filter(thread__kind=Thread.Kind.QUESTION)
    people = User.objects.filter(Q(pk__in=members) | Q(pk__in=asked), is_active=True)
    return (
        people.filter(closed_at=None)
        .exclude(pk=by.pk)
        .annotate(
            folded=Lower("public_name"),
            is_here=ExpressionWrapper(Q(pk__in=wrote), output_field=BooleanField()),
        )
    )


def suggest_people(
    by: User, beginning: str, *, community: int, thread: int | None = None
) -> list[User]:
    """Return a few people whose names begin like this, those who wrote in the thread first."""
    people = people_to_mention(by, community=community, thread=thread)
    found = people.filter(folded__startswith=beginning.lower()[:LONGEST_NAME])
    return list(found.only("public_name").order_by("-is_here", "folded", "pk")[:MOST_SUGGESTED])


def render_naming(
    body: str, *, by: User, community: int, thread: int | None = None
) -> tuple[str, list[User]]:
    """Render a text with links to whom it names; returns them too. Asks one query, if any."""
    named: dict[int, User] = {}

    def find_named(beginnings: list[str]) -> list[Found]:
        names = {name for text in beginnings for name in _names_in(text)}
        people = people_to_mention(by, community=community, thread=thread)
        # Of two who share a name it is the one who wrote here, or else who came first.
        ranked = people.filter(folded__in=names).only("public_name").order_by("is_here", "-pk")
        by_name = {person.public_name.lower(): person for person in ranked}
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
    """List what may be a name at the beginning of a text, the longest first, in small letters."""
    ends = (
        end
        for end in range(min(len(text), LONGEST_NAME), 0, -1)
        if not text[end - 1].isspace() and not (text[end - 1 : end + 1].isalnum() and text[end:])
    )
    return [text[:end].lower() for end in ends]


def _longest(text: str, by_name: dict[str, User], named: dict[int, User]) -> Found:
    for name in _names_in(text):
        if person := by_name.get(name):
            named[person.pk] = person
            return len(name), person.get_absolute_url()
    return None
