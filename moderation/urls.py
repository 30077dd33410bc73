from django.urls import path

from moderation import views

app_name = "moderation"

urlpatterns = [
    path("communities/<slug:slug>/desk/", views.desk, name="desk"),
    path("communities/<slug:slug>/desk/held/<int:pk>/", views.desk_held, name="desk-held"),
    path("communities/<slug:slug>/desk/welcome/<int:pk>/", views.desk_welcome, name="desk-welcome"),
    path("communities/<slug:slug>/desk/threads/<int:pk>/", views.desk_thread, name="desk-thread"),
    path("communities/<slug:slug>/desk/<slug:what>/", views.desk_settings, name="desk-settings"),
    path("moderation/log/", views.log, name="log"),
    path("moderation/report/<int:pk>/", views.report_create, name="report-create"),
    path("moderation/report/<int:pk>/done/", views.report_done, name="report-done"),
    path("moderation/decisions/<int:pk>/", views.decision_detail, name="decision-detail"),
    path("moderation/appeal/<int:pk>/", views.appeal_create, name="appeal-create"),
]
