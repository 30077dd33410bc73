"""Pictures: served to those who may see them, and taken from forms."""

from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import AnonymousUser
from django.db.models.fields.files import FieldFile
from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.views.decorators.http import require_safe

from accounts.requests import SignedInRequest
from discussions import services
from discussions.models import Draft, Image, Post
from discussions.trays import Tray

KINDS = {"jpg": "image/jpeg", "png": "image/png", "webp": "image/webp"}
# What staff hide may stand in a cache for no longer than the page it was on.
SHORT = "max-age=30"
NOT_KEPT = "no-store, private"


@login_not_required
@require_safe
def image(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    found = get_object_or_404(Image.objects.visible_to(request.user), pk=pk)
    return _serve(request, found, [found.file_webp, found.file], "picture")


@login_not_required
@require_safe
def image_small(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    found = get_object_or_404(Image.objects.visible_to(request.user), pk=pk)
    return _serve(request, found, [found.thumbnail_webp, found.thumbnail], "picture-small")


def _serve(
    request: HttpRequest, found: Image, forms: list[FieldFile], name: str
) -> HttpResponseBase:
    """Answer with the first form of a picture that is there and that the browser reads."""
    webp, plain = forms
    for file in [webp, plain] if webp and _reads_webp(request) else [plain]:
        suffix = file.name.rpartition(".")[2] if file.name else ""
        tag = f'"{found.pk.hex}-{name}-{suffix}"'
        response: HttpResponseBase | None = get_conditional_response(request, etag=tag)
        if response is None:
            try:
                opened = file.open("rb")
            except FileNotFoundError:
                continue
            kind = KINDS[suffix]
            response = FileResponse(opened, filename=f"{name}.{suffix}", content_type=kind)
        break
    else:
        raise Http404
    response["ETag"] = tag
    patch_vary_headers(response, ["Accept"])
    response["Cache-Control"] = f"public, {SHORT}" if _is_public(request, found) else NOT_KEPT
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _reads_webp(request: HttpRequest) -> bool:
    """Say whether a browser names WebP: of those that take anything, some show it not."""
    return any(
        (kind.main_type, kind.sub_type) == ("image", "webp") for kind in request.accepted_types
    )


def _is_public(request: HttpRequest, found: Image) -> bool:
    """Say whether everybody sees a picture; of what a visitor was shown, that is known."""
    if not request.user.is_authenticated:
        return True
    return Image.objects.visible_to(AnonymousUser()).filter(pk=found.pk).exists()


def tray_of(
    request: SignedInRequest,
    post: Post | None = None,
    draft: Draft | None = None,
    *,
    why_none: str = "",
) -> Tray:
    """Return the pictures beside a form; what was chosen in it is kept, also if it is refused.

    New ones are left out unopened for the reason in `why_none`, where there is one.
    """
    if request.method != "POST" and draft and draft.pictures is not None:
        return services.take_up_pictures(draft, by=request.user, post=post)
    if request.method != "POST":
        images = post.images.filter(author=request.user).order_by("position") if post else []
        return Tray(list(images))
    sent = request.POST
    files = request.FILES.getlist("pictures")
    if files and _is_done_with(request):
        files = []
    keys = [key for key in map(key_in, sent.getlist("picture")) if key]
    words = sent.getlist("new_words")
    padded = [*words, *[""] * len(files)]
    return services.fill_tray(
        by=request.user,
        files=[(file.name or "", file, alt) for file, alt in zip(files, padded, strict=False)],
        keys=keys,
        words={key: sent.get(f"words-{key}", "") for key in keys},
        left_out=[key for key in keys if f"leave-{key}" in sent],
        post=post,
        why_none=why_none,
    )


def _is_done_with(request: SignedInRequest) -> bool:
    """Say whether a form is thrown away or was sent before, so that nothing in it is needed."""
    key = key_in(request.POST.get("submit_key", ""))
    return request.POST.get("act") == "discard" or services.was_submitted(request.user, key)


def key_in(typed: str) -> UUID | None:
    """Return the key of a form or a picture; None where it is none."""
    try:
        return UUID(typed)
    except ValueError:
        return None
