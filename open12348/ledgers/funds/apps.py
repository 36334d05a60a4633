from django.apps import AppConfig


class FundsConfig(AppConfig):
    name = "open12348.ledgers.funds"
    label = "funds"
