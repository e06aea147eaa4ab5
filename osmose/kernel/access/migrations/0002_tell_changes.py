"""A grant given, ended or changed is told to the live screens: the id of its subject, and nothing else."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0001_initial"),
    ]

    operations = [
        pgtrigger.migrations.AddTrigger(
            model_name="grant",
            trigger=pgtrigger.compiler.Trigger(
                name="tell_added",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n        IF (SELECT count(*) FROM changed) > 200 THEN\n            PERFORM pg_notify('osmose_flux', 'access:00000000-0000-0000-0000-000000000000');\n        ELSE\n            PERFORM pg_notify('osmose_flux', 'access:' || told.id) FROM (SELECT DISTINCT subject_id AS id FROM changed) told;\n        END IF;\n        RETURN NULL;\n    ",
                    hash="d3f3c56c51b79cfbe81e7d037df3b7838c00b74a",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_tell_added_9a5c0",
                    referencing="REFERENCING NEW TABLE AS changed ",
                    table="access_grant",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="grant",
            trigger=pgtrigger.compiler.Trigger(
                name="tell_changed",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n        IF (SELECT count(*) FROM changed) > 200 THEN\n            PERFORM pg_notify('osmose_flux', 'access:00000000-0000-0000-0000-000000000000');\n        ELSE\n            PERFORM pg_notify('osmose_flux', 'access:' || told.id) FROM (SELECT DISTINCT subject_id AS id FROM changed) told;\n        END IF;\n        RETURN NULL;\n    ",
                    hash="ae99cbe7177b4938307aeeb2f06f1fe292685973",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_tell_changed_bfbdf",
                    referencing="REFERENCING NEW TABLE AS changed ",
                    table="access_grant",
                    when="AFTER",
                ),
            ),
        ),
    ]
