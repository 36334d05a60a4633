from importlib import import_module

from django.apps import AppConfig
from django.conf import settings


class SpineConfig(AppConfig):
    name = "open12348.spine"
    label = "spine"

    def ready(self) -> None:
        """Let every line declare itself, then refuse to start when a declaration contradicts itself."""
        from . import catalogue

        for line in settings.LINES:
            import_module(f"{line}.line")
        catalogue.check()
