from django.apps import AppConfig


class LegalAidConfig(AppConfig):
    name = "open12348.lines.legal_aid"
    label = "legal_aid"
