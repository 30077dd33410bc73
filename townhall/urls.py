"""Every address of the site."""

from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path

from townhall import health, installing, sitemaps, views
from townhall.about import views as about

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("places/map.svg", views.places_map, name="places-map"),
    path("theme/<str:name>", views.theme_file, name="theme-file"),
    path("robots.txt", sitemaps.robots, name="robots"),
    path("sitemap.xml", sitemaps.sitemap, name="sitemap"),
    path("sitemaps/<slug:name>-<int:part>.xml", sitemaps.sitemap_part, name="sitemap-part"),
    path("sw.js", installing.worker, name="worker"),
    path("admin/", admin.site.urls),
]

# Every page also exists under /cy/.
urlpatterns += i18n_patterns(
    path("", views.home, name="home"),
    path("places/", views.place_list, name="place-list"),
    path("places/<str:code>/", views.place_detail, name="place-detail"),
    path("mine/", views.mine, name="mine"),
    path("search/", views.search, name="search"),
    path("about/", about.this, name="about"),
    path("about/rules/", about.rules, name="about-rules"),
    path("about/moderation/", about.moderation, name="about-moderation"),
    path("about/promises/", about.promises, name="about-promises"),
    path("about/councillors/", about.councillors, name="about-councillors"),
    path("about/ambassadors/", about.ambassadors, name="about-ambassadors"),
    path("about/pictures/", about.pictures, name="about-pictures"),
    path("about/privacy/", about.privacy, name="about-privacy"),
    path("about/cookies/", about.cookies_used, name="about-cookies"),
    path("about/accessibility/", about.accessibility, name="about-accessibility"),
    path("about/barrier/", about.barrier, name="about-barrier"),
    path("about/design/", views.about_design, name="about-design"),
    path("about/barrier/done/", about.barrier_done, name="about-barrier-done"),
    path("manifest.webmanifest", installing.manifest, name="manifest"),
    path("offline/", installing.offline, name="offline"),
    path("", include("accounts.urls")),
    path("accounts/", include("allauth.account.urls")),
    path("", include("communities.urls")),
    path("", include("discussions.urls")),
    path("", include("councillors.urls")),
    path("", include("questions.urls")),
    path("councillors/<slug:slug>/", views.councillor_detail, name="councillor-detail"),
    path("", include("moderation.urls")),
    path("", include("notifications.urls")),
    path("", include("records.urls")),
    path("", include("townhall.mailbox")),
    prefix_default_language=False,
)
