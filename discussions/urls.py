from django.contrib.auth.decorators import login_not_required
from django.urls import path

from discussions import views
from discussions.feeds import CommunityFeed

app_name = "discussions"
urlpatterns = [
    path("communities/<slug:slug>/", views.community_detail, name="community-detail"),
    path("communities/<slug:slug>/new/", views.thread_create, name="thread-create"),
    path("communities/<slug:slug>/people/", views.community_people, name="community-people"),
    path("communities/<slug:slug>/similar/", views.thread_similar, name="thread-similar"),
    path(
        "communities/<slug:slug>/feed.atom",
        login_not_required(CommunityFeed()),
        name="community-feed",
    ),
    path("discussions/<int:pk>/", views.thread_detail, name="thread-redirect"),
    path("discussions/<int:pk>/reply/", views.post_create, name="post-create"),
    path("discussions/<int:pk>/people/", views.thread_people, name="thread-people"),
    path("discussions/<int:pk>/follow/", views.thread_follow, name="thread-follow"),
    path("discussions/<int:pk>/<slug:slug>/", views.thread_detail, name="thread-detail"),
    path("posts/<int:pk>/", views.post_detail, name="post-detail"),
    path("posts/<int:pk>/thank/", views.post_thank, name="post-thank"),
    path("posts/<int:pk>/edit/", views.post_edit, name="post-edit"),
    path("posts/<int:pk>/history/", views.post_history, name="post-history"),
    path("posts/<int:pk>/withdraw/", views.post_withdraw, name="post-withdraw"),
    path("tags/<str:slug>/", views.tag_detail, name="tag-detail"),
    path("people/<int:pk>/", views.person_detail, name="person-detail"),
]
