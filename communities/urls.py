from django.urls import path

from communities import views

app_name = "communities"
urlpatterns = [
    path("communities/", views.community_list, name="community-list"),
    path("communities/propose/", views.proposal_create, name="proposal-create"),
    path("communities/proposals/", views.proposal_list, name="proposal-list"),
    path("communities/<slug:slug>/join/", views.community_join, name="community-join"),
    path("communities/<slug:slug>/leave/", views.community_leave, name="community-leave"),
    path("communities/<slug:slug>/order/", views.community_order, name="community-order"),
    path("communities/<slug:slug>/rules/", views.rules_accept, name="rules-accept"),
]
