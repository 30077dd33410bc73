"""Is the process up, and does everything it needs work?"""

import logging

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, InterfaceError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe
from redis.exceptions import RedisError

from townhall.database.limits import answered_within
from townhall.failures import first_line
from townhall.pulse import has_pulse

logger = logging.getLogger(__name__)
# Seconds; with what Redis may take (the cache "health") all is said within one.
DATABASE_ANSWERS_WITHIN = 0.4


@login_not_required
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"process": "up"})


@login_not_required
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    findings = {"database": _database_answers(), "worker": _worker_is_alive()}
    return JsonResponse(findings, status=200 if all(findings.values()) else 503)


def _database_answers() -> bool:
    try:
        with answered_within(DATABASE_ANSWERS_WITHIN), connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except (DatabaseError, InterfaceError) as error:
        logger.error("The database does not answer: %s", first_line(error))
        return False
    return True


def _worker_is_alive() -> bool:
    """Say whether beat, broker and a worker have done something together lately."""
    try:
        return has_pulse()
    except RedisError as error:
        logger.error("Redis does not answer: %s", first_line(error))
        return False
