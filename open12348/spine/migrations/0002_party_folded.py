from django.db import migrations, models


class Migration(migrations.Migration):
    """The conflict check asks for a name's hash beside number, phone and sound: without an index it reads all parties."""

    dependencies = [("spine", "0001_initial")]

    operations = [
        migrations.AddIndex(
            model_name="party",
            index=models.Index(
                condition=models.Q(("folded_hash", ""), _negated=True), fields=["folded_hash"], name="party_folded"
            ),
        ),
    ]
