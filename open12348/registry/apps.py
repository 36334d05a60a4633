from django.apps import AppConfig


class RegistryConfig(AppConfig):
    name = "open12348.registry"
    label = "registry"
