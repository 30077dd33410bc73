from django.urls import path

from townhall.about import views

urlpatterns = [
    path("", views.this, name="about"),
    path("rules/", views.rules, name="about-rules"),
    path("moderation/", views.moderation, name="about-moderation"),
    path("promises/", views.promises, name="about-promises"),
    path("councillors/", views.councillors, name="about-councillors"),
    path("ambassadors/", views.ambassadors, name="about-ambassadors"),
    path("pictures/", views.pictures, name="about-pictures"),
    path("privacy/", views.privacy, name="about-privacy"),
    path("cookies/", views.cookies_used, name="about-cookies"),
    path("accessibility/", views.accessibility, name="about-accessibility"),
    path("barrier/", views.barrier, name="about-barrier"),
    path("barrier/done/", views.barrier_done, name="about-barrier-done"),
    path("design/", views.design, name="about-design"),
]
