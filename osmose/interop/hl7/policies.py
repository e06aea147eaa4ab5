"""Who may have messages applied: the feeds themselves, and who replays a refused message of their establishment."""

from osmose.interop.hl7.models import InboxMessage
from osmose.kernel.access.policy import InEstablishments, Policy
from osmose.kernel.access.roles import Role

APPLY: Policy[InboxMessage] = Policy(
    name="hl7.apply",
    label="Appliquer les messages HL7 de son établissement, sans en voir le contenu",
    roles=frozenset({Role.ADMINISTRATOR}),
    relation=InEstablishments("establishment_id"),
    model=lambda: InboxMessage,
    feeds=True,
)
