"""Every address of the site; what is asked for most is found first."""

from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path

from accounts.views import address_confirm
from discussions import views as discussions
from townhall import health, installing, mine, sitemaps, views

handler400 = "townhall.failures.bad_request"
handler500 = "townhall.failures.server_error"

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("admin/", admin.site.urls),
]

# Every page also exists under /cy/.
urlpatterns += i18n_patterns(
    path("", views.home, name="home"),
    path("places/", views.place_list, name="place-list"),
    path("places/<str:code>/", views.place_detail, name="place-detail"),
    path("mine/", mine.mine, name="mine"),
    path("search/", views.search, name="search"),
    path("", include("accounts.urls")),
    # Before the library's own route of this name, which it stands around.
    path("accounts/confirm-email/<str:key>/", address_confirm, name="account_confirm_email"),
    path("accounts/", include("allauth.account.urls")),
    path("", include("communities.urls")),
    path("", include("discussions.urls")),
    path("", include("councillors.urls")),
    path("", include("questions.urls")),
    path("councillors/<slug:slug>/", views.councillor_detail, name="councillor-detail"),
    path("", include("moderation.urls")),
    path("", include("notifications.urls")),
    path("", include("records.urls")),
    path("about/", include("townhall.about.urls")),
    path("manifest.webmanifest", installing.manifest, name="manifest"),
    path("offline/", installing.offline, name="offline"),
    path("", include("townhall.mailbox")),
    prefix_default_language=False,
)

urlpatterns += [
    path("places/map.svg", views.places_map, name="places-map"),
    path("images/<uuid:pk>/", discussions.image, name="image"),
    path("images/<uuid:pk>/small/", discussions.image_small, name="image-small"),
    path("theme/<str:name>", views.theme_file, name="theme-file"),
    path("robots.txt", sitemaps.robots, name="robots"),
    path("sitemap.xml", sitemaps.sitemap, name="sitemap"),
    path("sitemaps/<slug:name>-<int:part>.xml", sitemaps.sitemap_part, name="sitemap-part"),
    path("sw.js", installing.worker, name="worker"),
]
