"""The range type of identifiers, and the function that makes monthly partitions.

The function runs as its owner, since the application may not create tables; it only accepts the two tables
that are partitioned, and takes every right on the new partition from the application: all goes through the parent.
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


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.RunSQL("CREATE TYPE uuidrange AS RANGE (subtype = uuid)", "DROP TYPE uuidrange"),
        migrations.RunSQL(PARTITIONS, "DROP FUNCTION osmose_ensure_partitions(text, integer)"),
    ]
