from django.contrib.auth.decorators import login_not_required
from django.urls import path

from questions import views
from questions.feeds import CouncillorFeed

app_name = "questions"
urlpatterns = [
    path("councillors/<slug:slug>/ask/", views.question_ask, name="question-ask"),
    path(
        "councillors/<slug:slug>/questions.atom",
        login_not_required(CouncillorFeed()),
        name="councillor-feed",
    ),
    path("questions/", views.question_list, name="question-list"),
    path("questions/sent/<int:pk>/", views.question_receipt, name="question-receipt"),
    path("questions/<int:thread_id>/want/", views.question_want, name="question-want"),
    path(
        "questions/<int:thread_id>/acknowledge/",
        views.question_acknowledge,
        name="question-acknowledge",
    ),
    path("questions/<int:thread_id>/people/", views.question_people, name="question-people"),
    path("questions/<int:thread_id>/answer/", views.question_answer, name="question-answer"),
    path("questions/<int:thread_id>/<slug:slug>/", views.question_detail, name="question-detail"),
]
