from django.urls import path

from accounts import views

app_name = "accounts"

urlpatterns = [
    path("accounts/email/stop/<str:token>/", views.address_change_stop, name="address-change-stop"),
    path("accounts/profile/", views.profile_edit, name="profile-edit"),
]
