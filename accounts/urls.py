from django.urls import path

from accounts import views

app_name = "accounts"

urlpatterns = [
    path("accounts/email/stop/<str:token>/", views.address_change_stop, name="address-change-stop"),
    path("accounts/sent/", views.sent_again, name="sent-again"),
    path("accounts/profile/", views.profile_edit, name="profile-edit"),
    path("accounts/sign-in-link/", views.sign_in_link_ask, name="sign-in-link-ask"),
    path("accounts/sign-in-link/sent/", views.sign_in_link_sent, name="sign-in-link-sent"),
    path("accounts/sign-in-link/<str:key>/", views.sign_in_link, name="sign-in-link"),
]
