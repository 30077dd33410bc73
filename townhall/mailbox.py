"""The demonstration's letter box: every mail that it sent, readable in the browser."""

import re
from datetime import datetime
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from csp.constants import NONE, SELF, UNSAFE_INLINE
from csp.decorators import csp
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

MAILS_PER_PAGE = 50
NAME = re.compile(r"[0-9A-Za-z][0-9A-Za-z-]*\.eml")
# The mail draws itself and does nothing else; only our own page may frame it.
MAIL_POLICY = {
    "default-src": [NONE],
    "style-src": [UNSAFE_INLINE],
    "frame-ancestors": [SELF],
    "base-uri": [NONE],
    "form-action": [NONE],
}


class Letter(NamedTuple):
    """A mail as the letter box shows it."""

    name: str
    subject: str
    sender: str
    to: str
    at: datetime | None
    text: str
    html: str


@login_not_required
@never_cache
@require_safe
def mailbox_list(request: HttpRequest) -> HttpResponse:
    names = sorted((entry.name for entry in _folder().glob("*.eml")), reverse=True)
    names = [name for name in names if NAME.fullmatch(name)]
    pages = max(1, -(-len(names) // MAILS_PER_PAGE))
    asked = request.GET.get("page", "1")
    page = min(int(asked), pages) if re.fullmatch(r"[1-9][0-9]{0,8}", asked) else 1
    shown = names[(page - 1) * MAILS_PER_PAGE : page * MAILS_PER_PAGE]
    context = {
        "letters": [_read(name) for name in shown],
        "page": page,
        "pages": pages,
        "page_url_prefix": "?page=",
    }
    return render(request, "townhall/mailbox_list.html", context)


@login_not_required
@never_cache
@require_safe
def mailbox_detail(request: HttpRequest, name: str) -> HttpResponse:
    return render(request, "townhall/mailbox_detail.html", {"letter": _read(name)})


@login_not_required
@never_cache
@require_safe
@xframe_options_sameorigin
@csp(MAIL_POLICY)  # type: ignore[arg-type]  # it types views as if none took more than a request
def mailbox_html(request: HttpRequest, name: str) -> HttpResponse:
    letter = _read(name)
    if not letter.html:
        raise Http404
    # A link in the mail opens in place of the page around it, as it does in a mail program.
    return HttpResponse(letter.html.replace("<head>", '<head><base target="_top">', 1))


urlpatterns = [
    path("demo/mail/", mailbox_list, name="demo-mail-list"),
    path("demo/mail/<str:name>/", mailbox_detail, name="demo-mail-detail"),
    path("demo/mail/<str:name>/html/", mailbox_html, name="demo-mail-html"),
]


def _folder() -> Path:
    url = urlsplit(settings.EMAIL_URL)
    if not settings.DEMONSTRATION or url.scheme != "file":
        raise Http404
    return Path(unquote(url.path))


def _read(name: str) -> Letter:
    file = _folder() / name
    if not NAME.fullmatch(name) or file.is_symlink() or not file.is_file():
        raise Http404
    message = BytesParser(EmailMessage, policy=default).parsebytes(file.read_bytes())
    return Letter(
        name,
        subject=str(message["Subject"] or ""),
        sender=str(message["From"] or ""),
        to=str(message["To"] or ""),
        at=message["Date"].datetime if message["Date"] else None,
        text=_body(message, "plain"),
        html=_body(message, "html"),
    )


def _body(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    try:
        return str(part.get_content()) if part is not None else ""
    except LookupError:  # a character set that nobody knows
        return ""
