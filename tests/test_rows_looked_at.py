"""What is answered from a few rows of many: one table of pages, acts and what they may look at.

Each row: what is asked for, by whom, and the rows that its queries may fetch from tables and
indexes in a crowd that is several times larger.
"""

from itertools import product

import pytest
from django.db import connection
from django.urls import reverse

from accounts.models import User
from communities.models import Membership
from discussions.models import Post, Thread, Word
from discussions.spelling import _near
from moderation.figures import gravest_of_each_post
from moderation.models import Report, Rule
from tests.factories import make_thread, make_user
from tests.looking import rows_looked_at
from townhall.database.owner import as_owner

CROWD = 30_000
LIMITS = [
    # each count ends at a thousand; of each report, whether it is the first of its post
    ("desk", "moderator", 9_000),
    # the table of permissions, which does not grow, may be read whole
    ("next-report", "moderator", 300),
    # a page of a list and what is counted for its numbers, in whatever order an address asks for
    ("posts-sorted", "moderator", 2_500),
    ("posts-hidden", "moderator", 300),
    ("members-sorted", "admin", 2_500),
    ("people-sorted", "admin", 2_500),
    ("reports-sorted", "moderator", 5_000),
    # the posts of the crowd are so few that all are read to count those of a thousand reports
    ("reports-of-a-rule", "moderator", 15_000),
    ("gravest-of-a-rule", "moderator", 600),
    # of the first thousand that are found, by an index of parts of words
    ("people-searched", "admin", 1_000),
    ("members-searched", "admin", 1_000),
    ("members-by-two-letters", "admin", 300),
    # a thousand by name, a thousand members, and of each whether they are a member
    ("people", "resident", 10_000),
    ("people-of-thread", "resident", 17_000),
    ("mention", "resident", 600),
    ("search-by-person", "visitor", 600),
    ("search-misspelt", "visitor", 300),
    ("search-far-back", "visitor", 600),
]


@pytest.fixture
def crowd(cast):
    """Fill the tables with people, members, posts and reports that wait."""
    people = [
        User(email=f"member{n}@crowd.example", public_name=f"Member {n}", password="!")
        for n in range(CROWD)
    ]
    people = User.objects.bulk_create(people, batch_size=5_000)
    Membership.objects.bulk_create(
        (Membership(user=person, community=cast.community, rules_version=1) for person in people),
        batch_size=5_000,
    )
    thread = make_thread(cast.community, author=cast.neighbour)
    posts = Post.objects.bulk_create(
        (
            Post(
                thread=thread,
                number=n,
                author=people[n],
                body="Hm.",
                html="<p>Hm.</p>",
                status="published",
                published_at=thread.created_at,
            )
            for n in range(2, 10_002)
        ),
        batch_size=5_000,
    )
    Thread.objects.filter(pk=thread.pk).update(last_number=10_001, post_count=10_001)
    Report.objects.bulk_create(
        (
            Report(post=post, reporter=people[0], rule=Rule.values[post.number % len(Rule.values)])
            for post in posts
        ),
        batch_size=5_000,
    )
    texts = {f"abcdefg{''.join(three)}" for three in product("abcdefghijklmnop", repeat=3)}
    Word.objects.bulk_create(Word(text=text, stem=text, near=sorted(_near(text))) for text in texts)
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    return thread


def ask_for(what, thread, client):
    """Return a function that asks for a page, or carries an act out."""
    addresses = {
        "desk": reverse("admin:index"),
        "next-report": reverse("admin:moderation_report_next"),
        "posts-sorted": f"{reverse('admin:discussions_post_changelist')}?o=2",
        "posts-hidden": f"{reverse('admin:discussions_post_changelist')}?status__exact=hidden",
        "members-sorted": f"{reverse('admin:communities_membership_changelist')}?o=1",
        "people-sorted": f"{reverse('admin:accounts_user_changelist')}?o=1",
        "people-searched": f"{reverse('admin:accounts_user_changelist')}?q=29999",
        "members-searched": f"{reverse('admin:communities_membership_changelist')}?q=29999",
        "members-by-two-letters": f"{reverse('admin:communities_membership_changelist')}?q=99",
        "reports-sorted": f"{reverse('admin:moderation_report_changelist')}?o=0",
        "reports-of-a-rule": f"{reverse('admin:moderation_report_changelist')}?rule__exact=abuse",
        "people": f"{thread.community.get_absolute_url()}people/?q=m",
        "people-of-thread": f"/discussions/{thread.pk}/people/?q=member+2",
        "search-by-person": "/search/?q=heron&person=nobody+so",
        "search-far-back": "/search/?q=hm&until=2020-01-01",
        "search-misspelt": "/search/?q=" + "+".join(f"abcdefgq{end}" for end in "jklmnopr"),
        "mention": f"/discussions/{thread.pk}/reply/",
    }

    def ask():
        if what == "gravest-of-a-rule":
            waiting = Report.objects.waiting()
            gravest = gravest_of_each_post(waiting.filter(gravity=2), waiting)
            shown = gravest.select_related("post__author", "post__thread", "decision")
            return list(shown.order_by("gravity", "created_at", "-pk")[:50])
        if what == "mention":
            body = "@Member 5 and @Member 29999, look."
            answer = client.post(addresses[what], {"body": body})
        else:
            answer = client.get(addresses[what])
        assert answer.status_code in {200, 302}
        return answer

    return ask


@pytest.mark.django_db(transaction=True)  # only the owner of the tables may analyse them
def test_pages_look_at_few_rows_of_many(cast, crowd, client_of):
    found = {
        (what, viewer): rows_looked_at(ask_for(what, crowd, client_of(getattr(cast, viewer))))
        for what, viewer, _limit in LIMITS
    }

    limits = {(what, viewer): limit for what, viewer, limit in LIMITS}
    assert {one: rows for one, rows in found.items() if rows > limits[one]} == {}


def test_what_is_looked_at_is_counted_where_all_is_read(cast):
    for _number in range(3):
        make_user()

    assert rows_looked_at(lambda: list(User.objects.filter(language="cy"))) >= 3
