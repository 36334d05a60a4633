from django.apps import AppConfig


class QualityConfig(AppConfig):
    name = "open12348.ledgers.quality"
    label = "quality"
