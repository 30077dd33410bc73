from django.apps import AppConfig


class CouncillorsConfig(AppConfig):
    name = "councillors"
    default_auto_field = "django.db.models.BigAutoField"
