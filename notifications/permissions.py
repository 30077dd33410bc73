"""What people may be told of, asked for many of them at once."""

from collections.abc import Mapping
from itertools import islice
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Value

from accounts.models import User
from discussions.models import Post, Thread
from questions.models import Question

PEOPLE_PER_STATEMENT = 100


def pick_readable(
    model: type[Post | Thread | Question], wanted: Mapping[User, set[int]]
) -> set[tuple[int, int]]:
    """Return the pairs (person, row) of which the person may see the row.

    What everybody may see is asked once; only the rest person by person, in one statement for
    each hundred of them.
    """
    rows = set().union(*wanted.values())
    public = set(
        model.objects.visible_to(AnonymousUser()).filter(pk__in=rows).values_list("pk", flat=True)
    )
    readable = {(user.pk, pk) for user, pks in wanted.items() for pk in pks & public}
    doubtful = iter([(user, pks - public) for user, pks in wanted.items() if pks - public])
    while some := list(islice(doubtful, PEOPLE_PER_STATEMENT)):
        first, *others = [_visible(model, user, pks) for user, pks in some]
        readable.update(first.union(*others, all=True) if others else first)
    return readable


def _visible(model: type[Post | Thread | Question], user: User, pks: set[int]) -> Any:
    rows = model.objects.visible_to(user).filter(pk__in=pks).order_by()
    return rows.annotate(reader=Value(user.pk)).values_list("reader", "pk")
