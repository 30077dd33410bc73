"""Giving people what is held about them, and closing accounts."""

from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.limits import spend_for
from accounts.models import NameChange, Namesake, User
from accounts.services import record_act
from communities.models import Membership, ModeratorScope
from communities.services import leave_community
from councillors.models import Person
from discussions import services as discussions
from discussions.models import Bookmark, Draft, Follow, Ignore, Mention, Visit
from notifications.models import Delivery, Digest, Mail, Preference, Suppression, ThreadTold
from records.exports import (
    addresses_of,
    at_addresses,
    barriers_of,
    export_for,
    mails_of,
    reports_of,
)
from records.models import AccessRequest

FORMER_MEMBER = "Former member"


@transaction.atomic
def give_data(user: User, *, by: User) -> dict[str, Any]:
    """Return everything that is held about a person, and keep that they asked for it."""
    spend_for(by, "download")
    request = AccessRequest.objects.create(user=user)
    record_act(request, by=by, act="give data")
    return export_for(user)


@transaction.atomic
def close_account(user: User, *, by: User) -> User:
    """Scrub an account in place: what the person wrote stays, under no name of theirs.

    Their sessions end because the password and the account they belong to are gone.
    Raises ValidationError where the account is closed already.
    """
    user = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    if user.closed_at is not None:
        raise ValidationError(_("This account is closed already."))
    addresses = addresses_of(user)
    _leave_everything(user)
    _forget_mail(user, addresses)
    reports_of(user, addresses).update(email="")
    barriers_of(user, addresses).update(email="")
    EmailAddress.objects.filter(user=user).delete()
    _scrub(user)
    record_act(user, by=by, act="close account")
    return user


def _leave_everything(user: User) -> None:
    for membership in Membership.objects.filter(user=user).select_related("community"):
        leave_community(membership.community, by=user)
    ModeratorScope.objects.filter(user=user).delete()
    Person.objects.filter(user=user).update(user=None)
    for marks in (Bookmark, Draft, Follow, Ignore, Mention, Visit):
        marks.objects.filter(user=user).delete()
    Ignore.objects.filter(ignored=user).delete()
    discussions.forget_pictures(user)


def _forget_mail(user: User, addresses: set[str]) -> None:
    """Delete what was and would be sent; a mail on its way loses its address and its words."""
    Delivery.objects.filter(user=user).delete()
    Digest.objects.filter(user=user).delete()
    ThreadTold.objects.filter(user=user).delete()
    Preference.objects.filter(user=user).delete()
    mails = mails_of(user, addresses)
    mails.exclude(state=Mail.State.CLAIMED).delete()
    mails.update(to="", subject="", text="", html="", headers={})
    Suppression.objects.filter(at_addresses("email", addresses)).delete()


def _scrub(user: User) -> None:
    NameChange.objects.filter(user=user).delete()
    Namesake.objects.filter(user=user).delete()
    user.groups.clear()
    user.user_permissions.clear()
    user.email = None
    user.public_name = FORMER_MEMBER
    user.language = "en-gb"
    user.password = make_password(None)
    user.last_login = None
    user.is_active = user.is_staff = user.is_superuser = False
    user.closed_at = timezone.now()
    user.save()
