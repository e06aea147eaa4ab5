"""What the national identity framework (RNIV) asks, as pure functions: no Django, no clock, no database.

`ins` checks matricules, `ages` reads birth dates, `names` writes names and search tokens, `statuses` holds the
identity statuses, `duplicates` ranks the people one may be about to create again.
"""

from osmose.patients.rules.ages import (
    Age,
    InterpretedDate,
    age,
    age_in_french,
    birth_date_variants,
    check_birth_date,
    estimated_age_in_french,
    estimated_birth_year,
    interpret_birth_date,
    is_minor,
)
from osmose.patients.rules.duplicates import Likelihood, Likeness, Traits, likeness, rank, same_strict_traits
from osmose.patients.rules.ins import InsCheck, check_ins, ins_key, is_ins_oid, is_test_oid, normalise_ins
from osmose.patients.rules.names import (
    check_name,
    is_unknown_name,
    name_tokens,
    phonetic,
    search_tokens,
    transliterate_name,
    unknown_patient_name,
)
from osmose.patients.rules.statuses import (
    IdentityAttribute,
    IdentityStatus,
    Sex,
    availability,
    may_carry_ins,
    require_consistent,
    require_transition,
    status_for,
)

__all__ = [
    "Age",
    "IdentityAttribute",
    "IdentityStatus",
    "InsCheck",
    "InterpretedDate",
    "Likelihood",
    "Likeness",
    "Sex",
    "Traits",
    "age",
    "age_in_french",
    "availability",
    "birth_date_variants",
    "check_birth_date",
    "check_ins",
    "check_name",
    "estimated_age_in_french",
    "estimated_birth_year",
    "ins_key",
    "interpret_birth_date",
    "is_ins_oid",
    "is_minor",
    "is_test_oid",
    "is_unknown_name",
    "likeness",
    "may_carry_ins",
    "name_tokens",
    "normalise_ins",
    "phonetic",
    "rank",
    "require_consistent",
    "require_transition",
    "same_strict_traits",
    "search_tokens",
    "status_for",
    "transliterate_name",
    "unknown_patient_name",
]
