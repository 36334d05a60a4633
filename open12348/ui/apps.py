from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "open12348.ui"
    label = "ui"
