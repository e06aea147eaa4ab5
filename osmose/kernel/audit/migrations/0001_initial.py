"""The access journal, partitioned by month: the application may only add and read."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.functions.datetime
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

import osmose.kernel.base.ids
import osmose.kernel.base.sensitivity
import osmose.kernel.crypto.fields
import osmose.kernel.events.models

TABLE = """
CREATE TABLE audit_accessentry (
    id bigint GENERATED ALWAYS AS IDENTITY,
    uid uuid NOT NULL,
    xid bigint NOT NULL DEFAULT (pg_current_xact_id()::text::bigint),
    recorded_at timestamptz NOT NULL DEFAULT statement_timestamp(),
    actor_id uuid,
    actor_kind varchar(10) NOT NULL,
    role varchar(20) NOT NULL,
    unit_id uuid,
    verb varchar(10) NOT NULL,
    outcome varchar(10) NOT NULL,
    door varchar(80) NOT NULL,
    policy varchar(80) NOT NULL,
    subjects uuid[] NOT NULL,
    persons uuid[] NOT NULL,
    parent uuid,
    request_id uuid,
    address inet,
    workstation varchar(40) NOT NULL,
    data_key_id uuid,
    purpose bytea,
    PRIMARY KEY (id, recorded_at)
) PARTITION BY RANGE (recorded_at);
CREATE INDEX access_subjects ON audit_accessentry USING gin (subjects);
CREATE INDEX access_persons ON audit_accessentry USING gin (persons);
CREATE INDEX access_actor ON audit_accessentry (actor_id, recorded_at DESC);
CREATE INDEX access_uid ON audit_accessentry (uid);
CREATE INDEX access_parent ON audit_accessentry (parent);
CREATE TRIGGER stamp BEFORE INSERT ON audit_accessentry
    FOR EACH ROW EXECUTE FUNCTION osmose_stamp('audit_accessentry_id_seq');
SELECT osmose_ensure_partitions('audit_accessentry', 6);
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("db", "0001_initial"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(TABLE, "DROP TABLE audit_accessentry")],
            state_operations=[
                migrations.CreateModel(
                    name="AccessEntry",
                    fields=[
                        ("id", models.BigAutoField(primary_key=True, serialize=False)),
                        ("uid", models.UUIDField(default=osmose.kernel.base.ids.new_id, editable=False)),
                        (
                            "xid",
                            models.BigIntegerField(
                                db_default=osmose.kernel.events.models.TransactionId(), editable=False
                            ),
                        ),
                        ("recorded_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                        ("actor_id", models.UUIDField(null=True)),
                        ("actor_kind", models.CharField(max_length=10)),
                        ("role", models.CharField(blank=True, max_length=20)),
                        ("unit_id", models.UUIDField(null=True)),
                        (
                            "verb",
                            models.CharField(
                                choices=[
                                    ("read", "Consultation"),
                                    ("list", "Liste affichée"),
                                    ("search", "Recherche"),
                                    ("create", "Création"),
                                    ("change", "Modification"),
                                    ("delete", "Suppression"),
                                    ("print", "Impression"),
                                    ("export", "Export"),
                                    ("login", "Connexion"),
                                ],
                                max_length=10,
                            ),
                        ),
                        (
                            "outcome",
                            models.CharField(choices=[("allowed", "Autorisé"), ("refused", "Refusé")], max_length=10),
                        ),
                        ("door", models.CharField(max_length=80)),
                        ("policy", models.CharField(max_length=80)),
                        (
                            "subjects",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.UUIDField(), default=list, size=None
                            ),
                        ),
                        (
                            "persons",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.UUIDField(), default=list, size=None
                            ),
                        ),
                        ("parent", models.UUIDField(null=True)),
                        ("request_id", models.UUIDField(null=True)),
                        ("address", models.GenericIPAddressField(null=True)),
                        ("workstation", models.CharField(blank=True, max_length=40)),
                        ("data_key_id", models.UUIDField(null=True)),
                        (
                            "purpose",
                            osmose.kernel.crypto.fields.EncryptedText(
                                label="audit.accessentry.purpose",
                                null=True,
                                sensitivity=osmose.kernel.base.sensitivity.Sensitivity["CLINICAL"],
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            django.contrib.postgres.indexes.GinIndex(fields=["subjects"], name="access_subjects"),
                            django.contrib.postgres.indexes.GinIndex(fields=["persons"], name="access_persons"),
                            models.Index(fields=["actor_id", "-recorded_at"], name="access_actor"),
                            models.Index(fields=["uid"], name="access_uid"),
                            models.Index(fields=["parent"], name="access_parent"),
                        ],
                    },
                ),
            ],
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="accessentry",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="0c114a1282803c010fda1b82369468aad4c601cd",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_0d31e",
                    table="audit_accessentry",
                    when="BEFORE",
                ),
            ),
        ),
    ]
