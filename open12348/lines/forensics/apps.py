from django.apps import AppConfig


class ForensicsConfig(AppConfig):
    name = "open12348.lines.forensics"
    label = "forensics"
