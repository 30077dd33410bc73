"""One factory for each model, no surprises: what a test does not name is plain and valid."""

from collections.abc import Sequence
from datetime import date, timedelta
from io import BytesIO
from itertools import count
from typing import Any

from allauth.account.models import EmailAddress
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from PIL import Image as Picture

from accounts.models import User
from communities.models import Area, Community, Membership, Postcode, PostcodeArea
from councillors.models import Body, Capacity, Councillor, Person
from discussions.models import Image, OutcomeNote, Post, Thread
from discussions.services import Writing, fill_tray, open_thread, reply
from moderation.models import Decision, Report, Rule
from questions.models import Asker, Question

PASSWORD = "correct horse battery"
_numbers = count(1)


def make_user(**fields: Any) -> User:
    number = next(_numbers)
    values = {"email": f"person{number}@example.org", "public_name": f"Person {number}", **fields}
    user = User.objects.create_user(password=PASSWORD, **values)
    if user.email:
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def make_area(**fields: Any) -> Area:
    number = next(_numbers)
    values = {"code": f"X0500{number:04}", "name": f"Ward {number}", "kind": "ward", **fields}
    return Area.objects.create(**values)


def make_postcode(code: str, *areas: Area) -> Postcode:
    postcode = Postcode.objects.create(code=code.replace(" ", "").upper(), lat=54.3, lon=-2.6)
    for area in areas:
        PostcodeArea.objects.create(postcode=postcode, area=area)
    return postcode


def make_community(**fields: Any) -> Community:
    number = next(_numbers)
    values = {
        "name": f"Community {number}",
        "slug": f"community-{number}",
        "kind": "area" if "area" in fields else "interest",
        "description": "A place to talk.",
        **fields,
    }
    return Community.objects.create(**values)


def make_membership(user: User, community: Community, **fields: Any) -> Membership:
    membership = Membership.objects.create(
        user=user, community=community, rules_version=community.rules_version, **fields
    )
    Community.objects.filter(pk=community.pk).update(member_count=F("member_count") + 1)
    return membership


def make_thread(
    community: Community | None = None,
    *,
    author: User | None = None,
    title: str = "A safe crossing",
    body: str = "Children step out between parked vans.",
    **fields: Any,
) -> Thread:
    """Open a thread through the service; it is published with post number 1."""
    community = community or make_community()
    with transaction.atomic():
        thread = open_thread(
            community, by=author or make_user(), title=title, writing=Writing(body), **fields
        )
    thread.refresh_from_db()
    return thread


def make_post(
    thread: Thread,
    *,
    author: User | None = None,
    body: str = "I agree.",
    reply_to: Post | None = None,
    capacity: Capacity | None = None,
    pictures: Sequence[Image] = (),
) -> Post:
    """Reply through the service; the author becomes a member first."""
    author = author or make_user()
    if not Membership.objects.filter(user=author, community=thread.community).exists():
        make_membership(author, thread.community, digest="never")
    writing = Writing(body, capacity=capacity, pictures=pictures)
    return reply(thread, by=author, writing=writing, reply_to=reply_to)


def picture_file(*, size: tuple[int, int] = (64, 48), **save: Any) -> BytesIO:
    """A picture as a phone would send it: too many colours for a drawing."""
    file = BytesIO()
    noise = Picture.effect_noise(size, 90).convert("RGB")
    noise.save(file, **{"format": "JPEG", **save})
    file.seek(0)
    file.name = f"photo.{save.get('format', 'JPEG').lower()}"
    return file


def make_image(author: User, alt: str = "A heron on one leg", **save: Any) -> Image:
    """A picture through the service, beside what its author writes."""
    tray = fill_tray(by=author, files=[("photo.jpg", picture_file(**save), alt)])
    return tray.images[0]


def make_outcome(thread: Thread, **fields: Any) -> OutcomeNote:
    """Say what came of a thread."""
    body = fields.pop("body", "The county has ordered a survey.")
    values = {"author": fields.get("author") or make_user(), "html": f"<p>{body}</p>", **fields}
    return OutcomeNote.objects.create(thread=thread, body=body, **values)


def make_body(**fields: Any) -> Body:
    number = next(_numbers)
    values = {"name": f"Council {number}", "slug": f"council-{number}", **fields}
    return Body.objects.create(**values)


def make_person(**fields: Any) -> Person:
    number = next(_numbers)
    values = {"name": f"Councillor Person {number}", "slug": f"person-{number}", **fields}
    return Person.objects.create(**values)


def make_seat(**fields: Any) -> Councillor:
    values = {
        "person": fields["person"] if "person" in fields else make_person(),
        "body": fields.get("body") or make_body(),
        "area": fields.get("area") or make_area(),
        "start_on": date(2023, 5, 4),
        **fields,
    }
    return Councillor.objects.create(**values)


def make_capacity(user: User, seat: Councillor | None = None, **fields: Any) -> Capacity:
    values = {
        "user": user,
        "kind": "councillor" if seat else "officer",
        "seat": seat,
        "body": seat.body if seat else make_body(),
        "title": "Ward councillor" if seat else "Highways officer",
        "start_on": date(2023, 5, 4),
        "granted_by": make_user(is_staff=True),
        "confirmed_by": make_user(is_staff=True),
        **fields,
    }
    return Capacity.objects.create(**values)


def make_question(**fields: Any) -> Question:
    """A question as it was sent in: submitted, not yet read."""
    values: dict[str, Any] = {
        "title": "When will Mill Lane be gritted?",
        "text": "It is the way to school.",
        "author": fields.get("author") or make_user(),
        **fields,
    }
    if "area" not in values and "seat" not in values:
        values["seat"] = make_seat()
    if "body" not in values:
        values["body"] = values["seat"].body if values.get("seat") else make_body()
    question = Question.objects.create(asker_count=1, **values)
    Asker.objects.create(question=question, user=question.author)
    return question


def make_report(post: Post, **fields: Any) -> Report:
    return Report.objects.create(post=post, **{"rule": Rule.ABUSE, **fields})


def make_decision(post: Post, **fields: Any) -> Decision:
    values = {"by": make_user(is_staff=True), "verb": "leave", "reason": "Read.", **fields}
    return Decision.objects.create(post=post, **values)


def age(thread: Thread, days: int) -> None:
    """Make a thread and its posts older."""
    past = timezone.now() - timedelta(days=days)
    thread.posts.update(created_at=past, published_at=past)
    Thread.objects.filter(pk=thread.pk).update(
        created_at=past, published_at=past, last_post_at=past
    )
