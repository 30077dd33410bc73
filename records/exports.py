"""Everything that is held about a person, gathered from every room."""

from typing import Any

from allauth.account.models import EmailAddress
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from accounts.models import AuditEntry, NameChange, Namesake, User
from communities.models import Membership, ModeratorScope, Proposal
from councillors.models import Capacity, Person
from discussions.models import (
    Act,
    Bookmark,
    Draft,
    Follow,
    Ignore,
    Image,
    Mention,
    OutcomeNote,
    Post,
    PostRevision,
    Thanks,
    Thread,
    Visit,
)
from moderation.models import Appeal, BarrierReport, Decision, Report
from notifications.models import (
    ConsentEvent,
    Delivery,
    Digest,
    Mail,
    Preference,
    Suppression,
    ThreadTold,
)
from questions.models import Asker, Question
from records.models import AccessRequest


def export_for(user: User) -> dict[str, Any]:
    """Gather everything that is held about a person; plain values, ready for JSON."""
    return {
        "profile": _profile(user),
        **_from_communities(user),
        **_from_discussions(user),
        **_begun_and_marked(user),
        **_from_questions(user),
        **_from_moderation(user),
        **_from_notifications(user),
        "audit_trail": _rows(
            AuditEntry.objects.filter(by=user), "at", "act", "subject_kind", "subject_id"
        ),
        "access_requests": _rows(AccessRequest.objects.filter(user=user), "asked_at"),
    }


def addresses_of(user: User) -> set[str]:
    """Return the e-mail addresses that a person has proven to be theirs, in lower case."""
    proven = EmailAddress.objects.filter(user=user, verified=True)
    return {address.lower() for address in proven.values_list("email", flat=True)}


def at_addresses(field: str, addresses: set[str]) -> Q:
    """Match rows by an address, whatever its case; no addresses match nothing."""
    matches = Q(pk__in=[])
    for address in addresses:
        matches |= Q(**{f"{field}__iexact": address})
    return matches


def mails_of(user: User, addresses: set[str]) -> QuerySet[Mail]:
    """Return the mails to a person, and those to their addresses that are to no other account."""
    return Mail.objects.filter(Q(user=user) | Q(user=None) & at_addresses("to", addresses))


def reports_of(user: User, addresses: set[str]) -> QuerySet[Report]:
    """Return the reports of a person, signed in or as a visitor who left an address of theirs."""
    as_visitor = Q(reporter=None) & at_addresses("email", addresses)
    return Report.objects.filter(Q(reporter=user) | as_visitor)


def barriers_of(user: User, addresses: set[str]) -> QuerySet[BarrierReport]:
    """Return the barriers that a person reported, signed in or as a visitor who left an address.

    Whoever was signed in could leave any address; the trail knows who it was.
    """
    signed_in = AuditEntry.objects.filter(subject_kind="barrierreport", act="report barrier")
    own = signed_in.filter(by=user).values("subject_id")
    by_others = signed_in.exclude(by=None).exclude(by=user).filter(subject_id=OuterRef("pk"))
    of_address = at_addresses("email", addresses) & ~Exists(by_others)
    return BarrierReport.objects.filter(Q(pk__in=own) | of_address)


def _profile(user: User) -> dict[str, Any]:
    fields = [
        "id",
        "public_name",
        "email",
        "language",
        "is_staff",
        "is_active",
        "date_joined",
        "last_login",
        "suspended_until",
        "posts_held_until",
    ]
    addresses = EmailAddress.objects.filter(user=user)
    return {
        **{field: getattr(user, field) for field in fields},
        "addresses": _rows(addresses, "email", "verified", "primary"),
        "groups": list(user.groups.values_list("name", flat=True)),
        "earlier_names": _rows(NameChange.objects.filter(user=user), "old_name", "at"),
        "marked_as_namesake": _rows(Namesake.objects.filter(user=user), "own_name", "since"),
    }


def _from_communities(user: User) -> dict[str, Any]:
    return {
        "memberships": _rows(
            Membership.objects.filter(user=user),
            "community__name",
            "role",
            "digest",
            "rules_version",
            "thread_order",
            "joined_at",
            "welcomed_at",
            "silenced_until",
        ),
        "proposals": _rows(
            Proposal.objects.filter(proposer=user),
            "name",
            "description",
            "reasons",
            "links",
            "state",
            "answer",
            "proposed_at",
        ),
        "moderates": _rows(
            ModeratorScope.objects.filter(user=user), "area__name", "community__name"
        ),
        "capacities": _rows(
            Capacity.objects.filter(user=user), "title", "body__name", "start_on", "end_on"
        ),
        "office": _rows(
            Person.objects.filter(user=user), "name", "biography", "email", "profile_url"
        ),
    }


def _from_discussions(user: User) -> dict[str, Any]:
    return {
        "threads": _rows(
            Thread.objects.filter(author=user),
            "id",
            "title",
            "community__name",
            "status",
            "created_at",
        ),
        "posts": _rows(
            _titled(Post.objects.filter(author=user), user),
            "id",
            "thread_id",
            "thread_title",
            "number",
            "body",
            "language",
            "status",
            "hold_reason",
            "created_at",
            "published_at",
            "edited_at",
        ),
        "earlier_wordings": _rows(
            PostRevision.objects.filter(by=user), "post_id", "edition", "body", "written_at"
        ),
        "images": _rows(
            Image.objects.filter(author=user), "key", "post_id", "alt", "byte_count", "created_at"
        ),
        "outcomes": _rows(
            OutcomeNote.objects.filter(author=user), "thread_id", "body", "written_at"
        ),
        "acts": _rows(
            Act.objects.filter(by=user).for_list(user),
            "community__name",
            "kind",
            "number",
            "elsewhere_name",
            "is_anew",
            "note",
            "at",
        ),
    }


def _begun_and_marked(user: User) -> dict[str, Any]:
    return {
        "drafts": _rows(
            Draft.objects.filter(user=user),
            "title",
            "body",
            "tags",
            "new_tags",
            "capacity__title",
            "answers",
            "edition",
            "pictures",
            "picture_words",
            "updated_at",
        ),
        "bookmarks": _rows(Bookmark.objects.filter(user=user), "post_id", "note", "at"),
        "thanks": _rows(Thanks.objects.filter(user=user), "post_id", "at"),
        "follows": _rows(
            _titled(Follow.objects.filter(user=user), user), "thread_id", "thread_title", "mode"
        ),
        "visits": _rows(
            _titled(Visit.objects.filter(user=user), user),
            "thread_id",
            "thread_title",
            "last_number",
            "at",
        ),
        "ignored": _rows(Ignore.objects.filter(user=user), "ignored__public_name", "at"),
        "mentioned_in": _rows(Mention.objects.filter(user=user), "post_id"),
    }


def _from_questions(user: User) -> dict[str, Any]:
    return {
        "questions": _rows(
            Question.objects.filter(author=user),
            "id",
            "title",
            "text",
            "state",
            "asked_at",
            "answered_at",
            "closing_reason",
        ),
        "questions_supported": _rows(
            Asker.objects.filter(user=user), "question_id", "question__title", "at"
        ),
    }


def _from_moderation(user: User) -> dict[str, Any]:
    addresses = addresses_of(user)
    return {
        "reports_made": _rows(
            reports_of(user, addresses),
            "post_id",
            "rule",
            "text",
            "created_at",
            "decision__verb",
        ),
        "decisions_received": _rows(
            Decision.objects.filter(post__author=user), "post_id", "verb", "rule", "reason", "at"
        ),
        "appeals": _rows(
            Appeal.objects.filter(by=user),
            "decision_id",
            "text",
            "created_at",
            "outcome",
            "reason",
            "decided_at",
        ),
        "barriers_reported": _rows(
            barriers_of(user, addresses),
            "where",
            "problem",
            "uses",
            "email",
            "created_at",
        ),
        "barriers_handled": _rows(
            BarrierReport.objects.filter(handled_by=user), "where", "handled_at"
        ),
    }


def _from_notifications(user: User) -> dict[str, Any]:
    addresses = addresses_of(user)
    return {
        "deliveries": _rows(
            Delivery.objects.filter(user=user),
            "kind",
            "post_id",
            "question_id",
            "decision_id",
            "proposal_id",
            "created_at",
            "read_at",
        ),
        "mails": _rows(
            mails_of(user, addresses),
            "message_id",
            "to",
            "queue",
            "subject",
            "state",
            "created_at",
            "sent_at",
        ),
        "preferences": _rows(
            Preference.objects.filter(user=user), "alert_replies", "alert_answers"
        ),
        "digests": _rows(Digest.objects.filter(user=user), "local_date", "created_at"),
        "told_of": _rows(ThreadTold.objects.filter(user=user), "thread_id", "through_number"),
        "consent": _rows(
            ConsentEvent.objects.filter(user=user), "what", "community__name", "source", "at"
        ),
        "suppressions": _rows(
            Suppression.objects.filter(at_addresses("email", addresses)),
            "email",
            "reason",
            "created_at",
        ),
    }


def _titled(rows: QuerySet[Any], user: User) -> QuerySet[Any]:
    """Annotate `thread_title`, None where somebody can no longer read the thread."""
    readable = Thread.objects.visible_to(user).filter(pk=OuterRef("thread"))
    return rows.annotate(thread_title=Subquery(readable.values("title")))


def _rows(rows: QuerySet[Any], *fields: str) -> list[dict[str, Any]]:
    return list(rows.order_by("pk").values(*fields))
