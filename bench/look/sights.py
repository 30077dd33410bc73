"""What is looked at: one line for each page, whose eyes see it, and what they do there.

`python -m bench.look.sights` prints it for the database that DATABASE_URL names. A page under
/about/ needs no line: whatever is there is found.
"""

import json
from collections.abc import Iterator
from dataclasses import asdict

import django

django.setup()

from django.urls import URLResolver, get_resolver, reverse  # noqa: E402 (the apps are ready)

from bench.look.sight import VISITOR, Sight  # noqa: E402
from communities.models import Area, Community  # noqa: E402
from councillors.models import Person  # noqa: E402
from discussions.models import Thread  # noqa: E402
from moderation.models import Appeal, Decision, Report  # noqa: E402
from questions.models import Question  # noqa: E402

RESIDENT, NEWCOMER = "resident", "newcomer"
COUNCILLOR, AMBASSADOR, MODERATOR, ADMIN = "councillor", "ambassador", "moderator", "admin"
ABOUT = "/about/"
WISH = {
    "title": "Could Tenter Row have a bench near the stop?",
    "text": "My father walks to the stop and cannot stand for the whole of the wait.",
}


def sight(name: str, path: str, *roles: str, **more: object) -> Sight:
    """Make a sight; who is not named is a visitor."""
    return Sight(name, path, roles or (VISITOR,), **more)  # type: ignore[arg-type]


def all_sights() -> list[Sight]:
    """List everything; somebody's own pages come first, as reading changes what they hold."""
    rooms = [_own(), _places(), _talk(), _questions(), _entrance(), _about(), _mail(), _staff()]
    return [found for room in rooms for found in room]


def _own() -> list[Sight]:
    notifications = reverse("notifications:notification-list")
    return [
        sight("mine", reverse("mine"), RESIDENT, NEWCOMER, COUNCILLOR),
        sight("notifications", notifications, RESIDENT, NEWCOMER),
        sight("settings", reverse("notifications:settings"), RESIDENT),
        sight("profile", reverse("accounts:profile-edit"), RESIDENT),
        sight("email", reverse("account_email"), RESIDENT),
        sight("password", reverse("account_change_password"), RESIDENT),
        sight("data", reverse("records:data"), RESIDENT),
        sight("close", reverse("records:account-close"), RESIDENT),
        sight("sign-out", reverse("account_logout"), RESIDENT),
    ]


def _places() -> list[Sight]:
    ward = Area.objects.get(kind="ward", name__startswith="Millbrook")
    district = Area.objects.get(kind="district")
    return [
        sight("home", "/", VISITOR, RESIDENT),
        sight("home-welsh", "/cy/"),
        sight("home-several", "/?postcode=NM4"),
        sight("home-unknown", "/?postcode=nowhere"),
        sight("places", reverse("place-list"), VISITOR, RESIDENT),
        sight("place", ward.get_absolute_url(), VISITOR, RESIDENT),
        sight("place-district", district.get_absolute_url()),
        sight("communities", reverse("communities:community-list"), VISITOR, RESIDENT),
        sight("councillors", reverse("councillors:councillor-list")),
    ]


def _talk() -> list[Sight]:
    home = Community.objects.get(slug="millbrook-neighbours")
    other = Community.objects.get(slug="harbour-quarter")
    talk = Thread.objects.filter(kind="discussion", community__visibility="public")
    thread = talk.get(title="A safe crossing by Mill Lane school")
    longest = talk.order_by("-last_number")[0]
    locked = talk.filter(is_locked=True, community=home)[0]
    held = Thread.objects.filter(posts__status="pending", posts__author__public_name="Ines Duarte")
    post = thread.posts.get(number=2)
    join = reverse("communities:community-join", args=[other.slug])
    start = reverse("discussions:thread-create", args=[home.slug])
    report = reverse("moderation:report-create", args=[post.pk])
    return [
        sight("community", home.get_absolute_url(), VISITOR, RESIDENT, AMBASSADOR),
        sight("community-join", join, RESIDENT),
        sight("thread", thread.get_absolute_url(), VISITOR, RESIDENT, COUNCILLOR),
        sight("thread-longest", longest.get_absolute_url(), VISITOR),
        sight("thread-locked", locked.get_absolute_url(), RESIDENT),
        sight("thread-held", held[0].get_absolute_url(), NEWCOMER),
        sight("composer", start, RESIDENT, NEWCOMER),
        sight("composer-errors", start, RESIDENT, press=[button_beside("title")]),
        sight("reply", reverse("discussions:post-create", args=[thread.pk]), RESIDENT),
        sight("tag", reverse("discussions:tag-detail", args=[thread.tags.all()[0].slug])),
        sight("person", post.author.get_absolute_url()),
        sight("search", reverse("search")),
        sight("search-hits", reverse("search") + "?q=crossing"),
        sight("search-nothing", reverse("search") + "?q=xylophone"),
        sight("log", reverse("moderation:log")),
        sight("report", report, VISITOR, RESIDENT),
        sight("report-errors", report, press=[button_beside("rule")]),
    ]


def _questions() -> list[Sight]:
    person = Person.objects.get(name="Anne Reed")
    ask = reverse("questions:question-ask", args=[person.slug])
    state = {name: Question.objects.filter(state=name).select_related("thread") for name in STATES}
    to_her = state["open"].filter(seat__person=person)
    listing = reverse("questions:question-list")
    look_over = button_beside("title")
    return [
        sight("councillor", person.get_absolute_url(), VISITOR, RESIDENT, COUNCILLOR),
        sight("questions", listing),
        sight("questions-answered", f"{listing}?state=answered"),
        sight("question", to_her[0].get_absolute_url(), VISITOR, RESIDENT, COUNCILLOR),
        *(
            sight(f"question-{name}", questions.order_by("pk")[0].get_absolute_url())
            for name, questions in state.items()
            if name != "open"
        ),
        sight("ask", ask, RESIDENT),
        sight("ask-errors", ask, RESIDENT, press=[look_over]),
        sight("ask-check", ask, RESIDENT, fill=WISH, press=[look_over]),
        sight("receipt", ask, RESIDENT, fill=WISH, press=[look_over, "button[name=send]"]),
    ]


STATES = ("open", "answered", "referred", "closed", "merged")


def _entrance() -> list[Sight]:
    entrance = {"sign-in": "login", "sign-up": "signup", "password-reset": "reset_password"}
    fields = {"sign-in": "login", "sign-up": "email", "password-reset": "email"}
    return [
        *(sight(name, reverse(f"account_{route}")) for name, route in entrance.items()),
        *(
            sight(
                f"{name}-errors", reverse(f"account_{route}"), press=[button_beside(fields[name])]
            )
            for name, route in entrance.items()
        ),
        sight("password-reset-done", reverse("account_reset_password_done")),
        sight("verification-sent", reverse("account_email_verification_sent")),
        sight("email-confirm-stale", reverse("account_confirm_email", args=["stale"])),
        sight("offline", reverse("offline")),
        sight("error-404", "/no-such-page/", VISITOR, RESIDENT, status=404),
    ]


def _about() -> list[Sight]:
    about = sorted(path for path in _routes(get_resolver()) if path.startswith(ABOUT))
    found = [sight(path.strip("/").replace("/", "-"), path) for path in about if "<" not in path]
    return [
        *found,
        sight("about-barrier-errors", reverse("about-barrier"), press=[button_beside("problem")]),
        sight("about-welsh", "/cy" + reverse("about")),
    ]


def _routes(resolver: URLResolver, start: str = "/") -> Iterator[str]:
    for pattern in resolver.url_patterns:
        path = start + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _routes(pattern, path)
        else:
            yield path


def _mail() -> list[Sight]:
    return [
        sight("mailbox", reverse("demo-mail-list")),
        sight("mailbox-letter", reverse("demo-mail-list"), press=["main a[href$='.eml/']"]),
    ]


def _staff() -> list[Sight]:
    hidden = Decision.objects.filter(verb="hide")[0]
    reported = Report.objects.filter(decision=None)[0]
    appeal = Appeal.objects.filter(outcome="")[0]
    sent = Question.objects.filter(state="submitted")[0]
    decide = reverse("admin:moderation_report_decide", args=[reported.post_id])
    appealing = reverse("moderation:appeal-create", args=[hidden.pk])
    question = reverse("admin:questions_question_change", args=[sent.pk])
    lists = {
        "users": "accounts_user",
        "audit": "accounts_auditentry",
        "mails": "notifications_mail",
        "barriers": "moderation_barrierreport",
    }
    return [
        sight("desk", reverse("admin:index"), MODERATOR, ADMIN),
        sight("desk-queue", reverse("admin:moderation_report_changelist"), MODERATOR),
        sight("desk-held", reverse("admin:moderation_report_held"), MODERATOR),
        sight("desk-decide", decide, MODERATOR),
        sight("desk-decide-errors", decide, MODERATOR, press=[button_beside("reason")]),
        sight("desk-appeal", reverse("admin:moderation_appeal_change", args=[appeal.pk]), ADMIN),
        sight("desk-questions", reverse("admin:questions_question_changelist"), MODERATOR),
        sight("desk-question", question, MODERATOR),
        *(sight(f"desk-{n}", reverse(f"admin:{r}_changelist"), ADMIN) for n, r in lists.items()),
        sight("decision", hidden.get_absolute_url(), MODERATOR),
        sight("error-403", appealing, MODERATOR, status=403),
    ]


def button_beside(name: str) -> str:
    """Name the button of the form that has a field of this name."""
    return f'form:has([name="{name}"]) button'


if __name__ == "__main__":
    print(json.dumps([asdict(each) for each in all_sights()]))
