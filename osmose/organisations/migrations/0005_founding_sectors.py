"""Units that exist already get sectors to begin with: their zones, then their boxes by five."""

from django.db import migrations

_EMERGENCY = "emergency"


def found(apps, schema_editor):  # noqa: ARG001 - Django's signature
    CareUnit = apps.get_model("organisations", "CareUnit")
    Sector = apps.get_model("organisations", "Sector")
    for unit in CareUnit.objects.filter(kind=_EMERGENCY, ended_on=None, sectors=None):
        places = list(unit.locations.filter(ended_at=None).order_by("order", "code"))
        zones, boxes = [p for p in places if not p.is_box], [p for p in places if p.is_box]
        ranges = [("Zones", zones)] if zones else []
        for some in (boxes[at : at + 5] for at in range(0, len(boxes), 5)):
            name = some[0].label if len(some) == 1 else f"{some[0].label} à {some[-1].label}"
            ranges.append((name[:40], some))
        for order, (name, locations) in enumerate(ranges):
            Sector.objects.create(care_unit=unit, name=name, order=order * 10).locations.set(locations)


class Migration(migrations.Migration):
    dependencies = [
        ("organisations", "0004_sectors"),
    ]

    operations = [
        migrations.RunPython(found, migrations.RunPython.noop, elidable=True),
    ]
