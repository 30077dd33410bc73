from django.apps import AppConfig


class TownhallConfig(AppConfig):
    name = "townhall"

    def ready(self) -> None:
        from townhall import checks  # noqa: F401 (registers the checks)
