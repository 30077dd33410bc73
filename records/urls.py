from django.urls import path

from records import views

app_name = "records"

urlpatterns = [
    path("mine/data/", views.data, name="data"),
    path("mine/data/download/", views.data_download, name="data-download"),
    path("mine/close/", views.account_close, name="account-close"),
]
