from django.apps import AppConfig


class LawyersConfig(AppConfig):
    name = "open12348.lines.lawyers"
    label = "lawyers"
