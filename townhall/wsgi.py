"""The web server's way in."""

import os
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application
from django.template.loader import get_template
from django.urls import get_resolver
from django.utils import timezone, translation
from django.utils.translation import gettext

from townhall.charsets import only_utf_8
from townhall.database.limits import run_as
from townhall.theme import CHECKS

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "townhall.settings")
application = only_utf_8(get_wsgi_application())
run_as("web")


def refuse_what_cannot_be_read() -> None:
    """Stop here where the council's colour or mark would make pages worse; see `checks`."""
    if problems := run_checks(tags=[CHECKS]):
        raise ImproperlyConfigured("\n".join(str(problem) for problem in problems))


def load_what_pages_need() -> None:
    """Load addresses, templates, words and calendars: workers share them, and nobody waits."""
    folder = Path(settings.BASE_DIR) / "templates"
    for path in folder.rglob("*.html"):
        get_template(str(path.relative_to(folder)))
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            gettext("")
            get_resolver().reverse_dict  # noqa: B018 (a property that loads)
    for model in apps.get_models():
        model._meta.related_objects  # noqa: B018 (a property that loads)
    from questions.clock import bank_holidays  # noqa: PLC0415 (needs the apps)

    bank_holidays("ENG", timezone.localdate().year)


refuse_what_cannot_be_read()
load_what_pages_need()
