"""How forms look: one renderer for every form of the house."""

from django.forms.renderers import TemplatesSetting


class Renderer(TemplatesSetting):
    """Our field and form templates instead of Django's."""

    form_template_name = "ui/form/form.html"
    field_template_name = "ui/form/field.html"
