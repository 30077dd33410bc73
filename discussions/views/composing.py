"""What happens to words before they are sent: looked over, kept as a draft, thrown away."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import ModelChoiceField
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from accounts.limits import spend_for
from accounts.requests import SignedInRequest, wants_fragment
from communities.markup import shortened
from communities.models import Community
from communities.services import accept_rules
from councillors.models import Capacity
from discussions import services
from discussions.forms import PostForm
from discussions.models import Draft, Post, Thread
from discussions.services.drafts import Place
from discussions.services.edits import MOST_EDITIONS
from discussions.views.finding import post_number_in
from discussions.views.pictures import key_in

LONGEST_QUOTE = 1_000  # characters
MARKED = set("\\`*_[]<>~!@")  # what Markdown would read in a name


class Composer:
    """The form in which somebody writes, and what they do with it before they send it.

    A view makes one, returns `respond()` if that answers the request, sends what was written if
    `is_sent`, and gives `context()` to a template that includes discussions/_composer.html.
    """

    def __init__(
        self, request: SignedInRequest, form: PostForm, place: Place, draft: Draft | None
    ) -> None:
        self.request, self.form, self.place = request, form, place
        self.act = request.POST.get("act", "") if request.method == "POST" else ""
        self.draft = draft if request.method == "GET" else None

    @property
    def is_sent(self) -> bool:
        return self.request.method == "POST" and not self.act

    def is_ready(self) -> bool:
        """Say whether what was written can be sent: it is right, and clear whom it names."""
        if not self.is_sent or not self.form.is_valid():
            return False
        community, thread = _where(self.place)
        known = services.meant_in(self.place) if isinstance(self.place, Post) else {}
        unclear = services.unclear_names(
            self.form.cleaned_data["body"],
            by=self.request.user,
            community=community,
            thread=thread,
            meant=known | self.form.meant,
        )
        self.form.ask_whom(unclear)
        return not unclear

    def respond(self) -> HttpResponse | None:
        """Answer what needs no whole page."""
        if self.act == "keep":
            return self._keep()
        if self.act == "discard":
            return self._discard()
        if self.act == "read-rules":
            return self._read_rules()
        if self.act == "preview" and wants_fragment(self.request):
            return render(self.request, "discussions/_preview.html", self.context())
        return None

    def context(self) -> dict[str, Any]:
        return {"form": self.form, "draft": self.draft, **self._preview()}

    def keep(self) -> Draft | None:
        """Keep what was typed and chosen; raises ValidationError where it is too long."""
        typed = self.request.POST
        return services.save_draft(
            self.place,
            by=self.request.user,
            title=typed.get("title", ""),
            body=typed.get("body", ""),
            beside=self._beside(),
            submit_key=key_in(typed.get("submit_key", "")),
        )

    def leave_for(self, response: HttpResponse) -> HttpResponse:
        """Lead away from the form, with what was typed kept as a draft."""
        try:
            if self.act != "discard" and self.keep():
                messages.success(self.request, _("Your words are kept as a draft."))
        except ValidationError as error:
            messages.warning(self.request, " ".join(error.messages))
        for words in self.form.tray.refused:
            messages.warning(self.request, words)
        return response

    def _beside(self) -> services.Beside:
        """Gather what stands beside the words; the rest of the form may still be wrong."""
        typed, fields = self.request.POST, self.form.fields
        offered = {name for name, _label in getattr(fields.get("tags"), "choices", ())}
        return services.Beside(
            tags=[name for name in typed.getlist("tags") if name in offered],
            new_tags=typed.get("new_tags", "") if "new_tags" in fields else "",
            capacity=self._capacity_typed(),
            answers=post_number_in(self._answered()),
            edition=_edition_in(typed.get("edition", "")) if "edition" in fields else None,
            pictures=self.form.tray.images,
        )

    def _capacity_typed(self) -> Capacity | None:
        field = self.form.fields.get("capacity")
        if not isinstance(field, ModelChoiceField):
            return None
        try:
            chosen: Capacity | None = field.clean(self.request.POST.get("capacity", ""))
        except ValidationError:
            return None
        return chosen

    def _keep(self) -> HttpResponse | None:
        try:
            draft = self.keep()
        except ValidationError as error:
            if wants_fragment(self.request):
                return HttpResponse("\n".join(error.messages), "text/plain", status=422)
            self.form.add_error(None, error)
            return None
        if wants_fragment(self.request):
            return HttpResponse(status=204)
        if draft:
            messages.success(self.request, _("Your words are kept as a draft."))
        for words in self.form.tray.refused:
            messages.warning(self.request, words)
        return redirect(self._address())

    def _read_rules(self) -> HttpResponse:
        """Note that the rules were read, and come back to the form with what was typed in it."""
        version = post_number_in(self.request.POST.get("rules_version", "")) or 0
        if accept_rules(_community_of(self.place), by=self.request.user, version=version):
            messages.success(self.request, _("Thank you for reading the rules."))
        else:
            messages.info(
                self.request, _("The rules have changed once more since. Please look again.")
            )
        back = self.request.POST.get("rules_next", "")
        is_ours = url_has_allowed_host_and_scheme(back, None) and back.startswith("/")
        return self.leave_for(redirect(back if is_ours else self._address()))

    def _discard(self) -> HttpResponse:
        services.discard_draft(self.place, by=self.request.user)
        if wants_fragment(self.request):
            return HttpResponse(status=204)
        messages.success(self.request, _("The draft is gone."))
        return redirect(self._address())

    def _address(self) -> str:
        """Return the page of the form, with the post that is answered and nothing else."""
        number = self._answered()
        return f"{self.request.path}?to={number}" if number.isdecimal() else self.request.path

    def _answered(self) -> str:
        return self.request.POST.get("reply_to") or self.request.GET.get("to", "")

    def _preview(self) -> dict[str, Any]:
        if self.act != "preview" or not self.form.is_valid():
            return {}
        given, by = self.form.cleaned_data, self.request.user
        community, thread = _where(self.place)
        spend_for(by, "preview")
        html, _named = services.render_naming(
            given["body"], by=by, community=community, thread=thread
        )
        post = Post(
            author=by,
            capacity=self._capacity(),
            language=by.language[:2],
            html=html + services.figures(given["pictures"]),
            status=Post.Status.PUBLISHED,
        )
        return {"preview": [post], "preview_title": given.get("title", "")}

    def _capacity(self) -> Capacity | None:
        """Return in which capacity the words will be spoken; other words do not change it."""
        if isinstance(self.place, Post):
            return self.place.capacity
        chosen: Capacity | None = self.form.cleaned_data.get("capacity")
        return chosen


def draft_read_with(thread: Any) -> Draft | None:
    """Return the draft that `thread_for_page` or `thread_to_answer` has read."""
    found = getattr(thread, "begun", None)
    if not found:
        return None
    return Draft(
        body=found["body"],
        updated_at=datetime.fromisoformat(found["at"]),
        capacity_id=found["capacity"],
        answers=found["answers"],
        pictures=[UUID(key) for key in found["pictures"] or []],
        picture_words=found["words"],
    )


def begun_with(draft: Draft | None) -> dict[str, Any]:
    """Return what the fields of a form begin with, of a draft."""
    if draft is None:
        return {}
    begun = {
        "title": draft.title,
        "tags": draft.tags,
        "new_tags": draft.new_tags,
        "capacity": draft.capacity_id,
        "edition": draft.edition,
    }
    return {"body": draft.body, **{name: value for name, value in begun.items() if value}}


def begun_reply(
    request: SignedInRequest, thread: Thread, draft: Draft | None, answered: Post | None
) -> Draft:
    """Return what a reply begins with.

    That is its draft; with it, where that was asked for, the one of a new thread; and a quote of
    the post that is answered.
    """
    begun = draft or Draft()
    if _is_begun_elsewhere(request):
        begun = _joined(begun, services.draft_for(thread.community, by=request.user))
    body = begun.body
    if answered and "quote" in request.GET and (quote := quotation(answered)) not in f"{body}\n\n":
        begun.body = f"{body.rstrip()}\n\n{quote}".lstrip()
    return begun


def _joined(begun: Draft, other: Draft | None) -> Draft:
    """Add the words and pictures of another draft to one, if they are not in it."""
    if other is None or not begun.body:
        return other or begun
    if other.body not in begun.body:
        begun.body = f"{begun.body.rstrip()}\n\n{other.body}"
    said = dict(zip(begun.pictures or [], begun.picture_words, strict=False))
    said = dict(zip(other.pictures or [], other.picture_words, strict=False)) | said
    begun.pictures, begun.picture_words = list(said), list(said.values())
    return begun


def forget_begun_elsewhere(request: SignedInRequest, thread: Thread) -> None:
    """Forget the new thread that somebody began and has now written as a reply."""
    if _is_begun_elsewhere(request):
        services.discard_draft(thread.community, by=request.user)


def _is_begun_elsewhere(request: HttpRequest) -> bool:
    return request.GET.get("words") == "new"


def quotation(post: Post) -> str:
    """Return the words of a post as a quote in Markdown, without what they quote themselves."""
    lines = [line for line in post.body.splitlines() if not line.lstrip().startswith(">")]
    words = shortened("\n".join(lines).strip(), LONGEST_QUOTE)
    name = "".join(f"\\{sign}" if sign in MARKED else sign for sign in post.author.public_name)
    wrote = _("%(name)s wrote:") % {"name": f"[{name}]({post.get_absolute_url()})"}
    return "\n".join(f"> {line}".rstrip() for line in [wrote, "", *words.split("\n")]) + "\n\n"


def _community_of(place: Place) -> Community:
    if isinstance(place, Post):
        return place.thread.community
    return place.community if isinstance(place, Thread) else place


def _where(place: Place) -> tuple[int, int | None]:
    if isinstance(place, Community):
        return place.pk, None
    thread = place if isinstance(place, Thread) else place.thread
    return thread.community_id, thread.pk


def _edition_in(typed: str) -> int | None:
    number = post_number_in(typed)
    return number if number and number <= MOST_EDITIONS else None
