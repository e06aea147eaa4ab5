"""Who may change what about accounts."""

from osmose.kernel.access.policy import Everywhere, Policy
from osmose.kernel.access.roles import Role

OWN: Policy = Policy(  # type: ignore[type-arg]
    name="accounts.own",
    label="Choisir son unité et ses préférences",
    roles=frozenset(Role),
    relation=Everywhere(words="pour soi-même"),
)
