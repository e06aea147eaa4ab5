"""What the database itself refuses."""

import pgtrigger


def require_actor() -> pgtrigger.Trigger:
    """Refuses an insert, update or delete in a transaction that has declared no author (sqlstate 42501)."""
    return pgtrigger.Trigger(
        name="require_actor",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        func="""
            IF nullif(current_setting('osmose.actor', true), '') IS NULL THEN
                RAISE EXCEPTION 'osmose: no actor declared for a write on %', TG_TABLE_NAME USING ERRCODE = '42501';
            END IF;
            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
            RETURN NEW;
        """,
    )


def append_only() -> list[pgtrigger.Trigger]:
    """Refuses UPDATE and DELETE whoever asks; the application's role has no right to them either."""
    return [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]


def tell_changes(channel: str, topic: str, column: str, *, most: int = 200) -> list[pgtrigger.Trigger]:
    """Tells `channel` « topic:id » of each row added or changed, whoever writes it: ids only, each once a statement.

    More than `most` rows at once are told as one: the id of nothing, « all of them ».
    """
    told = f"(SELECT DISTINCT {column} AS id FROM changed) told"  # noqa: S608 - words of the code
    func = f"""
        IF (SELECT count(*) FROM changed) > {most} THEN
            PERFORM pg_notify('{channel}', '{topic}:00000000-0000-0000-0000-000000000000');
        ELSE
            PERFORM pg_notify('{channel}', '{topic}:' || told.id) FROM {told};
        END IF;
        RETURN NULL;
    """  # noqa: S608 - words of the code
    return [
        pgtrigger.Trigger(
            name=f"tell_{name}",
            level=pgtrigger.Statement,
            when=pgtrigger.After,
            operation=operation,
            referencing=pgtrigger.Referencing(new="changed"),  # type: ignore[no-untyped-call]
            func=func,
        )
        for name, operation in (("added", pgtrigger.Insert), ("changed", pgtrigger.Update))
    ]


def notify(channel: str) -> pgtrigger.Trigger:
    """Tells `channel` the id of the new row, and nothing else: the queue of notifications lies on disk."""
    return pgtrigger.Trigger(
        name="notify",
        when=pgtrigger.After,
        operation=pgtrigger.Insert,
        func=f"PERFORM pg_notify('{channel}', NEW.id::text); RETURN NULL;",
    )
