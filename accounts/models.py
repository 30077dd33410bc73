"""Who a person is, the trail of what was done, and the outbox of what was published."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, ClassVar, Self

from allauth.account.models import EmailAddress
from django.contrib.auth.models import (
    AbstractBaseUser,
    BaseUserManager,
    PermissionsMixin,
)
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models, transaction
from django.db.models.functions import Lower, Upper
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from accounts.addresses import address_of
from accounts.folding import fold_name, validate_signs
from accounts.pictures import Pictured

MAX_NAME = 60  # letters of a public name, the mark of a namesake among them
MAX_FOLDED_NAME = 255  # some letters pass for several


class UserQuerySet(models.QuerySet["User"]):
    def at_address(self, email: str) -> Self:
        """Return the account that an e-mail address belongs to, proven or not.

        An address that somebody wants to change to is not theirs yet.
        """
        return self.annotate(address=Lower("email")).filter(address=email.lower())

    def unproven(self) -> Self:
        """Return accounts that somebody asked for and whose address nobody has proven."""
        never_used = self.filter(last_login=None, closed_at=None, email__isnull=False)
        people = never_used.filter(is_active=True, is_staff=False, is_superuser=False)
        return people.exclude(emailaddress__verified=True)

    def proven_at(self, addresses: Iterable[str]) -> Self:
        """Return the accounts that have proven one of these e-mail addresses to be theirs."""
        wanted = {address.lower() for address in addresses}
        return self.annotate(address=Lower("email")).filter(
            address__in=wanted,
            emailaddress__verified=True,
            emailaddress__email__iexact=models.F("email"),
        )

    def with_public_page(self) -> Self:
        """Leave out whoever joined with an e-mail address that was never proven to be theirs."""
        proven = EmailAddress.objects.filter(user=models.OuterRef("pk"), verified=True)
        return self.filter(models.Q(email=None) | models.Exists(proven))


class UserManager(BaseUserManager["User"]):
    def get_queryset(self) -> UserQuerySet:
        return UserQuerySet(self.model, using=self._db)

    def at_address(self, email: str) -> UserQuerySet:
        return self.get_queryset().at_address(email)

    def unproven(self) -> UserQuerySet:
        return self.get_queryset().unproven()

    def proven_at(self, addresses: Iterable[str]) -> UserQuerySet:
        return self.get_queryset().proven_at(addresses)

    def with_public_page(self) -> UserQuerySet:
        return self.get_queryset().with_public_page()

    def create_user(self, email: str | None, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=self.normalize_email(email) if email else None, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    @transaction.atomic
    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Create an administrator, whose address counts as proven: whoever calls this has the site.

        An account that somebody asked for under this address and never proved makes way.
        """
        self.unproven().at_address(email).delete()
        user = self.create_user(email, password, is_staff=True, is_superuser=True, **fields)
        addresses = user.emailaddress_set  # type: ignore[attr-defined]  # the library has no types
        addresses.create(email=email.lower(), verified=True, primary=True)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)


class FoldedNameField(models.CharField):
    """The key by which the public name of a row is compared, written whenever the row is saved.

    An update of rows that sets `public_name` has to set it too.
    """

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        name: str = getattr(model_instance, "public_name")  # noqa: B009 (of a model of any kind)
        setattr(model_instance, self.attname, fold_name(name)[:MAX_FOLDED_NAME])
        return str(super().pre_save(model_instance, add))


class User(Pictured, AbstractBaseUser, PermissionsMixin):
    """One real, answerable person; signs in by e-mail and is seen under a public name."""

    email = models.EmailField(  # noqa: DJ001 (unique where there is one)
        _("e-mail address"),
        null=True,
        blank=True,
        help_text=_("Empty for authors of imported posts and people who came by phone or paper."),
    )
    public_name = models.CharField(
        _("public name"), max_length=MAX_NAME, validators=[validate_signs]
    )
    # By bytes: so one index finds the beginning of a name and sorts by names.
    folded_name = FoldedNameField(
        max_length=MAX_FOLDED_NAME,
        blank=True,
        default="",
        db_default="",
        db_collation="C",
        editable=False,
    )
    language = models.CharField(
        _("language"),
        max_length=5,
        choices=[("en-gb", _("English")), ("cy", _("Welsh"))],
        default="en-gb",
    )
    is_staff = models.BooleanField(_("staff"), default=False)
    is_active = models.BooleanField(_("active"), default=True)
    date_joined = models.DateTimeField(_("joined"), default=timezone.now)
    suspended_until = models.DateTimeField(_("suspended until"), null=True, blank=True)
    posts_held_until = models.DateTimeField(_("posts held until"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    import_key = models.CharField(max_length=100, null=True, blank=True, editable=False)  # noqa: DJ001 (unique where there is one)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["public_name"]

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [
            models.UniqueConstraint(Lower("email"), name="accounts_user_email_once"),
            models.UniqueConstraint("import_key", name="accounts_user_import_key_once"),
            models.CheckConstraint(
                condition=~models.Q(public_name=""),
                name="accounts_user_has_public_name",
            ),
        ]
        indexes = [
            models.Index(fields=["folded_name"], name="accounts_user_by_folded_key"),
            # Staff look for any part of a name or an address.
            GinIndex(OpClass("folded_name", "gin_trgm_ops"), name="accounts_user_parts_of_name"),
            GinIndex(OpClass(Upper("email"), "gin_trgm_ops"), name="accounts_user_parts_of_email"),
            models.Index(
                fields=["-id"], name="accounts_user_staff", condition=models.Q(is_staff=True)
            ),
            models.Index(
                fields=["-id"], name="accounts_user_inactive", condition=models.Q(is_active=False)
            ),
        ]

    def __str__(self) -> str:
        return self.public_name

    def get_absolute_url(self) -> str:
        return address_of("discussions:person-detail", self.pk)

    def _get_session_auth_hash(self, secret: str | bytes | None = None) -> str:
        """Bind sessions to the address as to the password: a change of either ends the others."""
        secrets = f"{self.password}|{(self.email or '').lower()}"
        return salted_hmac(
            "accounts.session", secrets, secret=secret, algorithm="sha256"
        ).hexdigest()

    @property
    def has_desk(self) -> bool:
        """Whether a person works at the staff desk now: staff do, until they are suspended."""
        return self.is_active and self.is_staff and not self.is_suspended(timezone.now())

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        """Say whether a person has a right; whoever is suspended has none."""
        return not self.is_suspended(timezone.now()) and super().has_perm(perm, obj)

    def has_module_perms(self, app_label: str) -> bool:
        """Say whether a person has a right in a room; whoever is suspended has none."""
        return not self.is_suspended(timezone.now()) and super().has_module_perms(app_label)

    def is_suspended(self, now: datetime) -> bool:
        return self.suspended_until is not None and self.suspended_until > now

    def is_held(self, now: datetime) -> bool:
        return self.posts_held_until is not None and self.posts_held_until > now


class NameChange(models.Model):
    """What somebody was called until they changed their public name."""

    user = models.ForeignKey(
        User, models.CASCADE, related_name="name_changes", db_index=False, verbose_name=_("person")
    )
    old_name = models.CharField(_("was called"), max_length=MAX_NAME)
    at = models.DateTimeField(_("until"), default=timezone.now)

    class Meta:
        verbose_name = _("change of name")
        verbose_name_plural = _("changes of names")
        indexes = [models.Index(fields=["user", "-at"], name="accounts_namechange_of_user")]

    def __str__(self) -> str:
        return self.old_name


class Namesake(models.Model):
    """Somebody who has the name of a person in office: a mark stands in their public name."""

    user = models.OneToOneField(
        User, models.CASCADE, related_name="namesake", verbose_name=_("person")
    )
    own_name = models.CharField(_("name without the mark"), max_length=MAX_NAME)
    since = models.DateTimeField(_("since"), default=timezone.now)
    seen_at = models.DateTimeField(_("looked at"), null=True, blank=True)
    seen_by = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("looked at by"),
    )

    class Meta:
        verbose_name = _("namesake")
        verbose_name_plural = _("namesakes of people in office")
        default_permissions = ("view", "change")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(seen_at=None, seen_by=None)
                | models.Q(seen_at__isnull=False, seen_by__isnull=False),
                name="accounts_namesake_seen_by_somebody",
            )
        ]

    def __str__(self) -> str:
        return self.own_name


class SignUp(models.Model):
    """An account whose address is yet to be proven, and the browser that asked for it last."""

    user = models.OneToOneField(User, models.CASCADE, primary_key=True, related_name="sign_up")
    browser = models.CharField(max_length=32)
    # Several browsers asked: whoever proves the address need not know the newest password.
    is_contested = models.BooleanField(default=False)

    def __str__(self) -> str:
        return str(self.user)


class AuditEntry(models.Model):
    """One act of a person that the trail keeps; the database lets nobody change or delete it."""

    at = models.DateTimeField(_("when"), default=timezone.now, editable=False)
    by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("person")
    )
    act = models.CharField(_("act"), max_length=60)
    subject_kind = models.CharField(_("what it was done to"), max_length=40)
    subject_id = models.BigIntegerField(_("its number"))

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit trail")
        indexes = [
            models.Index(fields=["subject_kind", "subject_id"], name="accounts_audit_subject"),
            models.Index(Upper("act"), models.F("id").desc(), name="accounts_audit_by_act"),
            models.Index(
                Upper("subject_kind"), models.F("id").desc(), name="accounts_audit_by_kind"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.act} · {self.subject_kind} · {self.subject_id}"


class Announcement(models.Model):
    """A line in the outbox: something was published and people are yet to be told."""

    class Kind(models.TextChoices):
        POST = "post", _("a post was published")
        QUESTION = "question", _("a question was opened")
        ANSWER = "answer", _("a question was answered")
        DECISION = "decision", _("staff decided about a post")
        MENTION = "mention", _("other words of a post name somebody")
        PROPOSAL = "proposal", _("staff decided about a proposal")

    kind = models.CharField(max_length=10, choices=Kind)
    subject_id = models.BigIntegerField()
    # The greatest key of those who were told of it, while others are yet to be told
    told_through = models.BigIntegerField(default=0, db_default=0, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.kind} {self.subject_id}"


class Version(models.Model):
    """Which transaction last changed what readers see of the site, a community or a thread.

    Triggers write it, whoever makes the change. A page that depends on versions which are still
    the same need not be drawn again.
    """

    kind = models.CharField(max_length=9)  # site, community or thread
    subject_id = models.BigIntegerField()
    number = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint("kind", "subject_id", name="accounts_version_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject_id}: {self.number}"


class LimitCount(models.Model):
    """How often one key did one kind of act in the window that is open or was the last."""

    kind = models.CharField(max_length=40)
    key = models.CharField(max_length=64)
    seconds = models.IntegerField()
    allowed = models.IntegerField()
    used = models.IntegerField()
    ends_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint("key", "kind", "seconds", name="accounts_limitcount_once"),
            models.CheckConstraint(
                condition=models.Q(used__gte=0, seconds__gt=0),
                name="accounts_limitcount_counts",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}: {self.used} of {self.allowed}"


class Counter(models.Model):
    """A small value of the sign-in library, such as when an address was last tried."""

    key = models.CharField(max_length=64, primary_key=True)
    value = models.TextField()
    ends_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.key
