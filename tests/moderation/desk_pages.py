"""The pages of the ambassadors' desk, and the rows that what is done there leaves."""

from typing import Any

from django.urls import reverse

from communities.models import Community
from discussions.models import Act, Thread
from tests.factories import make_user


def desk_of(community: Community) -> str:
    return reverse("moderation:desk", args=[community.slug])


def thread_desk(thread: Thread) -> str:
    return reverse("moderation:desk-thread", args=[thread.community.slug, thread.pk])


def page(client: Any, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def acts() -> list[tuple[str, str]]:
    reader = make_user(is_staff=True, is_superuser=True)
    return [(act.kind, act.words) for act in Act.objects.for_list(reader).order_by("pk")]
