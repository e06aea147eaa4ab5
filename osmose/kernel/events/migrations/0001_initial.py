"""The timeline, partitioned by month: `id` is always given by the database, the application may only add and read."""

import django.contrib.postgres.fields
import django.db.models.functions.datetime
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

import osmose.kernel.base.ids
import osmose.kernel.base.sensitivity
import osmose.kernel.crypto.fields
import osmose.kernel.events.models

TABLE = """
CREATE TABLE events_event (
    id bigint GENERATED ALWAYS AS IDENTITY,
    uid uuid NOT NULL,
    xid bigint NOT NULL DEFAULT (pg_current_xact_id()::text::bigint),
    kind varchar(80) NOT NULL,
    subject_id uuid,
    person_id uuid,
    actor_id uuid NOT NULL,
    unit_id uuid,
    changed varchar(60)[] NOT NULL,
    occurred_at timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT statement_timestamp(),
    undoes uuid,
    data_key_id uuid NOT NULL,
    payload bytea NOT NULL,
    PRIMARY KEY (id, recorded_at)
) PARTITION BY RANGE (recorded_at);
CREATE INDEX event_timeline ON events_event (subject_id, occurred_at DESC, id DESC);
CREATE INDEX event_uid ON events_event (uid);
CREATE INDEX event_kind ON events_event (kind, occurred_at);
CREATE TRIGGER stamp BEFORE INSERT ON events_event
    FOR EACH ROW EXECUTE FUNCTION osmose_stamp('events_event_id_seq');
SELECT osmose_ensure_partitions('events_event', 6);
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("db", "0001_initial"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(TABLE, "DROP TABLE events_event")],
            state_operations=[
                migrations.CreateModel(
                    name="Event",
                    fields=[
                        ("id", models.BigAutoField(primary_key=True, serialize=False)),
                        ("uid", models.UUIDField(default=osmose.kernel.base.ids.new_id, editable=False)),
                        (
                            "xid",
                            models.BigIntegerField(
                                db_default=osmose.kernel.events.models.TransactionId(), editable=False
                            ),
                        ),
                        ("kind", models.CharField(max_length=80)),
                        ("subject_id", models.UUIDField(null=True)),
                        ("person_id", models.UUIDField(null=True)),
                        ("actor_id", models.UUIDField()),
                        ("unit_id", models.UUIDField(null=True)),
                        (
                            "changed",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=60), default=list, size=None
                            ),
                        ),
                        ("occurred_at", models.DateTimeField()),
                        ("recorded_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                        ("undoes", models.UUIDField(null=True)),
                        ("data_key_id", models.UUIDField()),
                        (
                            "payload",
                            osmose.kernel.crypto.fields.EncryptedJSON(
                                label="events.event.payload",
                                sensitivity=osmose.kernel.base.sensitivity.Sensitivity["CLINICAL"],
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["subject_id", "-occurred_at", "-id"], name="event_timeline"),
                            models.Index(fields=["uid"], name="event_uid"),
                            models.Index(fields=["kind", "occurred_at"], name="event_kind"),
                        ],
                    },
                ),
            ],
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="event",
            trigger=pgtrigger.compiler.Trigger(
                name="require_actor",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n            IF nullif(current_setting('osmose.actor', true), '') IS NULL THEN\n                RAISE EXCEPTION 'osmose: no actor declared for a write on %', TG_TABLE_NAME USING ERRCODE = '42501';\n            END IF;\n            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;\n            RETURN NEW;\n        ",
                    hash="216c9d56c11d3115ebe4c74beecf3b7d7a85c616",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_require_actor_a97d5",
                    table="events_event",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="event",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="4b1eecde6236a8a8cd8d356baf3b85df512e684a",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_affb7",
                    table="events_event",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="event",
            trigger=pgtrigger.compiler.Trigger(
                name="notify",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="PERFORM pg_notify('osmose_events', NEW.id::text); RETURN NULL;",
                    hash="739d9ac1fd224b1576a73dc0226b8eee9ebaff11",
                    operation="INSERT",
                    pgid="pgtrigger_notify_8c41b",
                    table="events_event",
                    when="AFTER",
                ),
            ),
        ),
    ]
