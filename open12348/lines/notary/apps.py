from django.apps import AppConfig


class NotaryConfig(AppConfig):
    name = "open12348.lines.notary"
    label = "notary"
