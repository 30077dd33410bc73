"""Every kind of mail that the site writes, in each of its forms."""

from types import SimpleNamespace
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.models import EmailAddress
from allauth.core.context import request_context
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from communities.models import Community, Proposal
from discussions.models import Post
from discussions.services import Writing
from moderation import services as moderation
from notifications.emails import (
    Letter,
    Part,
    Story,
    answer,
    bundle,
    decision,
    digest,
    mention,
    proposal,
    question,
    reply,
)
from notifications.models import Mail
from questions import services as questions
from tests.factories import PASSWORD, make_post, make_question, make_thread, make_user

# What is told of an account after the fact; the library writes them where it is changed.
NOTICES = (
    "address_change",
    "address_change_asked",
    "address_in_use",
    "email_changed",
    "email_confirm",
    "email_deleted",
    "password_changed",
    "password_reset",
    "password_set",
)


def alerts(cast: SimpleNamespace) -> dict[str, Letter]:
    """Write what tells people of talk, questions, answers and decisions."""
    thread = make_thread(cast.community, author=cast.neighbour, title="A <safe> crossing & more")
    posts = [_post(thread, cast.councillor), _post(thread, cast.ambassador)]
    asked = make_question(seat=cast.seat, author=cast.resident, text="Why?\n\nIt is <late>.")
    questions.open_question(asked, by=cast.moderator)
    asked.refresh_from_db()
    to_ward = make_question(area=cast.ward, body=cast.body, author=cast.resident)
    questions.open_question(to_ward, by=cast.moderator)
    to_ward.refresh_from_db()
    writing = Writing("It will be gritted at five, on each night of frost, from Monday.")
    given = questions.answer_question(asked, by=cast.councillor, writing=writing)
    asked.refresh_from_db()
    return {
        "mention, one": mention(cast.resident, thread, posts[:1]),
        "mention, several": mention(cast.resident, thread, posts),
        "reply, one": reply(cast.resident, thread, posts[:1]),
        "reply, several": reply(cast.resident, thread, posts),
        "question, receipt": question(cast.resident, asked),
        "question, to a ward": question(cast.resident, to_ward),
        "question, to a councillor": question(cast.councillor, asked),
        "answer, own": answer(cast.resident, asked, given),
        "answer, followed": answer(cast.neighbour, asked, given),
        "answer, hidden": answer(cast.neighbour, asked, None),
        "bundle": bundle(
            cast.resident,
            [Part("mention", thread, posts), Part("answer", given.thread, [given])],
        ),
        **_decisions(cast, thread),
        **_proposals(cast),
        **_digests(cast, posts, given),
    }


def _post(thread: Any, author: Any) -> Post:
    made = make_post(thread, author=author, body="I *agree*, & so do others.\n\nThursday?")
    return Post.objects.select_related("thread__community", "author", "capacity").get(pk=made.pk)


def _decisions(cast: SimpleNamespace, thread: Any) -> dict[str, Letter]:
    post = make_post(thread, author=cast.resident, body="Rude words.")
    letters = {}
    for verb, rule in {"hide": "abuse", "restore": "", "leave": ""}.items():
        if verb == "leave":
            moderation.report_post(post, by=cast.neighbour, email="", rule="spam", text="")
        post.refresh_from_db()
        made = moderation.decide(post, by=cast.admin, verb=verb, rule=rule, reason="Read <twice>.")
        letters[f"decision, {verb}"] = decision(cast.resident, made)
    return letters


def _proposals(cast: SimpleNamespace) -> dict[str, Letter]:
    made = Proposal(name="Birds & <bees>", answer="There is one.\n\nStart a <thread> there.")
    declined = proposal(cast.resident, made)
    made.community, made.answer = Community(name=made.name, slug="birds"), ""
    return {"proposal, declined": declined, "proposal, opened": proposal(cast.resident, made)}


def _digests(cast: SimpleNamespace, posts: list[Post], given: Post) -> dict[str, Letter]:
    talk = [Story(post, 2, is_answer=False, is_new_question=False, weekday=1) for post in posts]
    told = Post.objects.select_related("thread__community", "author", "capacity").get(pk=given.pk)
    answered = Story(told, 1, is_answer=True, is_new_question=False, weekday=None)
    day = given.created_at.date()
    return {
        "digest, talk": digest(cast.resident, day, talk, {}),
        "digest, answers too": digest(cast.resident, day, [answered, *talk], {}),
        "digest, more than fits": digest(cast.resident, day, [answered, *talk * 7], {}),
    }


def of_accounts(cast: SimpleNamespace) -> dict[str, Mail]:
    """Go through the sign-in flow, and return what it wrote, by the names of its templates."""
    sent: dict[str, Mail] = {}

    def send(kind: str, route: str, client: Client | None = None, **fields: str) -> None:
        (client or Client()).post(reverse(route), fields)
        sent[kind] = Mail.objects.filter(queue="account").latest("pk")

    new = {"public_name": "Ines Duarte", "password1": PASSWORD}
    own = Client()
    own.force_login(cast.resident)
    EmailAddress.objects.filter(user=make_user(email="late@example.org")).update(verified=False)
    send("email_confirmation_signup", "account_signup", email="ines@example.org", **new)
    send("account_already_exists", "account_signup", email=cast.neighbour.email, **new)
    send("password_reset_key", "account_reset_password", email=cast.neighbour.email)
    send("sign_in_link", "accounts:sign-in-link-ask", email=cast.neighbour.email)
    send("unknown_account", "account_reset_password", email="nobody@example.org")
    send("email_confirmation", "account_login", login="late@example.org", password=PASSWORD)
    return sent | {kind: _notice(kind, cast.resident.email) for kind in NOTICES}


def _notice(kind: str, to: str) -> Mail:
    context = {
        "timestamp": timezone.now(),
        "ip": "192.0.2.1",
        "user_agent": "Zork <1.0>",
        "from_email": to,
        "to_email": "new@example.org",
        "deleted_email": to,
        "new_email": "new@example.org",
        "activate_url": "http://localhost:8000/accounts/confirm-email/key/",
        "stop_url": "http://localhost:8000/accounts/email/stop/key/",
        "account": User.objects.get(email=to),
        "account_address": to,
    }
    with request_context(RequestFactory().get("/accounts/login/")):
        get_adapter().send_mail(f"account/email/{kind}", to, context)
    return Mail.objects.filter(queue="account").latest("pk")
