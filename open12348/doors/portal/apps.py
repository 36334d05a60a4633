from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "open12348.doors.portal"
    label = "portal"
