from importlib import import_module

from django.apps import AppConfig
from django.conf import settings
from django.utils.module_loading import module_has_submodule


class SpineConfig(AppConfig):
    name = "open12348.spine"
    label = "spine"

    def ready(self) -> None:
        """Let every line and ledger declare itself, then refuse to start when a declaration contradicts itself."""
        from . import catalogue

        for line in settings.LINES:
            import_module(f"{line}.line")
        catalogue.check()
        for room in [*settings.LINES, *settings.LEDGERS]:
            if module_has_submodule(import_module(room), "benches"):
                import_module(f"{room}.benches")
