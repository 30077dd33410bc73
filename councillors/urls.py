from django.urls import path

from councillors import views

app_name = "councillors"
urlpatterns = [path("councillors/", views.councillor_list, name="councillor-list")]
