"""Questions to seats, a third of them waiting, and reports that wait for staff."""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta

from bench.data.copying import copy_rows
from bench.data.talk import Plan, first_question, moment, seat_asked
from bench.sizes import Size
from discussions.models import Post, Thread
from moderation.models import Report, Rule
from questions.models import Asker, Holder, Question

COLUMNS = ["id", "title", "text", "author_id", "seat_id", "body_id", "community_id", "state"]
COLUMNS += ["thread_id", "asked_at", "opened_on", "due_on", "acknowledged_at", "answered_at"]
COLUMNS += ["answered_by_id", "asker_count"]
WAITING = 3  # one in so many


def make_questions(size: Size, plan: Plan, now: datetime) -> None:
    """Fill questions with their holders and askers, on the threads that are kept for them."""
    threads = range(first_question(size), size.threads + 1)
    titles = dict(Thread.objects.filter(pk__in=threads).values_list("pk", "title"))
    copy_rows(
        Question,
        COLUMNS,
        (_question(thread, titles[thread], size, plan, now) for thread in threads),
    )
    copy_rows(
        Holder,
        ["question_id", "seat_id", "since"],
        ((thread, seat_asked(thread, size), moment(plan.moments[thread][0])) for thread in threads),
    )
    copy_rows(
        Asker, ["question_id", "user_id"], ((thread, plan.author[thread]) for thread in threads)
    )
    answers = Post.objects.filter(thread__in=threads, number=2).values_list("thread_id", "pk")
    Thread.objects.bulk_update(
        [Thread(pk=thread, answer_id=post) for thread, post in answers if thread % WAITING],
        ["answer"],
        batch_size=1000,
    )


def make_reports(size: Size, chance: random.Random) -> None:
    """Fill reports of posts all over the place."""
    posts = chance.sample(range(1, size.posts + 1), size.reports)
    copy_rows(Report, ["post_id", "reporter_id", "rule", "text"], _reports(posts, size, chance))


def _question(thread: int, title: str, size: Size, plan: Plan, now: datetime) -> tuple[object, ...]:
    seat = seat_asked(thread, size)
    asked, answered = (moment(at) for at in plan.moments[thread][:2])
    if thread % WAITING:
        opened_on, due_on = asked.date(), asked.date() + timedelta(days=14)
        state, outcome = "answered", (answered, seat)
    else:
        opened_on = (now - timedelta(days=thread % 21)).date()
        due_on = opened_on + timedelta(days=14)
        state, outcome = "open", (None, None)
    return (
        *(thread, title, title, plan.author[thread], seat, 1, plan.community[thread], state),
        *(thread, asked, opened_on, due_on, asked, *outcome, 1),
    )


def _reports(
    posts: list[int], size: Size, chance: random.Random
) -> Iterator[tuple[int, int, str, str]]:
    for post in posts:
        reporter = chance.randint(1, size.members)
        yield post, reporter, chance.choice(Rule.values), "Please look at this."
