from django.apps import AppConfig


class GrassrootsConfig(AppConfig):
    name = "open12348.lines.grassroots"
    label = "grassroots"
