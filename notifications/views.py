"""What somebody was told, what they want to be told, and the way out of every mail."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from accounts.requests import SignedInRequest
from communities.models import Community, Membership
from discussions.models import Post
from notifications import services
from notifications.emails.links import read_token
from notifications.forms import SettingsForm
from notifications.models import Delivery, Preference
from questions.models import Question

DELIVERIES_PER_PAGE = 20


@require_safe
def notification_list(request: SignedInRequest) -> HttpResponse:
    told = (
        Delivery.objects.filter(user=request.user)
        .order_by("-pk")
        .select_related(
            "post__author",
            "post__thread",
            "question__author",
            "question__thread",
            "question__answered_by__person",
            "decision__post__thread",
            "proposal__community",
        )
    )
    before = request.GET.get("before", "")
    if before.isascii() and before.isdecimal() and len(before) < 19:
        told = told.filter(pk__lt=int(before))
    found = list(told.defer("post__html", "post__search")[: DELIVERIES_PER_PAGE + 1])
    shown = found[:DELIVERIES_PER_PAGE]
    return render(
        request,
        "notifications/notification_list.html",
        {
            "rows": _with_readable(request.user, shown),
            "unread": Delivery.objects.filter(user=request.user, read_at=None).count(),
            "newest": shown[0].pk if shown else 0,
            "is_first_page": not before,
            "older_url": f"?before={shown[-1].pk}" if len(found) > len(shown) else "",
            "section": "notifications",
        },
    )


@require_POST
def notifications_mark_read(request: SignedInRequest) -> HttpResponse:
    through = request.POST.get("through", "")
    if through.isascii() and through.isdecimal() and len(through) < 19:
        services.mark_all_read(request.user, through=int(through))
    messages.success(request, _("All of them are marked as read."))
    return redirect("notifications:notification-list")


@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: SignedInRequest) -> HttpResponse:
    memberships = Membership.objects.filter(user=request.user).select_related("community")
    preference = Preference.objects.filter(user=request.user).first() or Preference()
    form = SettingsForm(
        request.POST or None,
        preference=preference,
        memberships=list(memberships.order_by("community__name", "pk")),
    )
    if request.method == "POST" and form.is_valid():
        services.change_preferences(
            request.user, alerts=form.chosen_alerts, digests=form.chosen_digests
        )
        messages.success(request, _("Saved. From now on you get what you chose."))
        return redirect("notifications:settings")
    return render(request, "notifications/settings.html", {"form": form, "section": "account"})


# The token is the proof: whoever holds the mail may stop it, and mail programs have no cookie.
@csrf_exempt
@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    wish = read_token(token)
    if wish is None or not User.objects.filter(pk=wish.user_id).exists():
        return render(request, "notifications/unsubscribe_unknown.html", status=404)
    if request.method == "POST":
        is_one_click = request.POST.get("List-Unsubscribe") == "One-Click"
        services.unsubscribe(wish, source="one-click" if is_one_click else "link")
    community = None
    if wish.community_id is not None:
        community = Community.objects.filter(pk=wish.community_id).first()
    return render(
        request,
        "notifications/unsubscribe.html",
        {"purpose": wish.purpose, "community": community, "is_done": request.method == "POST"},
    )


def _with_readable(user: User, told: list[Delivery]) -> list[tuple[Delivery, bool]]:
    """Say of each whether its words may still be read, for some may be hidden by now."""
    posts = {row.post_id for row in told if row.post_id}
    questions = {row.question_id for row in told if row.question_id}
    readable_posts = Post.objects.visible_to(user).filter(pk__in=posts)
    readable_questions = Question.objects.visible_to(user).filter(pk__in=questions)
    posts -= set(readable_posts.values_list("pk", flat=True))
    questions -= set(readable_questions.values_list("pk", flat=True))
    return [(row, row.post_id not in posts and row.question_id not in questions) for row in told]
