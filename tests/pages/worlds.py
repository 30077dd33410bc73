"""The worlds in which pages are looked at: empty, one of each thing, and full.

Each builder takes the cast and returns what addresses are made of, by the names that the catalogue
uses. Whatever is made for a page in a certain state is named for that state.
"""

from types import SimpleNamespace
from typing import Any

from allauth.account.forms import default_token_generator
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from allauth.account.utils import user_pk_to_url_str
from django.contrib import admin

from accounts.links import sign_in_key
from accounts.models import Namesake
from accounts.ownership import stop_token
from communities.models import Area
from discussions.services import thank
from moderation import services as moderation
from notifications.emails.links import Purpose, Wish, token_for
from notifications.models import Mail
from notifications.services import queue_deliveries, send_batch
from questions import services as questions
from tests.factories import (
    make_area,
    make_image,
    make_post,
    make_postcode,
    make_question,
    make_report,
    make_thread,
    make_user,
)
from tests.pages import crowd, kept

Things = dict[str, Any]
OUTLINE = "M0 0h90v60h-90z"


def build(world: str, cast: SimpleNamespace, settings: Any, folder: Any) -> Things:
    """Make a world around the cast."""
    settings.EMAIL_URL = f"file://{folder}/mail"
    return BUILDERS[world](cast, settings, folder)


def empty(cast: SimpleNamespace, settings: Any, folder: Any) -> Things:
    """Nobody has said anything yet."""
    settings.ACCESSIBILITY_RESULTS = folder / "never-run.json"
    kept.nobody_new(cast)
    return {
        "ward": cast.ward.code,
        "community": cast.community.slug,
        "councillor": cast.seat.person.slug,
        "resident": cast.resident.pk,
        "token": token_for(Wish(cast.resident.pk, Purpose.DIGESTS)),
        "broken-token": "made-up",
        **_keys_of_entrance(cast),
    }


def one(cast: SimpleNamespace, settings: Any, folder: Any) -> Things:
    """There is one of each thing."""
    measured = settings.ACCESSIBILITY_RESULTS
    things = empty(cast, settings, folder)
    settings.ACCESSIBILITY_RESULTS = measured
    _draw(cast.ward)
    beside = make_area(name="Weirside", parent=cast.ward.parent)
    make_postcode("NM4 2AB", cast.ward)
    make_postcode("NM4 2CD", cast.ward, beside)
    thread = make_thread(cast.community, author=cast.neighbour, title="Heron", tags=["weir"])
    post = make_post(thread, author=cast.resident, body="A *heron* by the weir.")
    thank(post, by=cast.neighbour)
    make_report(post)
    Namesake.objects.create(user=cast.neighbour, own_name="Neighbour")
    pictured = make_post(thread, author=cast.resident, pictures=[make_image(cast.resident)])
    hidden = make_post(thread, author=cast.resident, body="Rude words.")
    decision = moderation.decide(
        hidden, by=cast.admin, verb="hide", rule="abuse", reason="It insults a neighbour."
    )
    question = make_question(seat=cast.seat, author=cast.resident, community=cast.community)
    questions.open_question(question, by=cast.moderator)
    sent = make_question(seat=cast.seat, author=cast.resident, title="Where is the key?")
    queue_deliveries()
    question.refresh_from_db()
    things |= kept.one(cast, thread)
    return things | {
        "thread": thread.pk,
        "thread-slug": thread.slug,
        "tag": "weir",
        "picture": pictured.images.get().pk,
        "post": thread.posts.get(number=1).pk,
        "decision": decision.pk,
        "question": question.thread.pk,
        "question-slug": question.thread.slug,
        "sent": sent.pk,
        "unread-question": sent.pk,
        "open-question": question.pk,
        "reported": post.pk,
    }


def full(cast: SimpleNamespace, settings: Any, folder: Any) -> Things:
    """There are many of each thing, in every state, with long names and hard words."""
    things = one(cast, settings, folder)
    things |= crowd.places(cast) | crowd.councils(cast) | crowd.communities(cast)
    things |= crowd.talk(cast) | crowd.asked(cast) | crowd.moderated(cast)
    things |= kept.full(cast, crowd.LONG_WORD)
    crowd.office(cast)
    crowd.told(cast)
    things["begun-thread"] = crowd.begun(cast).pk
    return things | _rows_of_desk()


def demonstration(cast: SimpleNamespace, settings: Any, folder: Any) -> Things:
    """A demonstration, which shows its accounts and every mail that it sent."""
    things = one(cast, settings, folder)
    Mail.objects.all().delete()
    Mail.objects.create(to="mo@example.org", queue="account", subject="Plain", text="Words.")
    send_batch()
    plain = next((folder / "mail").glob("*.eml")).name
    Mail.objects.create(
        to="mo@example.org",
        queue="account",
        subject="With colours",
        text="Words: http://localhost:8000/",
        html='<!doctype html><html lang="en"><head><title>With colours</title></head>'
        "<body><main><h1>With colours</h1><p>Words.</p></main></body></html>",
    )
    send_batch()
    settings.DEMONSTRATION = True
    html = max(path.name for path in (folder / "mail").glob("*.eml"))
    return things | {"plain-mail": plain, "html-mail": html}


def faults(cast: SimpleNamespace, settings: Any, folder: Any) -> Things:
    """Something breaks, is tried too often, or is closed."""
    settings.ROOT_URLCONF = "tests.pages.faulty_urls"
    settings.ACCOUNT_ADAPTER = "tests.pages.faulty_urls.ClosedAdapter"
    settings.ACCOUNT_RATE_LIMITS = {"reset_password": "1/m/ip"}
    things = one(cast, settings, folder)
    EmailAddress.objects.filter(user=cast.keyless).update(verified=False)
    return things


BUILDERS = {
    "empty": empty,
    "one": one,
    "full": full,
    "demonstration": demonstration,
    "faults": faults,
}


def _keys_of_entrance(cast: SimpleNamespace) -> Things:
    """Make the keys that mails of the sign-in flow carry, good, taken and broken."""
    newcomer = make_user(public_name="Ines Duarte")
    EmailAddress.objects.filter(user=newcomer).update(verified=False)
    taken = EmailAddress.objects.create(user=cast.outsider, email=cast.neighbour.email)
    wanted = EmailAddress.objects.create(user=cast.resident, email="new-address@example.org")
    cast.keyless = make_user(public_name="Keyless")
    cast.keyless.set_unusable_password()
    cast.keyless.save()
    forgetful = make_user(public_name="Forgetful")
    return {
        "confirm-key": EmailConfirmationHMAC(newcomer.emailaddress_set.get()).key,
        "taken-key": EmailConfirmationHMAC(taken).key,
        "change-key": EmailConfirmationHMAC(wanted).key,
        "stop-token": stop_token(wanted),
        "sign-in-key": sign_in_key(forgetful),
        "broken-key": "made-up",
        "uid": user_pk_to_url_str(forgetful),
        "reset-key": default_token_generator.make_token(forgetful),
        "broken-uid": "1",
    }


def _draw(area: Area) -> None:
    box = {"box_left": 0, "box_top": 0, "box_right": 90, "box_bottom": 60}
    Area.objects.filter(pk=area.pk).update(outline=OUTLINE, **box)


def _rows_of_desk() -> Things:
    """Name one row of every kind that the staff desk has."""
    rows = {}
    for model in admin.site._registry:
        row = model._default_manager.order_by("-pk").only("pk").first()
        assert row is not None, f"the full world has no {model._meta.label}: make one"
        rows[f"row-of-{model._meta.label_lower}"] = row.pk
    return rows
