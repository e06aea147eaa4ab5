"""Live displays that go on; a column without a default on the journal: nothing is rewritten, whatever its size."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="OpenDisplay",
            fields=[
                ("uid", models.UUIDField(primary_key=True, serialize=False)),
                ("process", models.UUIDField()),
                ("seen_at", models.DateTimeField()),
            ],
        ),
        migrations.AddField(
            model_name="accessentry",
            name="known_until",
            field=models.DateTimeField(null=True),
        ),
    ]
