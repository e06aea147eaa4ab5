"""The range type of identifiers, the function that makes monthly partitions, and the stamp of append-only lines.

The function of partitions runs as its owner, since the application may not create tables; it only accepts the two
tables that are partitioned, and takes every right on the new partition from the application: all goes through the
parent. The stamp is no pgtrigger, whose triggers obey a setting that anybody may set.
"""

from django.db import migrations

PARTITIONS = """
CREATE FUNCTION osmose_ensure_partitions(parent text, months integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    first_day date;
    child text;
    made integer := 0;
BEGIN
    IF parent NOT IN ('events_event', 'audit_accessentry') THEN
        RAISE EXCEPTION 'osmose: % is not partitioned', parent;
    END IF;
    IF months NOT BETWEEN 0 AND 36 THEN
        RAISE EXCEPTION 'osmose: months out of range';
    END IF;
    FOR n IN 0..months LOOP
        first_day := (date_trunc('month', now() AT TIME ZONE 'UTC') + make_interval(months => n))::date;
        child := format('%s_%s', parent, to_char(first_day, 'YYYY_MM'));
        IF to_regclass(child) IS NULL THEN
            EXECUTE format(
                'CREATE TABLE %I PARTITION OF %I FOR VALUES FROM (%L) TO (%L)', child, parent,
                first_day::timestamp AT TIME ZONE 'UTC',
                (first_day + interval '1 month')::timestamp AT TIME ZONE 'UTC'
            );
            EXECUTE format('REVOKE ALL ON %I FROM osmose_app', child);
            made := made + 1;
        END IF;
    END LOOP;
    RETURN made;
END $$;
REVOKE ALL ON FUNCTION osmose_ensure_partitions(text, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION osmose_ensure_partitions(text, integer) TO osmose_app;
"""


STAMP = """
CREATE FUNCTION osmose_stamp() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.id IS DISTINCT FROM currval(TG_ARGV[0]) THEN
        RAISE EXCEPTION 'osmose: lines are numbered by %', TG_ARGV[0] USING ERRCODE = '42501';
    END IF;
    NEW.xid := pg_current_xact_id()::text::bigint;
    NEW.recorded_at := statement_timestamp();
    RETURN NEW;
END $$;
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.RunSQL("CREATE TYPE uuidrange AS RANGE (subtype = uuid)", "DROP TYPE uuidrange"),
        migrations.RunSQL(PARTITIONS, "DROP FUNCTION osmose_ensure_partitions(text, integer)"),
        migrations.RunSQL(STAMP, "DROP FUNCTION osmose_stamp()"),
    ]
