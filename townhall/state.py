"""What those who run the site should know of it now: whether it works, and what to look at."""

import platform
import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

import django
from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from redis.exceptions import RedisError

from accounts.models import Announcement, User
from communities.models import Membership
from discussions.services import stored_and_lost
from notifications.models import Digest, Mail
from records.models import Backup, RetentionRun
from townhall import pulse
from townhall.about.statement import read_results
from townhall.languages import catalogue_states
from townhall.versions import release

MOST_COUNTED = 1_000  # of what waits; more than that is said as "more than"
LATEST_MAILS = 10_000
OLDEST_WAITING = timedelta(minutes=15)
OLDEST_WEEKLY = timedelta(days=8)
OLDEST_BACKUP = timedelta(hours=30)
OLDEST_NIGHT = timedelta(days=2)
FULL = 80  # per cent of a disk
OUTCOMES_OF_LATEST = """
SELECT state, count(*) FROM (SELECT state FROM notifications_mail ORDER BY id DESC LIMIT %s) latest
GROUP BY state
"""


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at: how it is now, and what to do if it should not be so."""

    what: str
    now: str
    is_fine: bool
    advice: str = ""


def may_see_state(viewer: User) -> bool:
    """Whoever may look after the mail runs the site."""
    return viewer.has_perm("notifications.view_mail")


def findings(now: datetime) -> list[tuple[str, list[Finding]]]:
    """Look at everything, by subject; each statement reads a bounded number of rows."""
    return [
        (_("Is it working?"), [_database(), *_worker(now)]),
        (
            _("Does mail leave?"),
            [_waiting_mail(now), _latest_mail(), _announcements(now), _digests()],
        ),
        (_("Is there room?"), [*_disks(), *_pictures(), _retention(now)]),
        (_("Can it be brought back?"), [_backup(now)]),
        (_("What is installed?"), [_release(), _migrations()]),
        (_("Can everybody use it?"), [*_languages(), _accessibility()]),
    ]


def _database() -> Finding:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_database_size(current_database()), current_setting('server_version')"
        )
        size, version = cursor.fetchone()
    values = {"version": version.split()[0], "size": filesizeformat(size)}
    text = _("PostgreSQL %(version)s answers; %(size)s") % values
    return Finding(_("Database"), text, True)


def _worker(now: datetime) -> Iterator[Finding]:
    """Beat asks a worker for a sign of life through Redis: one finding for Redis, one for both."""
    what = _("Worker and beat")
    advice = _("Are both services running? Their journals say why they stopped.")
    try:
        moment = pulse.last_pulse()
    except RedisError as error:
        yield Finding(
            _("Redis"), str(error)[:200], False, _("Start it, or see whether it is full.")
        )
        yield Finding(what, _("Cannot be told without Redis"), False, advice)
        return
    yield Finding(_("Redis"), _("Answers"), True)
    if moment is None:
        yield Finding(what, _("No sign of life in the last ten minutes"), False, advice)
        return
    seconds = max(0, round(now.timestamp() - moment))
    text = ngettext(
        "Last did something %(n)d second ago", "Last did something %(n)d seconds ago", seconds
    )
    yield Finding(what, text % {"n": seconds}, seconds < pulse.OLDEST, advice)


def _waiting_mail(now: datetime) -> Finding:
    """Count what is next to leave; a digest for everybody may be a hundred thousand rows."""
    waiting = Mail.objects.filter(state__in=[Mail.State.READY, Mail.State.CLAIMED])
    rows = list(
        waiting.order_by("queue", "next_attempt_at").values_list("state", "created_at")[
            : MOST_COUNTED + 1
        ]
    )
    what = _("Mail that waits")
    if not rows:
        return Finding(what, _("None"), True)
    states = Counter(state for state, _at in rows)
    oldest = min(at for _state, at in rows)
    texts = [f"{_number(states[state])} {state.label}" for state in Mail.State if states[state]]
    texts.append(_("the oldest for %(time)s") % {"time": timesince(oldest, now, depth=1)})
    advice = _("Look at the reason on the newest waiting mail, then at the worker's journal.")
    return Finding(what, ", ".join(texts), now - oldest < OLDEST_WAITING, advice)


def _latest_mail() -> Finding:
    with connection.cursor() as cursor:
        cursor.execute(OUTCOMES_OF_LATEST, [LATEST_MAILS])
        counts = dict(cursor.fetchall())
    states = [state for state in Mail.State if counts.get(state)]
    text = ", ".join(f"{counts[state]} {state.label}" for state in states) or _("None yet")
    failed = counts.get(Mail.State.FAILED, 0) + counts.get(Mail.State.UNKNOWN, 0)
    what = _("The latest %(n)s mails") % {"n": f"{LATEST_MAILS:,}"}
    advice = _("More than one in fifty was refused or lost. The list of mails says why.")
    return Finding(what, text, failed * 50 <= sum(counts.values()), advice)


def _announcements(now: datetime) -> Finding:
    moments = list(
        Announcement.objects.order_by("pk").values_list("created_at", flat=True)[: MOST_COUNTED + 1]
    )
    what = _("News that nobody has been told of yet")
    if not moments:
        return Finding(what, _("None"), True)
    values = {"n": _number(len(moments)), "time": timesince(moments[0], now, depth=1)}
    advice = _("The worker takes them every five seconds: its journal says why it does not.")
    text = _("%(n)s, the oldest for %(time)s") % values
    return Finding(what, text, now - moments[0] < OLDEST_WAITING, advice)


def _digests() -> Finding:
    what, today = _("Last digests"), timezone.localdate()
    last = Digest.objects.order_by("-pk").values_list("local_date", flat=True).first()
    if last is None:
        return Finding(what, _("None yet"), True)
    wants_daily = Membership.objects.filter(digest=Membership.Frequency.DAILY).exists()
    oldest = timedelta(days=1) if wants_daily else OLDEST_WEEKLY
    advice = _("Does the worker run? Then `send_due` shows what is in the way.")
    return Finding(what, _on(last), today - last <= oldest, advice)


def _disks() -> Iterator[Finding]:
    """Look at the disks of the database, of uploads and of static files; they may be one."""
    seen = set()
    database = Path(settings.DATABASE_FOLDER)
    if not database.exists():
        yield Finding(
            _("Disk of %(what)s") % {"what": _("Database").lower()},
            _("Not on this machine: watch it where it is, or set DATABASE_FOLDER"),
            True,
        )
    for what, folder in (
        (_("Database"), database),
        (_("Uploads"), Path(settings.MEDIA_ROOT)),
        (_("Static files"), Path(settings.STATIC_ROOT)),
    ):
        place = _nearest(folder)
        if place.stat().st_dev in seen or (folder == database and place != database):
            continue
        seen.add(place.stat().st_dev)
        total, _used, free = shutil.disk_usage(place)
        used = round(100 * (total - free) / total)
        values = {"free": filesizeformat(free), "used": used}
        advice = _("Mostly the journal or old back-ups: make room before the database needs it.")
        text = _("%(free)s free, %(used)d %% used") % values
        yield Finding(_("Disk of %(what)s") % {"what": what.lower()}, text, used < FULL, advice)


def _pictures() -> Iterator[Finding]:
    most = settings.PICTURES_MB * 1_000_000
    stored, lost = stored_and_lost()
    used = round(100 * stored / most) if most else 100
    values = {"size": filesizeformat(stored), "most": filesizeformat(most), "used": used}
    text = _("%(size)s of %(most)s, %(used)d %% used") % values
    advice = _("At 100 per cent nobody can add pictures: raise PICTURES_MB if the disk has room.")
    yield Finding(_("Pictures"), text, used < FULL, advice)
    if lost:
        text = ngettext("%(n)d picture", "%(n)d pictures", lost) % {"n": lost}
        advice = _("Bring the folder of uploads back from a back-up: the posts still name them.")
        yield Finding(_("Pictures whose files are lost"), text, False, advice)


def _retention(now: datetime) -> Finding:
    """Look at the last nightly round that came to its end."""
    what = _("Deleting what is old")
    run = RetentionRun.objects.exclude(ended_at=None).order_by("-pk").first()
    if run is None:
        return Finding(what, _("Not yet: the first night is to come"), True)
    count = sum(run.counts.values())
    text = ngettext("%(day)s: %(n)d row deleted", "%(day)s: %(n)d rows deleted", count)
    text %= {"day": _on(timezone.localdate(run.started_at)), "n": count}
    if run.faults:
        return Finding(what, f"{text}. {run.faults}", False, _("The worker's journal says more."))
    advice = _("The worker does it each night: do worker and beat run?")
    return Finding(what, text, now - run.started_at < OLDEST_NIGHT, advice)


def _backup(now: datetime) -> Finding:
    what, advice = _("Last back-up"), _("The journal of townhall-backup says why there is none.")
    if settings.DEMONSTRATION:
        return Finding(what, _("A demonstration needs none"), True)
    last = Backup.objects.order_by("-made_at").first()
    if last is None:
        return Finding(what, _("There is none"), False, _("docs/deploy.md says how it is made."))
    size = filesizeformat(last.byte_count)
    values = {"time": timesince(last.made_at, now, depth=1), "size": size, "folder": last.folder}
    text = _("Made and checked %(time)s ago; %(size)s in %(folder)s") % values
    return Finding(what, text, now - last.made_at < OLDEST_BACKUP, advice)


def _release() -> Finding:
    versions = [f"Django {django.get_version()}", f"Python {platform.python_version()}"]
    return Finding(_("Release"), " · ".join([release(), *versions]), True)


def _migrations() -> Finding:
    loader = MigrationLoader(connection)
    known, applied = set(loader.disk_migrations), set(loader.applied_migrations)
    missing = sorted(".".join(key) for key in known - applied)
    rooms = {app for app, _name in known}
    strange = sorted(".".join(key) for key in applied - known if key[0] in rooms)
    replaced = {key for each in loader.disk_migrations.values() for key in each.replaces or ()}
    strange = [name for name in strange if tuple(name.split(".", 1)) not in replaced]
    texts = [
        *(_("not applied: %(name)s") % {"name": name} for name in missing[:5]),
        *(_("applied, but not in the code: %(name)s") % {"name": name} for name in strange[:5]),
    ]
    advice = _("Run `migrate` with the release that is installed, or install the newer release.")
    text = ", ".join(texts) or _("All %(n)d applied") % {"n": len(known)}
    return Finding(_("Tables of the database"), text, not texts, advice)


def _languages() -> Iterator[Finding]:
    for state in catalogue_states():
        values = {"n": state.messages, "unreviewed": state.unreviewed}
        text = _("%(n)d messages, %(unreviewed)d not yet read by a speaker") % values
        advice = _("Ask a speaker to read them in the catalogue and take the mark away.")
        yield Finding(state.name, text, not state.unreviewed, advice)


def _accessibility() -> Finding:
    what = _("Last test for accessibility")
    advice = _("Mend what it found, run the whole test again and publish what it finds.")
    try:
        results = read_results()
    except ValueError as error:
        return Finding(what, str(error), False, advice)
    if results is None:
        return Finding(what, _("No results are there"), False, advice)
    text = ngettext("%(day)s: %(n)d fault", "%(day)s: %(n)d faults", results.faults)
    text %= {"day": _on(results.tested_on), "n": results.faults}
    return Finding(what, text, not (results.faults or results.is_old), advice)


def _nearest(folder: Path) -> Path:
    """Return a folder, or the nearest one above it that is there."""
    return next(place for place in (folder, *folder.parents) if place.exists())


def _number(count: int) -> str:
    if count > MOST_COUNTED:
        return _("more than %(n)s") % {"n": f"{MOST_COUNTED:,}"}
    return str(count)


def _on(day: date) -> str:
    return date_format(day, "l j F Y")
