from django.contrib.auth.decorators import login_not_required
from django.urls import path

from discussions import views
from discussions.feeds import CommunityFeed, TagFeed, ThreadFeed

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
    path("communities/<slug:slug>/tags/", views.community_tags, name="community-tags"),
    path("discussions/<int:pk>/feed.atom", login_not_required(ThreadFeed()), name="thread-feed"),
    path("communities/<slug:slug>/acts/", views.act_list, name="act-list"),
    path("discussions/<int:pk>/", views.thread_detail, name="thread-redirect"),
    path("discussions/<int:pk>/reply/", views.post_create, name="post-create"),
    path("discussions/<int:pk>/people/", views.thread_people, name="thread-people"),
    path("discussions/<int:pk>/follow/", views.thread_follow, name="thread-follow"),
    path("discussions/<int:pk>/fresh/", views.thread_fresh, name="thread-fresh"),
    path("discussions/<int:pk>/<slug:slug>/", views.thread_detail, name="thread-detail"),
    # two parts after the number, so that no title of a thread makes the same address
    path("discussions/<int:pk>/outcome/write/", views.outcome_write, name="outcome-write"),
    path("posts/<int:pk>/", views.post_detail, name="post-detail"),
    path("posts/<int:pk>/thank/", views.post_thank, name="post-thank"),
    path("posts/<int:pk>/more/", views.post_more, name="post-more"),
    path("posts/<int:pk>/keep/", views.post_keep, name="post-keep"),
    path("posts/<int:pk>/words/", views.post_words, name="post-words"),
    path("posts/<int:pk>/edit/", views.post_edit, name="post-edit"),
    path("posts/<int:pk>/history/", views.post_history, name="post-history"),
    path("posts/<int:pk>/withdraw/", views.post_withdraw, name="post-withdraw"),
    path("tags/<str:slug>/", views.tag_detail, name="tag-detail"),
    path("tags/<str:slug>/feed.atom", login_not_required(TagFeed()), name="tag-feed"),
    path("people/<int:pk>/", views.person_detail, name="person-detail"),
    path("people/<int:pk>/ignore/", views.person_ignore, name="person-ignore"),
    path("mine/ignored/", views.ignored_list, name="ignored-list"),
    path("mine/drafts/<int:pk>/throw-away/", views.draft_throw_away, name="draft-throw-away"),
]
