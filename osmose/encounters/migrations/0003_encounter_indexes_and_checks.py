"""Indexes and checks of a table that may be large: built beside the traffic, validated without locking it."""

from django.contrib.postgres.operations import (
    AddConstraintNotValid,
    AddIndexConcurrently,
    RemoveIndexConcurrently,
    ValidateConstraint,
)
from django.db import migrations, models
from django.db.models import Q

DESTINATIONS = ["1", "2", "3", "4", "6", "7"]
ORIENTATIONS = ["HDT", "HO", "SC", "SI", "REA", "UHCD", "MED", "CHIR", "OBST", "FUGUE", "SCAM", "PSA", "REO"]
CHECKS = {
    "encounter_destination": Q(destination="") | Q(destination__in=DESTINATIONS),
    "encounter_orientation": Q(orientation="") | Q(orientation__in=ORIENTATIONS),
    "encounter_arrival_mode": Q(arrival_mode__regex="^[a-z][a-z0-9-]{0,19}$"),
}


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("encounters", "0002_tracking_and_reference_data")]

    operations = [
        RemoveIndexConcurrently(model_name="encounter", name="encounter_by_patient"),
        AddIndexConcurrently(
            model_name="encounter",
            index=models.Index(fields=["patient", "-arrived_at"], name="encounter_by_patient"),
        ),
        AddIndexConcurrently(
            model_name="encounter",
            index=models.Index(
                fields=["-closed_at", "-id"], condition=Q(status="cloturee"), name="encounter_by_closure"
            ),
        ),
        *(
            AddConstraintNotValid("encounter", models.CheckConstraint(condition=condition, name=name))
            for name, condition in CHECKS.items()
        ),
        *(ValidateConstraint("encounter", name=name) for name in CHECKS),
    ]
