"""One page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from bench.floor.models import Thread


def thread_list(request: HttpRequest) -> HttpResponse:
    threads = Thread.objects.filter(community_id=1, status="published")
    rows = threads.order_by("-last_post_at", "-id").values(
        "id", "title", "post_count", "last_post_at"
    )
    return render(request, "threads.html", {"threads": rows[:20]})


urlpatterns = [path("", thread_list)]
