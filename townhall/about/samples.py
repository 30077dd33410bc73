"""What the page of the design shows: every component in every state, drawn by what draws the site.

The people and their words are invented and stay in English; nothing of it is in the database.
"""

import re
from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.dates import MONTHS, MONTHS_3
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.colours import contrast
from accounts.models import User
from accounts.templatetags.charts import Chart, Period, Series
from communities.models import Area, Community
from councillors.models import Body, Capacity, Councillor, Person
from discussions.models import Post, Thread
from questions.models import Question
from townhall import theme

GROUNDS = ("paper", "sheet", "tint")
TEXTS = ("ink", "soft", "accent", "wait", "done", "bad")
# Text and the quiet panel that is its own.
OWN_GROUNDS = (("wait", "wait-tint"), ("done", "done-tint"), ("bad", "bad-tint"))
ICONS = re.compile(r'<symbol id="(\w+)"')


class SampleForm(forms.Form):
    """One field of each kind."""

    name = forms.CharField(label=_("Title"), help_text=_("One line. The hint comes before it."))
    words = forms.CharField(label=_("Your words"), widget=forms.Textarea(attrs={"rows": 4}))
    choice = forms.ChoiceField(
        label=_("Who should answer?"),
        widget=forms.RadioSelect,
        choices=[("one", _("One councillor")), ("all", _("All of the ward"))],
        initial="one",
    )
    tags = forms.MultipleChoiceField(
        label=_("Tags"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[(word, word) for word in ("bins", "crossings", "dogs", "floods", "library")],
    )
    list = forms.ChoiceField(
        label=_("Language"), choices=[("en", _("English")), ("cy", _("Welsh"))], required=False
    )
    day = forms.DateField(
        label=_("Day"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    agree = forms.BooleanField(label=_("Replies in threads that I follow"), required=False)


def tokens() -> dict[str, dict[str, str]]:
    """Read the colours from the style sheet as it is, with the council's own where it set one."""
    css = (Path(settings.BASE_DIR) / "static/css/site.css").read_text(encoding="utf-8")
    light, dark = css.split("@media screen and (prefers-color-scheme: dark)", 1)
    own = dict(re.findall(r"(--council[-a-z]*): (#\w+);", _own_sheet()))
    return {"light": _tokens_of(light, own), "dark": _tokens_of(dark, own)}


def _own_sheet() -> str:
    return theme.stylesheet(settings.COUNCIL_COLOUR) if settings.COUNCIL_COLOUR else ""


def _tokens_of(css: str, own: dict[str, str]) -> dict[str, str]:
    root = css[css.index(":root {") :].split("}", 1)[0]
    plain = re.sub(r"var\((--[-a-z]+), (#\w+)\)", lambda found: own.get(found[1], found[2]), root)
    found = dict(re.findall(r"--([-a-z]+): (#[0-9a-f]{3,6});", plain))
    return {name: _in_full(value) for name, value in found.items()}


def _in_full(colour: str) -> str:
    return colour if len(colour) == 7 else "#" + "".join(2 * digit for digit in colour[1:])


def pairs() -> list[dict[str, Any]]:
    """List each text on each ground that it may stand on, with its contrast by day and by night."""
    both = tokens()
    combined = [(text, ground) for text in TEXTS for ground in GROUNDS]
    return [
        {
            "text": text,
            "ground": ground,
            **{name: contrast(both[name][text], both[name][ground]) for name in both},
        }
        for text, ground in (*combined, *OWN_GROUNDS)
    ]


def icons() -> list[str]:
    sheet = (Path(settings.BASE_DIR) / "static/img/icons.svg").read_text(encoding="utf-8")
    return ICONS.findall(sheet)


def samples() -> dict[str, Any]:
    """Return one of everything that pages list: threads, posts, questions, people, communities."""
    now = timezone.now()
    ward = Area(pk=1, code="X05000001", name="Millbrook", kind=Area.Kind.WARD)
    community = Community(pk=1, name="Millbrook neighbours", slug="millbrook-neighbours", area=ward)
    people = [
        User(pk=number, public_name=name)
        for number, name in enumerate(("Mo Barker", "Lena P.", "Judith Okafor", "Yusuf A."), 1)
    ]
    body = Body(pk=1, name="Dale County Council", nation="ENG")
    seat = Councillor(
        pk=1, role="Councillor", body=body, area=ward, person=Person(pk=3, name="Judith Okafor")
    )
    capacity = Capacity(pk=1, user=people[2], title="Councillor", body=body)
    return {
        "threads": _threads(community, now),
        "thread": Thread(pk=1, community=community, title="A safe crossing", last_post_at=now),
        "posts": _posts(people, capacity, now),
        "questions": _questions(body, seat),
        "clocks": _clocks(body, seat),
        "sample_chart": _chart(),
        "people": people,
        "tints": [User(pk=number, public_name=f"{chr(65 + number)} B") for number in range(8)],
        "communities": [
            Community(pk=number, name=name, slug=f"sample-{number}", member_count=number * 12)
            for number, name in enumerate(("Harbour quarter", "Bring back the lido", "Allotments"))
        ],
    }


def _chart() -> Chart:
    months = [Period(MONTHS_3[number].title(), str(MONTHS[number])) for number in range(1, 7)]
    in_time = Series(gettext("Answered in time"), [4, 7, 6, 9, 8, 11])
    late = Series(gettext("Answered late"), [1, 0, 2, 1, 0, 1])
    return Chart("sample-chart", gettext("Answers of half a year"), months, [in_time, late])


def _threads(community: Community, now: Any) -> list[Thread]:
    states: list[dict[str, Any]] = [
        {"title": "A safe crossing by Mill Lane school", "post_count": 17, "unread": 3},
        {"title": "Say hello here", "post_count": 10, "is_pinned": True},
        {"title": "When will Mill Lane be gritted?", "kind": Thread.Kind.QUESTION},
        {"title": "Bins after the holiday: which day now?", "post_count": 9, "is_locked": True},
    ]
    threads = []
    for number, state in enumerate(states, 1):
        unread = state.pop("unread", None)
        made = {"post_count": 1, "community": community, **state}
        thread = Thread(pk=number, last_post_at=now - timedelta(hours=5 * number), **made)
        thread.unread = unread  # type: ignore[attr-defined]  # an annotation of the list
        threads.append(thread)
    return threads


def _posts(people: list[User], capacity: Capacity, now: Any) -> list[Post]:
    words = "<p>I can count cars on two mornings if it helps.</p>"
    own = {"status": Post.Status.PUBLISHED, "html": words, "created_at": now - timedelta(days=2)}
    states: list[dict[str, Any]] = [
        {"author": people[0], "thanks_count": 4},
        {"author": people[1], "reply_to_id": 1, "is_thanked": True, "thanks_count": 2},
        {"author": people[2], "capacity": capacity},
        {"author": people[3], "is_ignored": True},
        {"author": people[3], "status": Post.Status.HIDDEN, "shows_text": False},
        {"author": people[3], "status": Post.Status.WITHDRAWN, "shows_text": False},
        {
            "author": people[3],
            "status": Post.Status.PENDING,
            "hold_reason": Post.HoldReason.NEWCOMER,
        },
    ]
    answered = {
        "answered_number": 1,
        "answered_name": people[0].public_name,
        "answered_text": "I can count cars on two mornings if it helps.",
    }
    own_to_each = ("is_thanked", "is_ignored", "shows_text")
    posts = []
    for number, state in enumerate(states, 1):
        said = {"is_thanked": False, "shows_text": True, **answered}
        said |= {name: state.pop(name) for name in own_to_each if name in state}
        post = Post(pk=number, number=number, **{**own, **state})
        for name, value in said.items():
            setattr(post, name, value)
        posts.append(post)
    return posts


def _questions(body: Body, seat: Councillor) -> list[Question]:
    """One question in each of the states that a chip tells."""
    today = timezone.localdate()
    state = Question.State
    return [
        _question(body, seat, state=state.OPEN, due_on=today + timedelta(days=9)),
        _question(body, seat, state=state.REFERRED, due_on=today + timedelta(days=3)),
        _question(body, seat, state=state.OPEN, due_on=today - timedelta(days=12)),
        _question(body, seat, state=state.ANSWERED, due_on=today, answered_at=timezone.now()),
        _question(body, seat, state=state.CLOSED, due_on=today),
    ]


def _question(body: Body, seat: Councillor, **fields: Any) -> Question:
    opened = timezone.localdate() - timedelta(days=21)
    made = {"title": "When will Mill Lane be gritted?", "asker_count": 23, "opened_on": opened}
    made["asked_at"] = timezone.now() - timedelta(days=22)
    # Has no thread; its address is that of a question all the same.
    made |= {"thread": Thread(pk=1, title="When will Mill Lane be gritted?")}
    return Question(pk=1, body=body, seat=seat, **made, **fields)


def _clocks(body: Body, seat: Councillor) -> list[SimpleNamespace]:
    """The clock of each of those questions, and what it is drawn with."""
    seen_by, seen_at = seat.person, timezone.now() - timedelta(days=15)
    passed_on = SimpleNamespace(body=body, since=date.today() - timedelta(days=9))
    fresh, passed, late, answered, closed = _questions(body, seat)
    for question in (passed, late, answered):
        question.acknowledged_at = seen_at
    answered.answered_by = seat
    return [
        SimpleNamespace(name=name, question=question, seen_by=seen_by, passed_on=to, days=days)
        for name, question, to, days in (
            (_("Just opened"), fresh, None, {}),
            (_("Seen and passed on"), passed, passed_on, {}),
            (_("Overdue"), late, None, {"days_overdue": 8}),
            (_("Answered"), answered, None, {"days_taken": 5}),
            (_("Closed without an answer"), closed, None, {}),
        )
    ]
