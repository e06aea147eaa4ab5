"""Who may read figures."""

from osmose.indicators.models import Opening
from osmose.kernel.access.policy import InUnits, Policy
from osmose.kernel.access.roles import Role

DELAYS: Policy[Opening] = Policy(
    name="indicators.delays",
    label="Lire les délais de son unité",
    model=lambda: Opening,
    roles=frozenset({Role.MANAGER}),
    relation=InUnits("unit_id"),
)
