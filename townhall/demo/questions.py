"""Let the people of the demonstration council ask their councillors, and the councillors answer."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from uuid import uuid4

from django.utils import timezone

from accounts.models import User
from councillors.models import Councillor
from discussions.models import Post
from questions.clock import deadline
from questions.models import Asker, Question
from questions.services import (
    Addressee,
    Inquiry,
    acknowledge_question,
    answer_question,
    ask_question,
    close_question,
    keep_private,
    merge_question,
    open_question,
    refer_question,
    want_to_know,
)
from townhall.demo.content import Entry
from townhall.demo.threads import write_reply, writing_of
from townhall.demo.town import Story, Town

READING = timedelta(minutes=95)  # between a question's coming in and its being opened
SETTLING = timedelta(minutes=10)


def plan_questions(town: Town, story: Story) -> None:
    """Add to the story how each question was asked, opened, seen, answered or settled."""
    for entry in town.content.questions:
        asked_at = town.moments.sometime(entry["days_ago"], entry["title"])
        story.add(asked_at, partial(_ask, town, entry))
        opened_at = min(asked_at + READING, town.moments.now)
        if entry["state"] == "private":
            story.add(opened_at, partial(_keep_private, town, entry))
        elif entry["state"] != "submitted":
            story.add(opened_at, partial(_open, town, entry))
            _plan_rest(town, story, entry, opened_at)


def _plan_rest(town: Town, story: Story, entry: Entry, opened_at: datetime) -> None:
    title, at = entry["title"], opened_at
    if "acknowledged_days_ago" in entry:
        at = town.moments.sometime(entry["acknowledged_days_ago"], f"seen {title}", after=at)
        story.add(at, partial(_acknowledge, town, entry))
    answer = entry.get("answer")
    answered_days_ago = answer["days_ago"] if answer else -1
    followups = entry.get("followups", [])
    said = [(post, partial(_follow_up, town, entry, post)) for post in followups]
    if answer:
        earlier = sum(post["days_ago"] > answered_days_ago for post in followups)
        said.insert(earlier, (answer, partial(_answer, town, entry)))
    for index, (post, step) in enumerate(said):
        at = town.moments.sometime(post["days_ago"], f"{title} {index}", after=at)
        story.add(at, step)
    if settle := SETTLE.get(entry["state"]):
        if not said:
            at = town.moments.sometime(entry["days_ago"] - 1, f"settled {title}", after=at)
        story.add(min(at + SETTLING, town.moments.now), partial(settle, town, entry))


def _ask(town: Town, entry: Entry, at: datetime) -> None:
    community = town.communities.get(entry.get("community", ""))
    inquiry = Inquiry(entry["title"], entry["text"].strip(), uuid4(), community)
    to = Addressee(_seat(town, entry), is_whole_ward="seat" not in entry)
    question = ask_question(inquiry, by=town.users[entry["asker"]], to=to)
    Question.objects.filter(pk=question.pk).update(asked_at=at)
    question.askers.update(at=at)
    town.questions[entry["title"]] = question


def _keep_private(town: Town, entry: Entry, at: datetime) -> None:
    question = keep_private(town.questions[entry["title"]], by=town.users["moderator"])
    if "acknowledged_days_ago" in entry:
        seen_at = town.moments.sometime(entry["acknowledged_days_ago"], entry["title"], after=at)
        Question.objects.filter(pk=question.pk).update(acknowledged_at=seen_at)


def _open(town: Town, entry: Entry, at: datetime) -> None:
    """Open a question as of its own day: its date is counted from then, not from today."""
    question = open_question(town.questions[entry["title"]], by=town.users["moderator"])
    opened_on = timezone.localdate(at)
    due_on = deadline(opened_on, question.body.nation).due_on
    Question.objects.filter(pk=question.pk).update(opened_on=opened_on, due_on=due_on)
    _date_holders(town, question, at)
    if question.thread is not None:
        town.threads[entry["title"]] = question.thread
        _note(town, question.thread.posts.get(), at)
    _let_others_ask(town, entry, question, at)


def _let_others_ask(town: Town, entry: Entry, question: Question, opened_at: datetime) -> None:
    latest = min(town.moments.now, opened_at + timedelta(days=6))
    if "answer" in entry:
        latest = min(latest, town.moments.sometime(entry["answer"]["days_ago"], "answered"))
    for key in entry.get("askers", []):
        want_to_know(question, by=town.users[key])
        at = town.moments.between(opened_at, latest, f"{key} {entry['title']}")
        Asker.objects.filter(question=question, user=town.users[key]).update(at=at)


def _acknowledge(town: Town, entry: Entry, at: datetime) -> None:
    question = town.questions[entry["title"]]
    acknowledge_question(question, by=_who_has_it(town, entry))
    Question.objects.filter(pk=question.pk).update(acknowledged_at=at)
    _date_holders(town, question, at)


def _answer(town: Town, entry: Entry, at: datetime) -> None:
    question, answer = town.questions[entry["title"]], entry["answer"]
    writing = writing_of(town, {"body": answer["body"]})
    post = answer_question(question, by=_account(town, answer["author"]), writing=writing)
    Question.objects.filter(pk=question.pk).update(answered_at=at)
    _date_holders(town, question, at)
    _note(town, post, at)


def _follow_up(town: Town, entry: Entry, post: Entry, at: datetime) -> None:
    _note(town, write_reply(town, town.threads[entry["title"]], post), at)


def _refer(town: Town, entry: Entry, at: datetime) -> None:
    question = town.questions[entry["title"]]
    refer_question(question, by=town.users["moderator"], to=town.bodies[entry["referred_to"]])
    _date_holders(town, question, at)


def _close(town: Town, entry: Entry, at: datetime) -> None:
    question = town.questions[entry["title"]]
    close_question(question, by=town.users["moderator"], reason=entry["closing_reason"])
    _date_holders(town, question, at)


def _merge(town: Town, entry: Entry, at: datetime) -> None:
    question, into = (town.questions[title] for title in (entry["title"], entry["merged_into"]))
    merge_question(question, by=town.users["moderator"], into=into)
    _date_holders(town, question, at)


SETTLE: dict[str, Callable[[Town, Entry, datetime], None]] = {
    "referred": _refer,
    "closed": _close,
    "merged": _merge,
}


def _date_holders(town: Town, question: Question, at: datetime) -> None:
    """Set back the moments that a service has just written: they are newer than the run."""
    started = town.moments.now
    question.holders.filter(since__gt=started).update(since=at)
    question.holders.filter(until__gt=started).update(until=at)


def _note(town: Town, post: Post, at: datetime) -> None:
    town.written_at[post.pk] = at


def _seat(town: Town, entry: Entry) -> Councillor:
    """Find the seat asked, or for a whole ward one of its sitting councillors."""
    if "seat" in entry:
        return town.seats[entry["seat"]]
    sitting = Councillor.objects.sitting().filter(area__code=entry["area_code"])
    return sitting.select_related("body").order_by("pk")[0]


def _who_has_it(town: Town, entry: Entry) -> User:
    """Find who says that they have seen a question: whoever writes about it later."""
    if "answer" in entry:
        return _account(town, entry["answer"]["author"])
    for post in entry.get("followups", []):
        if "capacity" in post:
            return town.users[post["author"]]
    return _account(town, entry["seat"])


def _account(town: Town, seat: str) -> User:
    return town.capacities[seat].user
