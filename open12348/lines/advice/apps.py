from django.apps import AppConfig


class AdviceConfig(AppConfig):
    name = "open12348.lines.advice"
    label = "advice"
