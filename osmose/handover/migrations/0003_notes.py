"""Structured notes, their recipients, and what units prepare for them; checks of old rows come in 0004."""

import django.db.models.deletion
import pghistory.utils
import pgtrigger.compiler
import pgtrigger.migrations
from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models

import osmose.kernel.base.ids
import osmose.kernel.base.sensitivity
import osmose.kernel.crypto.fields


class Migration(migrations.Migration):
    dependencies = [
        ("crypto", "0001_initial"),
        ("encounters", "0010_expected"),
        ("handover", "0002_confidential_unit"),
        ("organisations", "0005_founding_sectors"),
    ]

    operations = [
        migrations.CreateModel(
            name="Focus",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=osmose.kernel.base.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("label", models.CharField(max_length=80, verbose_name="cible")),
                ("order", models.PositiveSmallIntegerField(default=0, verbose_name="ordre")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="retirée le")),
            ],
            options={
                "verbose_name": "cible",
                "verbose_name_plural": "cibles",
                "ordering": ["order", "label"],
            },
        ),
        migrations.CreateModel(
            name="NoteRecipient",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=osmose.kernel.base.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("user_id", models.UUIDField(null=True)),
                (
                    "words",
                    osmose.kernel.crypto.fields.EncryptedText(
                        label="handover.noterecipient.words",
                        sensitivity=osmose.kernel.base.sensitivity.Sensitivity["OPERATIONAL"],
                    ),
                ),
            ],
            options={
                "verbose_name": "destinataire",
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="NoteRecipientHistory",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("pgh_context_id", models.UUIDField(null=True)),
                ("id", models.UUIDField(default=osmose.kernel.base.ids.new_id, editable=False, serialize=False)),
                ("user_id", models.UUIDField(null=True)),
                (
                    "words",
                    osmose.kernel.crypto.fields.EncryptedText(
                        label="handover.noterecipient.words",
                        sensitivity=osmose.kernel.base.sensitivity.Sensitivity["OPERATIONAL"],
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Phrase",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=osmose.kernel.base.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("label", models.CharField(max_length=40, verbose_name="nom court")),
                ("text", models.CharField(max_length=500, verbose_name="phrase")),
                ("order", models.PositiveSmallIntegerField(default=0, verbose_name="ordre")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="retirée le")),
            ],
            options={
                "verbose_name": "phrase",
                "verbose_name_plural": "phrases",
                "ordering": ["order", "label"],
            },
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="handovernote",
            name="insert_insert",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="handovernote",
            name="update_update",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="handovernote",
            name="delete_delete",
        ),
        migrations.AddField(
            model_name="handovernote",
            name="answer_by",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="handovernote",
            name="confidential_category",
            field=models.CharField(blank=True, db_default="", default="", max_length=12),
        ),
        migrations.AddField(
            model_name="handovernote",
            name="focus",
            field=osmose.kernel.crypto.fields.EncryptedText(
                label="handover.handovernote.focus",
                null=True,
                sensitivity=osmose.kernel.base.sensitivity.Sensitivity["CLINICAL"],
            ),
        ),
        migrations.AddField(
            model_name="handovernote",
            name="is_urgent",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name="handovernote",
            name="parts",
            field=osmose.kernel.crypto.fields.EncryptedJSON(
                label="handover.handovernote.parts",
                null=True,
                sensitivity=osmose.kernel.base.sensitivity.Sensitivity["CLINICAL"],
            ),
        ),
        migrations.AddField(
            model_name="handovernote",
            name="stage",
            field=models.CharField(
                blank=True,
                choices=[
                    ("entry", "Macrocible d’entrée"),
                    ("interim", "Macrocible intermédiaire"),
                    ("exit", "Macrocible de sortie"),
                ],
                db_default="",
                default="",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="handovernote",
            name="third_party",
            field=osmose.kernel.crypto.fields.EncryptedText(
                label="handover.handovernote.third_party",
                null=True,
                sensitivity=osmose.kernel.base.sensitivity.Sensitivity["CLINICAL"],
            ),
        ),
        migrations.AddField(
            model_name="handovernotehistory",
            name="answer_by",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="handovernotehistory",
            name="confidential_category",
            field=models.CharField(blank=True, db_default="", default="", max_length=12),
        ),
        migrations.AddField(
            model_name="handovernotehistory",
            name="focus",
            field=osmose.kernel.crypto.fields.EncryptedText(
                label="handover.handovernote.focus",
                null=True,
                sensitivity=osmose.kernel.base.sensitivity.Sensitivity["CLINICAL"],
            ),
        ),
        migrations.AddField(
            model_name="handovernotehistory",
            name="is_urgent",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name="handovernotehistory",
            name="parts",
            field=osmose.kernel.crypto.fields.EncryptedJSON(
                label="handover.handovernote.parts",
                null=True,
                sensitivity=osmose.kernel.base.sensitivity.Sensitivity["CLINICAL"],
            ),
        ),
        migrations.AddField(
            model_name="handovernotehistory",
            name="stage",
            field=models.CharField(
                blank=True,
                choices=[
                    ("entry", "Macrocible d’entrée"),
                    ("interim", "Macrocible intermédiaire"),
                    ("exit", "Macrocible de sortie"),
                ],
                db_default="",
                default="",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="handovernotehistory",
            name="third_party",
            field=osmose.kernel.crypto.fields.EncryptedText(
                label="handover.handovernote.third_party",
                null=True,
                sensitivity=osmose.kernel.base.sensitivity.Sensitivity["CLINICAL"],
            ),
        ),
        migrations.AlterField(
            model_name="handovernote",
            name="kind",
            field=models.CharField(
                choices=[
                    ("plain", "Libre"),
                    ("focus", "Transmission ciblée"),
                    ("saed", "SAED"),
                    ("macro", "Macrocible"),
                ],
                default="plain",
                max_length=10,
            ),
        ),
        migrations.AlterField(
            model_name="handovernotehistory",
            name="kind",
            field=models.CharField(
                choices=[
                    ("plain", "Libre"),
                    ("focus", "Transmission ciblée"),
                    ("saed", "SAED"),
                    ("macro", "Macrocible"),
                ],
                default="plain",
                max_length=10,
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="handovernote",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "handover_handovernotehistory" ("answer_by", "author_id", "author_words", "care_unit_id", "confidential_category", "confidential_unit_id", "data_key_id", "encounter_id", "focus", "id", "is_urgent", "kind", "occurred_at", "parts", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "recorded_at", "stage", "text", "third_party") VALUES (NEW."answer_by", NEW."author_id", NEW."author_words", NEW."care_unit_id", NEW."confidential_category", NEW."confidential_unit_id", NEW."data_key_id", NEW."encounter_id", NEW."focus", NEW."id", NEW."is_urgent", NEW."kind", NEW."occurred_at", NEW."parts", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."recorded_at", NEW."stage", NEW."text", NEW."third_party"); RETURN NULL;',
                    hash="0f70264ec2ff4ee4c1d00c30b64e53eca390c6b7",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_f1e79",
                    table="handover_handovernote",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="handovernote",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "handover_handovernotehistory" ("answer_by", "author_id", "author_words", "care_unit_id", "confidential_category", "confidential_unit_id", "data_key_id", "encounter_id", "focus", "id", "is_urgent", "kind", "occurred_at", "parts", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "recorded_at", "stage", "text", "third_party") VALUES (NEW."answer_by", NEW."author_id", NEW."author_words", NEW."care_unit_id", NEW."confidential_category", NEW."confidential_unit_id", NEW."data_key_id", NEW."encounter_id", NEW."focus", NEW."id", NEW."is_urgent", NEW."kind", NEW."occurred_at", NEW."parts", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."recorded_at", NEW."stage", NEW."text", NEW."third_party"); RETURN NULL;',
                    hash="ffad33f0f4e83696aaadb13a70ffcc746532ba87",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_65701",
                    table="handover_handovernote",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="handovernote",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "handover_handovernotehistory" ("answer_by", "author_id", "author_words", "care_unit_id", "confidential_category", "confidential_unit_id", "data_key_id", "encounter_id", "focus", "id", "is_urgent", "kind", "occurred_at", "parts", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "recorded_at", "stage", "text", "third_party") VALUES (OLD."answer_by", OLD."author_id", OLD."author_words", OLD."care_unit_id", OLD."confidential_category", OLD."confidential_unit_id", OLD."data_key_id", OLD."encounter_id", OLD."focus", OLD."id", OLD."is_urgent", OLD."kind", OLD."occurred_at", OLD."parts", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id", OLD."recorded_at", OLD."stage", OLD."text", OLD."third_party"); RETURN NULL;',
                    hash="48fbf8a96bae744ad07d9d750d3de2695bccdd4d",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_6cced",
                    table="handover_handovernote",
                    when="AFTER",
                ),
            ),
        ),
        AddConstraintNotValid(
            model_name="handovernote",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["plain", "focus", "saed", "macro"])), name="note_kind"
            ),
        ),
        AddConstraintNotValid(
            model_name="handovernote",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "macro"), ("stage__in", ["entry", "interim", "exit"])),
                    models.Q(models.Q(("kind", "macro"), _negated=True), ("stage", "")),
                    _connector="OR",
                ),
                name="note_stage",
            ),
        ),
        AddConstraintNotValid(
            model_name="handovernote",
            constraint=models.CheckConstraint(
                condition=models.Q(("answer_by", None), ("kind", "saed"), _connector="OR"), name="note_answer"
            ),
        ),
        AddConstraintNotValid(
            model_name="handovernote",
            constraint=models.CheckConstraint(
                condition=models.Q(("confidential_category__in", ["", "medical", "nursing", "psychology", "social"])),
                name="note_category",
            ),
        ),
        AddConstraintNotValid(
            model_name="handovernote",
            constraint=models.CheckConstraint(
                condition=models.Q(("confidential_unit", None), ("confidential_category", ""), _connector="OR"),
                name="note_one_secret",
            ),
        ),
        migrations.AddField(
            model_name="focus",
            name="care_unit",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="focuses",
                to="organisations.careunit",
                verbose_name="unité",
            ),
        ),
        migrations.AddField(
            model_name="noterecipient",
            name="care_unit",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organisations.careunit"
            ),
        ),
        migrations.AddField(
            model_name="noterecipient",
            name="data_key",
            field=models.ForeignKey(
                editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="crypto.datakey"
            ),
        ),
        migrations.AddField(
            model_name="noterecipient",
            name="note",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="recipients", to="handover.handovernote"
            ),
        ),
        migrations.AddField(
            model_name="noterecipienthistory",
            name="care_unit",
            field=models.ForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="organisations.careunit",
            ),
        ),
        migrations.AddField(
            model_name="noterecipienthistory",
            name="data_key",
            field=models.ForeignKey(
                db_constraint=False,
                editable=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="crypto.datakey",
            ),
        ),
        migrations.AddField(
            model_name="noterecipienthistory",
            name="note",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="handover.handovernote",
            ),
        ),
        migrations.AddField(
            model_name="noterecipienthistory",
            name="pgh_obj",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="history",
                to="handover.noterecipient",
            ),
        ),
        migrations.AddField(
            model_name="phrase",
            name="care_unit",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="phrases",
                to="organisations.careunit",
                verbose_name="unité",
            ),
        ),
        migrations.AddConstraint(
            model_name="focus",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at", None)), fields=("care_unit", "label"), name="focus_label"
            ),
        ),
        migrations.AddConstraint(
            model_name="focus",
            constraint=models.CheckConstraint(condition=models.Q(("label", ""), _negated=True), name="focus_labelled"),
        ),
        migrations.AddIndex(
            model_name="noterecipient",
            index=models.Index(fields=["user_id"], name="recipient_by_user"),
        ),
        migrations.AddConstraint(
            model_name="noterecipient",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("care_unit__isnull", False), ("user_id", None)),
                    models.Q(("care_unit", None), ("user_id__isnull", False)),
                    _connector="OR",
                ),
                name="recipient_unit_or_user",
            ),
        ),
        migrations.AddConstraint(
            model_name="noterecipient",
            constraint=models.UniqueConstraint(fields=("note", "care_unit"), name="recipient_unit_once"),
        ),
        migrations.AddConstraint(
            model_name="noterecipient",
            constraint=models.UniqueConstraint(fields=("note", "user_id"), name="recipient_user_once"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="noterecipient",
            trigger=pgtrigger.compiler.Trigger(
                name="require_actor",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n            IF nullif(current_setting('osmose.actor', true), '') IS NULL THEN\n                RAISE EXCEPTION 'osmose: no actor declared for a write on %', TG_TABLE_NAME USING ERRCODE = '42501';\n            END IF;\n            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;\n            RETURN NEW;\n        ",
                    hash="473a9e191511a29e31323476db98123a1c3ab4bb",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_require_actor_fd5a2",
                    table="handover_noterecipient",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="noterecipient",
            trigger=pgtrigger.compiler.Trigger(
                name="immutable",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="50eb6c2062074b6c4392a75cb94c9c94bdae951a",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_immutable_d2bc9",
                    table="handover_noterecipient",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="noterecipient",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "handover_noterecipienthistory" ("care_unit_id", "data_key_id", "id", "note_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "user_id", "words") VALUES (NEW."care_unit_id", NEW."data_key_id", NEW."id", NEW."note_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."user_id", NEW."words"); RETURN NULL;',
                    hash="5710443e8c40a22b367aafe4a23f7571a5aafc03",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_43a78",
                    table="handover_noterecipient",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="noterecipient",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "handover_noterecipienthistory" ("care_unit_id", "data_key_id", "id", "note_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "user_id", "words") VALUES (NEW."care_unit_id", NEW."data_key_id", NEW."id", NEW."note_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."user_id", NEW."words"); RETURN NULL;',
                    hash="2b3f857ecfbea3926c82bdd5b2b15f42fc8f4c15",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_d8ccd",
                    table="handover_noterecipient",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="noterecipient",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "handover_noterecipienthistory" ("care_unit_id", "data_key_id", "id", "note_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "user_id", "words") VALUES (OLD."care_unit_id", OLD."data_key_id", OLD."id", OLD."note_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id", OLD."user_id", OLD."words"); RETURN NULL;',
                    hash="4b9e718ec017fab0b454f93b9b6a05546a7023af",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_d3b90",
                    table="handover_noterecipient",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="phrase",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at", None)), fields=("care_unit", "label"), name="phrase_label"
            ),
        ),
        migrations.AddConstraint(
            model_name="phrase",
            constraint=models.CheckConstraint(
                condition=models.Q(models.Q(("label", ""), _negated=True), models.Q(("text", ""), _negated=True)),
                name="phrase_written",
            ),
        ),
    ]
