from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class TownhallConfig(AppConfig):
    name = "townhall"

    def ready(self) -> None:
        from townhall import checks  # noqa: F401 (registers the checks)


class DeskConfig(AdminConfig):
    default_site = "townhall.desk.DeskSite"
