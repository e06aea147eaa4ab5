"""The SQL of the lean listing: each part is read through an index from the few PECs shown, whatever the archive.

A row comes in two texts. Its `head` is what may change without its PEC: the patient, the grants, the neighbours. Its
`body` is what moves the version of its PEC, or the epoch of the reference data: it is not read again where the process
holds it for that version (`held`). Scalar subqueries rather than joins: ten joined tables cost more to plan than to
read.
"""

from osmose.encounters.queries.loading import CLOSED

# {readable} is a subquery written by the ORM from a policy's rows; values are parameters.
COLUMNS = (
    *("id", "patient_id", "establishment_id", "data_key_id", "care_unit_id", "version", "status"),
    *("arrived_at", "exited_at", "closed_at", "exit_mode"),
)
LISTING = """
SELECT e.id, e.version, n.number,
    json_build_array(
        e.patient_id, p.version, p.is_protected, ek.destroyed_at IS NULL AND pk.destroyed_at IS NULL,
        m.box_id IS NOT NULL AND EXISTS (
            SELECT FROM encounters_movement o JOIN encounters_encounter oe ON oe.id = o.encounter_id
            WHERE o.box_id = m.box_id AND o.ends_at IS NULL AND o.cancelled_at IS NULL
                AND o.encounter_id <> e.id AND oe.status = 'active'
        ),
        (
            SELECT string_agg(array_to_string(g.scope, ','), ',') FROM access_grant g
            WHERE g.subject_id = e.id AND g.starts_at <= %(now)s AND (g.ends_at IS NULL OR g.ends_at > %(now)s)
                AND (g.unit_id = ANY(%(units)s) OR g.user_id = %(user)s)
        ),
        others.passages + 1, coalesce(others.has_open, false)
    )::text,
    CASE WHEN n.number <> %(epoch)s OR h.held -> e.id::text IS DISTINCT FROM to_jsonb(e.version) THEN (
        SELECT json_build_array(
            e.establishment_id, e.status, e.arrived_at, e.exited_at, e.closed_at,
            e.care_unit_id, (SELECT short_name FROM organisations_careunit u WHERE u.id = e.care_unit_id),
            coalesce(t.is_of_concern, false), coalesce(t.triage, ''),
            coalesce(t.is_missing, false), e.exit_mode,
            m.location_id,
            z.code || CASE WHEN z.ended_at IS NULL THEN '' ELSE '{closed}' END,
            z.label || CASE WHEN z.ended_at IS NULL THEN '' ELSE '{closed}' END,
            m.box_id, b.code,
            b.label || CASE WHEN b.ended_at IS NULL THEN '' ELSE '{closed}' END,
            coalesce(z."order", 0),
            ARRAY(
                SELECT json_build_array(
                    jsonb_path_query_first(
                        k.statuses, '$[*] ? (@.code == $code).meaning', jsonb_build_object('code', r.status)
                    ),
                    k.is_psychiatric, r.requested_at, r.changed_at, r.addressed_unit_id,
                    (SELECT short_name FROM organisations_careunit u WHERE u.id = r.addressed_unit_id)
                )
                FROM encounters_servicerequest r JOIN encounters_requestkind k ON k.id = r.kind_id
                WHERE r.encounter_id = e.id AND r.is_current
                ORDER BY r.id
            ),
            ARRAY(
                SELECT json_build_array(a.role, a.user_id, w.function, w.given_name, w.family_name)
                FROM encounters_assignment a JOIN accounts_user w ON w.id = a.user_id
                WHERE a.encounter_id = e.id AND a.ends_at IS NULL
                ORDER BY a.role
            )
        )
        FROM (SELECT) one
        LEFT JOIN encounters_tracking t ON t.encounter_id = e.id
        LEFT JOIN organisations_location z ON z.id = m.location_id
        LEFT JOIN organisations_location b ON b.id = m.box_id
    )::text END,
    {archive},
    {relays},
    {expected},
    {beside}
FROM {shown} e
CROSS JOIN (SELECT coalesce((SELECT number FROM organisations_referenceepoch), 0) AS number) n
CROSS JOIN (SELECT %(held)s::jsonb AS held OFFSET 0) h
JOIN patients_patient p ON p.id = e.patient_id
JOIN crypto_datakey ek ON ek.id = e.data_key_id
JOIN crypto_datakey pk ON pk.id = p.data_key_id
LEFT JOIN encounters_movement m ON m.encounter_id = e.id AND m.ends_at IS NULL AND m.cancelled_at IS NULL
CROSS JOIN LATERAL (
    SELECT
        count(*) FILTER (
            WHERE v.status <> 'annulee'
                AND v.arrived_at > e.arrived_at - %(passages)s AND v.arrived_at <= e.arrived_at
                AND EXISTS (SELECT FROM ({readable}) r WHERE r.id = v.id)
        ) AS passages,
        bool_or(v.status IN ('active', 'sortie')) AS has_open
    FROM encounters_encounter v
    WHERE v.patient_id = e.patient_id AND v.id <> e.id
) others
""".replace("{closed}", CLOSED)

OPEN_ONES = "(SELECT * FROM ({readable}) o WHERE o.status IN ('active', 'sortie'))"
# Some named ones, whatever their status.
SOME_ONES = "(SELECT * FROM ({readable}) s WHERE s.id = ANY(%(among)s))"
CLOSED_ONES = """(
    SELECT * FROM ({readable}) c
    WHERE c.status = 'cloturee' AND c.closed_at > %(archived)s
        AND (%(before)s::timestamptz IS NULL OR (c.closed_at, c.id) < (%(before)s, %(before_id)s::uuid))
    ORDER BY c.closed_at DESC, c.id DESC LIMIT {cap}
)"""
# Read from the last closure backwards, no further than one more than the cap.
ARCHIVE_COUNT = """(
    SELECT count(*) FROM (
        SELECT FROM ({readable}) c WHERE c.status = 'cloturee' AND c.closed_at > %(archived)s
        ORDER BY c.closed_at DESC, c.id DESC LIMIT {cap}
    ) capped
)"""
# Said once, whatever the rows: the relais that wait for an answer and name the actor.
PENDING_RELAYS = """(
    SELECT coalesce(json_agg(json_build_array(
        r.id, r.is_asked,
        r.giver_id, concat_ws(' ', nullif(g.function, ''), nullif(g.given_name, ''), g.family_name),
        r.taker_id, concat_ws(' ', nullif(k.function, ''), nullif(k.given_name, ''), k.family_name),
        r.sent_at, r.due_at,
        (SELECT count(*) FROM encounters_relayitem i WHERE i.relay_id = r.id)
    ) ORDER BY r.sent_at, r.id), '[]')::text
    FROM encounters_relay r JOIN accounts_user g ON g.id = r.giver_id JOIN accounts_user k ON k.id = r.taker_id
    WHERE r.status = 'pending' AND (r.giver_id = %(user)s OR r.taker_id = %(user)s)
)"""
# Who is expected, as `policies.EXPECTED` says it: a grant in force on the announcement. Asked once a listing.
EXPECTED_COUNT = """(
    SELECT count(*) FROM encounters_expectedarrival x
    WHERE x.status = 'attendu' AND EXISTS (
        SELECT FROM access_grant g
        WHERE g.subject_id = x.id AND g.starts_at <= %(now)s AND (g.ends_at IS NULL OR g.ends_at > %(now)s)
            AND g.scope @> ARRAY['tracking']::varchar[] AND (g.unit_id = ANY(%(units)s) OR g.user_id = %(user)s)
    )
)"""
