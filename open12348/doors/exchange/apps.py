from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    name = "open12348.doors.exchange"
    label = "exchange"
