from django.apps import AppConfig


class KernelConfig(AppConfig):
    name = "open12348.kernel"
    label = "kernel"
