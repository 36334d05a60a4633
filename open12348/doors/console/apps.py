from django.apps import AppConfig


class ConsoleConfig(AppConfig):
    name = "open12348.doors.console"
    label = "console"
