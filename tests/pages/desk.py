"""The pages of the staff desk; those of the admin are listed from what is registered there."""

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.test import RequestFactory
from django.urls import reverse

from accounts.models import User
from tests.pages.catalogue import Page, in_state, in_worlds

# What a moderator has besides an administrator; the others are an administrator's alone.
OF_MODERATORS = {
    "moderation.report",
    "moderation.decision",
    "moderation.appeal",
    "discussions.thread",
    "discussions.post",
    "questions.question",
}
# Pages of these models are others, which are listed by name below.
WITHOUT_CHANGE_PAGE = {"moderation.report", "moderation.appeal"}
STAFF = "moderator admin"

DESK = [
    *in_worlds("empty full", "admin:index", roles=STAFF),
    *in_worlds("empty full", "admin:state", roles="admin"),
    *in_worlds("empty full", "admin:moderation_report_held", roles="moderator"),
    in_state("imported too", "admin:moderation_report_held", roles="moderator", query={"all": "1"}),
    in_state("reported", "admin:moderation_report_decide", "reported", roles="moderator"),
    in_state(
        "gravest", "admin:moderation_report_decide", "gravest", roles="moderator", world="full"
    ),
    in_state("held", "admin:moderation_report_decide", "held-post", roles=STAFF, world="full"),
    in_state(
        "refused",
        "admin:moderation_report_decide",
        "reported",
        roles="moderator",
        typed={"verb": "hide", "rule": "", "reason": "It insults."},
    ),
    in_state(
        "waiting",
        "admin:moderation_appeal_change",
        "appeal-waiting",
        roles=STAFF,
        world="full",
    ),
    in_state(
        "refused",
        "admin:moderation_appeal_change",
        "appeal-waiting",
        roles="moderator",
        world="full",
        typed={"reason": "Read again."},
    ),
    in_state(
        "refused",
        "admin:accounts_user_change",
        "row-of-accounts.user",
        roles="admin",
        world="full",
        typed={"suspended_until": "soon"},
    ),
    in_state(
        "refused",
        "admin:communities_membership_change",
        "row-of-communities.membership",
        roles="admin",
        world="full",
        typed={"silenced_until": "soon"},
    ),
    *(
        in_state(
            f"asked: {act}",
            "admin:communities_proposal_act",
            f"waiting-proposal {act}",
            roles="admin",
            world="full",
        )
        for act in ("open", "decline")
    ),
    in_state(
        "refused",
        "admin:communities_proposal_act",
        "waiting-proposal open",
        roles="admin",
        world="full",
        typed={"rules": "", "links": "https://example.org/ One"},
    ),
    in_state(
        "refused",
        "admin:communities_proposal_act",
        "waiting-proposal decline",
        roles="admin",
        world="full",
        typed={"answer": " "},
    ),
    in_state(
        "unread",
        "admin:questions_question_change",
        "unread-question",
        roles="moderator",
    ),
    *(
        in_state(
            f"asked: {act}",
            "admin:questions_question_act",
            f"{which} {act}",
            roles="moderator",
        )
        for act, which in {
            "open": "unread-question",
            "keep-private": "unread-question",
            "merge": "open-question",
            "refer": "open-question",
            "close": "open-question",
        }.items()
    ),
    in_state(
        "refused",
        "admin:questions_question_act",
        "open-question close",
        roles="moderator",
        typed={"reason": ""},
    ),
]


def of_model(model: Any, desk: Any) -> Iterator[Page]:
    """List the pages that the admin has for a model: its list, a row, adding and deleting."""
    label = model._meta.label_lower
    name = f"admin:{label.replace('.', '_')}"
    roles = STAFF if label in OF_MODERATORS else "admin"
    row = f"row-of-{label}"
    may = desk.get_model_perms(_by_administrator())
    yield from in_worlds("empty", f"{name}_changelist", roles="admin")
    yield from in_worlds("full", f"{name}_changelist", roles=roles)
    if desk.search_fields:
        none = {"q": "zebra"}
        yield in_state("nothing found", f"{name}_changelist", roles="admin", query=none)
    if label not in WITHOUT_CHANGE_PAGE:
        yield from in_worlds("full", f"{name}_change", row, roles=roles)
    if may["add"]:
        yield in_state("blank", f"{name}_add", roles="admin")
        yield in_state("refused", f"{name}_add", roles="admin", typed={})
    if may["delete"]:
        yield in_state("asked", f"{name}_delete", row, roles="admin", world="full")
        yield in_state(
            "asked: delete several",
            f"{name}_changelist",
            roles="admin",
            world="full",
            typed={"action": "delete_selected", "_selected_action": row},
        )


def popups() -> Iterator[Page]:
    """List the lists from which a form's field is chosen in a window of its own."""
    for name in ("communities_area", "accounts_user"):
        route, query = f"admin:{name}_changelist", {"_popup": "1"}
        yield in_state("popup", route, roles="admin", world="full", query=query)


def of_rooms() -> Iterator[Page]:
    """List the page that the admin has for each room."""
    for room in admin.site.get_app_list(_by_administrator()):
        path = reverse("admin:app_list", args=[room["app_label"]])
        yield in_state("full", path, roles="admin", world="full")


def _by_administrator() -> Any:
    request = RequestFactory().get("/")
    request.user = User(is_active=True, is_staff=True, is_superuser=True)
    return request


ADMIN = [
    *DESK,
    *(page for model, desk in admin.site._registry.items() for page in of_model(model, desk)),
    *popups(),
    *of_rooms(),
]
