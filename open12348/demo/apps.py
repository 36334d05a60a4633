from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "open12348.demo"
    label = "demo"
