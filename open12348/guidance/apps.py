from django.apps import AppConfig


class GuidanceConfig(AppConfig):
    name = "open12348.guidance"
    label = "guidance"
