"""The checks of 0003 on the notes that existed: validated without locking the table."""

from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("handover", "0003_notes")]

    operations = [
        ValidateConstraint("handovernote", name=name)
        for name in ("note_kind", "note_stage", "note_answer", "note_category", "note_one_secret")
    ]
