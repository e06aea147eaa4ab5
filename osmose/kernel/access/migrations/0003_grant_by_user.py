"""The few grants that name one person are found without reading the others; laid without holding writers up."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("access", "0002_tell_changes"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="grant",
            index=models.Index(
                condition=models.Q(("user_id__isnull", False)), fields=["user_id"], name="grant_by_user"
            ),
        ),
    ]
