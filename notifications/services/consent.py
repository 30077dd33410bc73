"""What people want to be told, and the history of it."""

from collections.abc import Mapping

from django.db import transaction
from django.db.models.functions import Lower
from django.utils import timezone

from accounts.limits import spend_for
from accounts.models import User
from accounts.services import record_act
from communities.models import Membership
from notifications.emails.links import Purpose, Wish
from notifications.models import ConsentEvent, Delivery, Preference, Suppression

ALERTS = {
    Purpose.REPLIES: ["alert_replies"],
    Purpose.ANSWERS: ["alert_answers"],
    Purpose.ALERTS: ["alert_replies", "alert_answers"],
}


@transaction.atomic
def change_preferences(
    user: User, *, alerts: Mapping[str, bool], digests: Mapping[int, str], source: str = "site"
) -> int:
    """Set which alerts a person wants, and how often the digest of each community comes.

    `alerts` names fields of Preference, `digests` communities by pk. Only what differs is
    written, with a line in the history of consent; returns how many changes there were.
    """
    spend_for(user, "settings")
    User.objects.select_for_update().only("pk").get(pk=user.pk)
    events = []
    preference, _is_new = Preference.objects.get_or_create(user=user)
    for name, wanted in alerts.items():
        if getattr(preference, name) != wanted:
            setattr(preference, name, wanted)
            what = f"{name} {'on' if wanted else 'off'}"
            events.append(ConsentEvent(user=user, what=what, source=source))
    preference.save()
    memberships = list(Membership.objects.filter(user=user, community__in=digests))
    for membership in memberships:
        frequency = digests[membership.community_id]
        if membership.digest != frequency:
            membership.digest = frequency
            event = ConsentEvent(user=user, what=f"digest {frequency}", source=source)
            event.community_id = membership.community_id
            events.append(event)
    Membership.objects.bulk_update(memberships, ["digest"])
    ConsentEvent.objects.bulk_create(events)
    return len(events)


def unsubscribe(wish: Wish, *, source: str) -> bool:
    """Stop what somebody wants no more of; doing it twice changes nothing.

    Says whether there is such a person.
    """
    user = User.objects.filter(pk=wish.user_id).first()
    if user is None:
        return False
    alerts = dict.fromkeys(ALERTS.get(wish.purpose, []), False)
    memberships = Membership.objects.filter(user=user).exclude(digest=Membership.Frequency.NEVER)
    if wish.purpose == Purpose.COMMUNITY:
        memberships = memberships.filter(community=wish.community_id)
    elif wish.purpose != Purpose.DIGESTS:
        memberships = memberships.none()
    digests = {
        pk: str(Membership.Frequency.NEVER)
        for pk in memberships.values_list("community", flat=True)
    }
    change_preferences(user, alerts=alerts, digests=digests, source=source)
    return True


def mark_all_read(user: User, *, through: int) -> int:
    """Mark what a person was told as read, up to what their list showed them."""
    unread = Delivery.objects.filter(user=user, pk__lte=through, read_at=None)
    return unread.update(read_at=timezone.now())


@transaction.atomic
def suppress(email: str, *, reason: str, by: User | None = None) -> Suppression:
    """Send nothing more to an address; one that is suppressed already stays as it is."""
    Suppression.objects.bulk_create(
        [Suppression(email=email, reason=reason[:300])], ignore_conflicts=True
    )
    suppression = Suppression.objects.annotate(address=Lower("email")).get(address=email.lower())
    if by:
        record_act(suppression, by=by, act="suppress")
    return suppression


@transaction.atomic
def lift_suppression(suppression: Suppression, *, by: User) -> None:
    """Send to an address again."""
    record_act(suppression, by=by, act="lift suppression")
    suppression.delete()
