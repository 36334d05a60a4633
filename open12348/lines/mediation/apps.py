from django.apps import AppConfig


class MediationConfig(AppConfig):
    name = "open12348.lines.mediation"
    label = "mediation"
