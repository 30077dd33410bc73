from django.urls import path

from moderation import views

app_name = "moderation"

urlpatterns = [
    path("moderation/log/", views.log, name="log"),
    path("moderation/report/<int:pk>/", views.report_create, name="report-create"),
    path("moderation/report/<int:pk>/done/", views.report_done, name="report-done"),
    path("moderation/decisions/<int:pk>/", views.decision_detail, name="decision-detail"),
    path("moderation/appeal/<int:pk>/", views.appeal_create, name="appeal-create"),
]
