from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "open12348.ui"
    label = "ui"

    def ready(self) -> None:
        """Let every form of the house ask kindly for what is missing; a form may still say it better."""
        from django import forms
        from django.utils.translation import gettext_lazy as _

        for field, words in (
            (forms.Field, _("请填写这一项。")),
            (forms.ChoiceField, _("请选一项。")),
            (forms.BooleanField, _("要先勾选这一项，才能继续。")),
            (forms.FileField, _("请选择文件。")),
        ):
            field.default_error_messages = {**field.__dict__.get("default_error_messages", {}), "required": words}
