from django.apps import AppConfig


class GeneralConfig(AppConfig):
    name = "open12348.lines.general"
    label = "general"
