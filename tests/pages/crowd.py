"""What fills the full world: crowds, every state, long names, hard words, other languages."""

from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

from django.utils import timezone

from accounts import services as accounts
from communities.markup import render
from communities.models import Area, Community, LocalLink, Membership, ModeratorScope
from communities.services import change_rules
from councillors.models import Councillor, Person
from discussions import services as discussions
from discussions.models import Draft, OutcomeNote, Post, Thread
from discussions.services import Writing
from moderation import services as moderation
from notifications.models import Mail, Suppression
from notifications.services import queue_deliveries
from questions import services as questions
from questions.models import Question
from records.services import give_data
from tests.factories import (
    make_area,
    make_body,
    make_capacity,
    make_community,
    make_image,
    make_membership,
    make_person,
    make_post,
    make_postcode,
    make_question,
    make_report,
    make_seat,
    make_thread,
    make_user,
)

LONG_WORD = "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch"
SAID = """# A heading

The *heron* stands **here** each morning, at <https://example.org/a/rather/long/address/of/a/page>.

- `one` thing
- another, see [the map](https://example.org/)

> What somebody else said.

### A lower heading

1. first
2. second

```
a line of letters that goes on for longer than any telephone is wide, and then some more
```
"""
WELSH = "Mae'r crëyr yn sefyll yma bob bore."
ANSWER = "The gritter comes at five on frost nights, and Mill Lane is on its route since Monday."


def places(cast: SimpleNamespace) -> dict[str, Any]:
    """Make a redrawn ward, a parish across it, and places inside the district."""
    long_named = make_area(name=LONG_WORD, parent=cast.ward.parent)
    box = {"box_left": 90, "box_top": 0, "box_right": 180, "box_bottom": 60}
    Area.objects.filter(pk=long_named.pk).update(outline="M90 0h90v60h-90z", **box)
    make_postcode("NM4 2EF", cast.ward, make_area(kind="parish", name="Mill parish"))
    old = make_area(
        name="Old Millbrook", parent=cast.ward.parent, valid_to=timezone.localdate() - DAY
    )
    old.successors.add(cast.ward)
    return {"district": cast.ward.parent.code, "old-ward": old.code, "long-ward": long_named.code}


def councils(cast: SimpleNamespace) -> dict[str, Any]:
    """Make a second council, vacant and ended seats, and more seats than a page shows."""
    county = make_body(name="Dale County Council", nation="WLS")
    Person.objects.filter(pk=cast.seat.person_id).update(
        biography="Retired teacher.\nWalks a dog.", profile_url="https://example.org/anne"
    )
    Councillor.objects.filter(pk=cast.seat.pk).update(party="Independent")
    make_seat(person=cast.seat.person, body=county, area=None, end_on=date(2024, 5, 1))
    make_seat(person=None, body=cast.body, area=cast.ward)
    make_seat(person=make_person(name=LONG_WORD, slug="long-named"), body=cast.body, area=cast.ward)
    former = make_person(name="Bea Former", slug="bea-former")
    make_seat(person=former, body=cast.body, area=cast.ward, end_on=date(2024, 5, 1))
    people = [Person(name=f"Seat {number}", slug=f"seat-{number}") for number in range(101)]
    Councillor.objects.bulk_create(
        Councillor(person=person, body=county, area_name="Far away", start_on=date(2023, 5, 4))
        for person in Person.objects.bulk_create(people)
    )
    return {"former-councillor": former.slug}


def communities(cast: SimpleNamespace) -> dict[str, Any]:
    """Give the community rules and links; make others that few may read or nobody writes in."""
    rules = "## Here\n\n1. Be *kind*.\n2. Stay local."
    ruled = change_rules(cast.community, by=cast.admin, rules=rules)
    Membership.objects.filter(community=ruled).update(rules_version=ruled.rules_version)
    for title in ("Bins and recycling", LONG_WORD):
        LocalLink.objects.create(
            community=cast.community, title=title, url="https://example.org/bins"
        )
    archived = make_community(name="Old market", archived_at=timezone.now())
    closed = make_community(name="Carers", visibility="members", hold_first_posts=True)
    make_membership(cast.resident, closed)
    for name in (LONG_WORD, "Cycling", "Allotments"):
        make_community(name=name, description=f"{LONG_WORD} and other words.")
    return {
        "archived-community": archived.slug,
        "members-community": closed.slug,
    }


def talk(cast: SimpleNamespace) -> dict[str, Any]:
    """Make a long thread with everything a post can be, and more threads than a page lists."""
    for number in range(22):
        make_thread(cast.community, author=cast.neighbour, title=f"Heron {number}", tags=["weir"])
    old = make_thread(cast.community, author=cast.neighbour, title="Locked", tags=[LONG_WORD[:40]])
    discussions.set_locked(old, True, by=cast.moderator)
    pinned = make_thread(cast.community, author=cast.neighbour, title=LONG_WORD)
    discussions.set_pinned(pinned, True, by=cast.moderator)
    long = make_thread(
        cast.community,
        author=cast.neighbour,
        title="Heron by the weir",
        body=SAID,
        tags=["weir", "otter"],
    )
    first = long.posts.get()
    _every_kind_of_post(cast, long, first)
    for number in range(16):
        make_post(long, author=cast.neighbour, body=f"Heron, day {number}.")
    discussions.mark_read(long, by=cast.resident, number=5)
    own = _marks_of_resident(cast, long, first)
    held = make_thread(
        Community.objects.get(slug=_carers()), author=cast.resident, title="Held", body="Hello."
    )
    return _reworded(cast, long) | {
        "long-thread": long.pk,
        "long-slug": long.slug,
        "locked-thread": old.pk,
        "locked-slug": old.slug,
        "held-thread": held.pk,
        "held-slug": held.slug,
        "long-tag": old.tags.get().slug,
        **own,
    }


def _marks_of_resident(cast: SimpleNamespace, thread: Thread, first: Post) -> dict[str, Any]:
    """Let the resident keep posts, begin to write, ignore somebody, and read what came of it."""
    discussions.keep_post(first, by=cast.resident, note=f"For the meeting, {LONG_WORD}")
    gone = make_post(thread, author=cast.neighbour, body="Kept and gone.")
    discussions.keep_post(gone, by=cast.resident)
    discussions.set_status(gone, "withdrawn", by=cast.moderator)
    rude = make_user(public_name=f"Rude {LONG_WORD[:40]}")
    ignored = make_post(thread, author=rude, body="Nobody asked you.")
    discussions.ignore_person(rude, by=cast.resident)
    for place in ({"community": cast.community}, {"thread": thread}, {"post": first}):
        Draft.objects.create(user=cast.resident, title="Begun", body=f"{LONG_WORD} " * 9, **place)
    OutcomeNote.objects.create(
        thread=thread,
        author=cast.councillor,
        capacity=cast.councillor.capacities.get(),
        body=SAID,
        html=render(SAID),
    )
    quiet = make_community(name="Quiet corner")
    make_membership(cast.resident, quiet, thread_order="unread")
    for title in ("Read", "Unread"):
        make_thread(quiet, author=cast.neighbour, title=title)
    discussions.mark_read(quiet.threads.get(title="Read"), by=cast.resident, number=1)
    return {
        "kept-post": first.pk,
        "ignored-post": ignored.pk,
        "ignored-person": rude.pk,
        "unread-first-community": quiet.slug,
        "councillor-account": cast.councillor.pk,
        "office": cast.councillor.capacities.get().pk,
    }


def _every_kind_of_post(cast: SimpleNamespace, thread: Thread, first: Post) -> None:
    make_post(thread, author=cast.resident, body=f"{LONG_WORD} " * 3, reply_to=first)
    capacity = cast.councillor.capacities.get()
    make_post(thread, author=cast.councillor, body="It will be repaired.", capacity=capacity)
    discussions.reply(thread, by=cast.neighbour, writing=Writing(WELSH, language="cy"))
    long_named = make_user(public_name=LONG_WORD[:60])
    reply = make_post(thread, author=long_named, body="So it is.", reply_to=first)
    discussions.thank(reply, by=cast.resident)
    discussions.thank(first, by=cast.councillor)
    rude = make_post(thread, author=cast.neighbour, body="Rude words.")
    moderation.decide(rude, by=cast.admin, verb="hide", rule="abuse", reason="It insults.")
    for status in ("withdrawn", "moved"):
        gone = make_post(thread, author=cast.neighbour, body="Gone.")
        discussions.set_status(gone, status, by=cast.moderator)
    accounts.hold_posts(cast.resident, by=cast.admin, until=timezone.now() + DAY)
    make_post(thread, author=cast.resident, body="Held words.")
    accounts.hold_posts(cast.resident, by=cast.admin, until=None)


def _reworded(cast: SimpleNamespace, thread: Thread) -> dict[str, Any]:
    own = make_post(thread, author=cast.resident, body=f"The market is on Friday. {LONG_WORD}")
    for edition in range(1, 12):
        body = f"{SAID}\nThe market is on Saturday, {edition}. {LONG_WORD}"
        discussions.edit_post(own, by=cast.resident, body=body, edition=edition)
    started = make_thread(cast.community, author=cast.resident, title="Markt")
    first = started.posts.get()
    discussions.edit_post(first, by=cast.resident, body="Words.", title="Market", edition=1)
    heron, tall = make_image(cast.resident), make_image(cast.resident, size=(60, 900))
    pictured = make_post(thread, author=cast.resident, body="Look.", pictures=[heron, tall])
    return {"own-post": own.pk, "own-first-post": first.pk, "pictured-post": pictured.pk}


def asked(cast: SimpleNamespace) -> dict[str, Any]:
    """Make a question in each state that one can be in, and more than a page lists."""
    things: dict[str, Any] = {}
    for name in ("seen", "late", "answered", "referred", "closed", "merged", "private", "ward"):
        question = _ask(cast, name)
        things[f"{name}-receipt"] = question.pk
        if question.thread:
            things |= {f"{name}-question": question.thread.pk, f"{name}-slug": question.thread.slug}
    for number in range(22):
        _open(cast, make_question(seat=cast.seat, author=cast.neighbour, title=f"Why {number}?"))
    make_question(seat=cast.seat, author=cast.neighbour, title="Unread and long " + LONG_WORD)
    return things


def _ask(cast: SimpleNamespace, name: str) -> Question:
    fields: dict[str, Any] = {"author": cast.resident, "community": cast.community}
    fields |= {"area": cast.ward, "body": cast.body} if name == "ward" else {"seat": cast.seat}
    question = make_question(title=f"Will it be {name}, {LONG_WORD}?", **fields)
    if name == "private":
        return questions.keep_private(question, by=cast.moderator)
    question = _open(cast, question)
    staff = {"by": cast.moderator}
    acts = {
        "seen": lambda: questions.acknowledge_question(question, by=cast.councillor),
        "late": lambda: Question.objects.filter(pk=question.pk).update(
            due_on=timezone.localdate() - 8 * DAY
        ),
        "answered": lambda: _answer(cast, question),
        "referred": lambda: questions.refer_question(question, to=make_body(), **staff),
        "closed": lambda: questions.close_question(question, reason="Not the council's.", **staff),
        "merged": lambda: questions.merge_question(question, into=_first_open(), **staff),
        "ward": lambda: questions.want_to_know(question, by=cast.neighbour),
    }
    acts[name]()
    return Question.objects.get(pk=question.pk)


def _open(cast: SimpleNamespace, question: Question) -> Question:
    return questions.open_question(question, by=cast.moderator)


def _answer(cast: SimpleNamespace, question: Question) -> None:
    questions.acknowledge_question(question, by=cast.councillor)
    questions.answer_question(question, by=cast.councillor, writing=Writing(ANSWER))
    make_post(question.thread, author=cast.neighbour, body="Thank you.")


def _first_open() -> Question:
    return Question.objects.filter(state="open").order_by("pk").first()


def moderated(cast: SimpleNamespace) -> dict[str, Any]:
    """Make decisions of each kind, more than the log shows on a page, reports and appeals."""
    thread = make_thread(cast.community, author=cast.resident, title="Decided about")
    hidden = [_decide(cast, thread, by=cast.admin) for _number in range(4)]
    for _number in range(28):
        _decide(cast, thread, by=cast.admin, author=cast.neighbour)
    appeals = [
        moderation.appeal(decision, by=cast.resident, text=f"It was fair. {LONG_WORD}")
        for decision in hidden[:3]
    ]
    for appeal, outcome in zip(appeals[:2], ("upheld", "overturned"), strict=True):
        moderation.decide_appeal(appeal, by=cast.moderator, outcome=outcome, reason="Read again.")
    for rule in ("spam", "other", "unlawful"):
        reported = make_post(thread, author=cast.neighbour, body=f"Buy {LONG_WORD}!")
        make_report(reported, rule=rule, text="Look.", created_at=timezone.now() - 3 * DAY)
        make_report(reported, rule=rule, reporter=cast.outsider)
    return {
        "decision-to-appeal": hidden[3].pk,
        "decision-upheld": hidden[0].pk,
        "decision-overturned": hidden[1].pk,
        "decision-waiting": hidden[2].pk,
        "appeal-waiting": appeals[2].pk,
        "appeal-decided": appeals[0].pk,
        "gravest": reported.pk,
        "held-post": Post.objects.filter(status="pending").first().pk,
    }


def _decide(cast: SimpleNamespace, thread: Thread, by: Any, author: Any = None) -> Any:
    post = make_post(thread, author=author or cast.resident, body=f"Rude words. {LONG_WORD}")
    return moderation.decide(
        post, by=by, verb="hide", rule="abuse", reason=f"It insults.\n\n{LONG_WORD}"
    )


def office(cast: SimpleNamespace) -> None:
    """Make what only staff see: an officer, scopes, mails that fail, addresses that refuse."""
    make_capacity(make_user(public_name="Jo Officer"))
    ModeratorScope.objects.create(user=cast.ambassador, community=cast.community)
    moderation.report_barrier(
        by=None, where=f"/places/ {LONG_WORD}", problem="I cannot find it.", uses="", email=""
    )
    Suppression.objects.create(email="gone@example.org", reason="550 no such person")
    give_data(cast.resident, by=cast.resident)
    for state in ("ready", "skipped", "failed", "unknown"):
        Mail.objects.create(
            to=f"{LONG_WORD.lower()}@example.org",
            queue="alert",
            subject=state,
            text="Words.",
            state=state,
            attempts=3,
            note="451 try again later",
        )


def told(cast: SimpleNamespace) -> None:
    """Tell everybody of everything; some of it was read."""
    queue_deliveries(limit=10_000)
    read = cast.resident.deliveries.order_by("pk").values("pk")[:5]
    cast.resident.deliveries.filter(pk__in=list(read.values_list("pk", flat=True))).update(
        read_at=timezone.now()
    )


def _carers() -> str:
    return Community.objects.get(name="Carers").slug


DAY = timedelta(days=1)


def begun(cast: SimpleNamespace) -> Thread:
    """A thread in which the resident has begun to write."""
    thread = make_thread(cast.community, author=cast.neighbour, title="A place for herons")
    discussions.save_draft(thread, by=cast.resident, body="I mean to say")
    return thread
