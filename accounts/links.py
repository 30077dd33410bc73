"""Links in mails that sign somebody in: for one account, once, for as long as those of resets."""

from django.conf import settings
from django.core import signing
from django.utils.crypto import constant_time_compare, salted_hmac

from accounts.models import User

SALT = "accounts.links.sign-in"


def sign_in_key(user: User) -> str:
    """Return the key of a link, which dies with the next sign-in, or a new password or address."""
    return signing.dumps([user.pk, _state_of(user)], salt=SALT)


def user_of_key(key: str, *, lock: bool = False) -> User | None:
    """Return whom a key signs in; None where it is spent, too old or made up.

    With `lock`, inside a transaction: of several who come with one key at once, the first.
    """
    try:
        pk, state = signing.loads(key, salt=SALT, max_age=settings.PASSWORD_RESET_TIMEOUT)
    except signing.BadSignature:
        return None
    people = User.objects.filter(pk=pk, is_active=True, closed_at=None)
    user = (people.select_for_update(no_key=True) if lock else people).first()
    return user if user and constant_time_compare(state, _state_of(user)) else None


def _state_of(user: User) -> str:
    parts = [user.pk, user.password, user.email, user.last_login]
    return salted_hmac(SALT, "|".join(map(str, parts)), algorithm="sha256").hexdigest()[:32]
