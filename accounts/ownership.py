"""Whose an e-mail address is: signing up with it, proving it, and changing to another one."""

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.core import signing
from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts.models import Namesake, SignUp, User
from accounts.services import name_new_person, record_act

LOCK = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))"
BROWSER_KEY = "sign_up_browser"  # in the session: which browser signed up
STOP_SALT = "accounts.ownership.stop"


class _Undone(Exception):
    """Ends the work that a sign-up does for an address that is proven already."""


@transaction.atomic
def sign_up(
    *,
    email: str,
    password: str,
    public_name: str,
    is_own_name: bool,
    language: str,
    browser: str,
) -> tuple[EmailAddress | None, User | None]:
    """Make an account that waits for its address to be proven; return the address.

    Whoever signs up once more before that sets the newest name and password, and older links end.
    Where an account has proven the address, return None and that account. Nothing is kept then,
    but the work is the same, so that the time it takes does not tell which it was.
    """
    hashed = make_password(password)
    _lock(email)
    unproven = Exists(User.objects.unproven().filter(pk=OuterRef("pk")))
    holders = User.objects.at_address(email).annotate(is_unproven=unproven)
    holder = holders.select_related("sign_up").select_for_update(of=("self",)).first()
    is_taken = holder is not None and not holder.is_unproven
    user = User() if holder is None or is_taken else holder
    user.email = None if is_taken else email
    user.password, user.language = hashed, language
    user.date_joined = timezone.now()
    earlier = getattr(user, "sign_up", None)
    is_same = earlier is not None and earlier.browser == browser and not earlier.is_contested
    asked = SignUp(browser=browser, is_contested=holder is not None and not is_same)
    waiting = None
    try:
        with transaction.atomic():
            _name(user, public_name, is_own_name=is_own_name)
            waiting = _ask(user, email, asked)
            if is_taken:
                raise _Undone
    except _Undone:
        return None, holder
    return waiting, None


def _name(user: User, name: str, *, is_own_name: bool) -> None:
    """Save an account under a name, and forget whose name the one had that it was asked for with.

    Past the models, which would look for rows that hang on it: a delete is one statement here
    whether there is something to delete or not.
    """
    Namesake.objects.filter(user=user.pk or 0)._raw_delete(using=connection.alias)
    name_new_person(user, name, is_own_name=is_own_name)


def _ask(user: User, email: str, asked: SignUp) -> EmailAddress:
    """Write what waits for proof; an address is a new row, so that no earlier link fits it."""
    EmailAddress.objects.filter(user=user)._raw_delete(using=connection.alias)
    waiting = EmailAddress.objects.create(user=user, email=email, primary=True)
    asked.user = user
    SignUp.objects.bulk_create(
        [asked],
        update_conflicts=True,
        unique_fields=["user"],
        update_fields=["browser", "is_contested"],
    )
    return waiting


def is_change(address: EmailAddress) -> bool:
    """Say whether a person wants to change to this address; else it is the one they joined with."""
    return address.email.lower() != (address.user.email or "").lower()


def is_proven_by_another(address: EmailAddress) -> bool:
    return User.objects.proven_at([address.email]).exclude(pk=address.user_id).exists()


@transaction.atomic
def make_way(address: EmailAddress) -> bool:
    """Prepare that an address is proven: accounts that were only asked for under it go.

    Keeps others from proving it until the transaction ends. Says whether it may still be proven.
    """
    _lock(address.email)
    waiting = EmailAddress.objects.select_for_update().filter(pk=address.pk, verified=False)
    if not waiting.exists():
        return False
    claims = User.objects.at_address(address.email).exclude(pk=address.user_id)
    claims.unproven().delete()
    return not claims.exists() and not is_proven_by_another(address)


@transaction.atomic
def finish_sign_up(user: User, *, browser: str) -> bool:
    """End what waited for proof; say whether the password is that of whoever proved the address.

    Where several browsers have asked, and another than the last one proves it, it may be a
    stranger's: it goes, and the owner of the address chooses one.
    """
    asked = SignUp.objects.filter(user=user).first()
    SignUp.objects.filter(user=user).delete()
    if asked is None or not asked.is_contested or asked.browser == browser:
        return True
    user.set_unusable_password()
    user.save(update_fields=["password"])
    return False


@transaction.atomic
def change_password(user: User, password: str) -> None:
    """Set a password; whatever change of address was asked for before, ends."""
    user.set_password(password)
    user.save(update_fields=["password"])
    _changes_of(user).delete()


@transaction.atomic
def prove_by_reset(user: User) -> None:
    """Count the address of an account as proven, since a link that went there set the password."""
    own = EmailAddress.objects.filter(user=user, email__iexact=user.email, verified=False).first()
    if own is not None and make_way(own):
        EmailAddress.objects.filter(pk=own.pk).update(verified=True, primary=True)
        SignUp.objects.filter(user=user).delete()


@transaction.atomic
def ask_for_change(user: User, email: str) -> EmailAddress:
    """Note to which address a person wants to change; an earlier wish and its link end."""
    User.objects.select_for_update().only("pk").get(pk=user.pk)
    _changes_of(user).delete()
    record_act(user, by=user, act="ask for other address")
    return EmailAddress.objects.create(user=user, email=email.lower())


def stop_token(address: EmailAddress) -> str:
    """Return what lets the reader of the address of today end a change to another one."""
    return signing.dumps(address.pk, salt=STOP_SALT)


def read_stop_token(token: str) -> EmailAddress | None:
    """Return the change that a token ends, if it still waits."""
    try:
        pk = signing.loads(token, salt=STOP_SALT)
    except signing.BadSignature:
        return None
    waiting = EmailAddress.objects.filter(pk=pk, verified=False)
    return waiting.select_related("user").first()


@transaction.atomic
def stop_change(address: EmailAddress) -> bool:
    """End a change of address that waits; say whether there was still something to end."""
    waiting = EmailAddress.objects.select_for_update().filter(pk=address.pk, verified=False)
    if not waiting.exists():
        return False
    EmailAddress.objects.filter(pk=address.pk).delete()
    record_act(address.user, by=None, act="stop change of address")
    return True


def _changes_of(user: User) -> QuerySet[EmailAddress]:
    own = Q(email__iexact=user.email or "")
    return EmailAddress.objects.filter(user=user, verified=False).exclude(own)


def _lock(email: str) -> None:
    """Let one at a time sign up with an address or prove it."""
    with connection.cursor() as cursor:
        cursor.execute(LOCK, [f"address:{email.lower()}"])
