"""Make the whole demonstration council, in one go or not at all."""

from django.db import transaction
from django.utils import timezone

from accounts.limits import without_limits
from accounts.models import User
from communities.importers.report import Progress
from communities.models import Membership, Postcode
from moderation.models import Appeal, Decision, Report
from townhall.demo.content import read_content
from townhall.demo.keeping import keep_communities
from townhall.demo.memberships import hold_first_posts, make_communities
from townhall.demo.moderation import plan_moderation
from townhall.demo.moments import Moments
from townhall.demo.office import make_office
from townhall.demo.people import make_people
from townhall.demo.places import make_places
from townhall.demo.questions import plan_questions
from townhall.demo.reading import make_readers
from townhall.demo.telling import date_alerts, empty_outbox, tell_followers
from townhall.demo.threads import (
    date_threads,
    follow_where_written,
    pin_and_lock,
    plan_threads,
    thank_authors,
)
from townhall.demo.town import Story, Town

ACCOUNTS = ["resident", "newcomer", "ambassador", "councillor", "moderator", "admin"]


def is_there() -> bool:
    """Say whether any of the demonstration's accounts exists."""
    return User.objects.filter(email__in=[f"{name}@example.org" for name in ACCOUNTS]).exists()


@without_limits()
@transaction.atomic
def make_demonstration(progress: Progress) -> dict[str, int]:
    """Make everything; returns how much of each sort."""
    town = Town(content=read_content(), moments=Moments(timezone.now()))
    make_places(town, progress)
    make_people(town)
    make_office(town)
    make_communities(town)
    _live(town, progress)
    date_threads(town)
    thank_authors(town)
    pin_and_lock(town)
    keep_communities(town)
    make_readers(town)
    date_alerts(town)
    return _count(town)


def _live(town: Town, progress: Progress) -> None:
    """Tell the story; what newcomers write comes last, so that only it is held."""
    story, held = Story(), Story()
    plan_threads(town, story)
    plan_questions(town, story)
    plan_moderation(town, story)
    story.tell(progress)
    progress("alerts")
    follow_where_written()
    tell_followers(town)
    hold_first_posts(town)
    plan_threads(town, held, held=True)
    held.tell(progress)
    empty_outbox(town)


def _count(town: Town) -> dict[str, int]:
    return {
        "areas": len(town.areas),
        "postcodes": Postcode.objects.filter(areas__in=town.areas.values()).distinct().count(),
        "people": len(town.users),
        "bodies": len(town.bodies),
        "seats": len(town.seats),
        "communities": len(town.communities),
        "memberships": Membership.objects.filter(community__in=town.communities.values()).count(),
        "threads": len(town.threads),
        "posts": len(town.written_at),
        "questions": len(town.questions),
        "reports": Report.objects.filter(post__in=town.written_at).count(),
        "appeals": Appeal.objects.filter(decision__post__in=town.written_at).count(),
        "decisions": Decision.objects.filter(post__in=town.written_at).count(),
    }
