"""Who may change what about accounts, and see who is available."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q

from osmose.accounts.models import PresenceStatus
from osmose.kernel.access.actor import Actor
from osmose.kernel.access.policy import Everywhere, InEstablishments, InUnits, Policy
from osmose.kernel.access.roles import CLINICAL, STAFF, Role
from osmose.organisations.models import CareUnit, SharingAgreement
from osmose.organisations.queries import agreed


@dataclass(frozen=True)
class WithPartners:
    """The unit is of one of the actor's hospitals, or of one that shares with it under an agreement in force."""

    words: str = "dans son établissement et ceux qui partagent avec lui"

    def q(self, actor: Actor, roles: frozenset[Role], now: datetime) -> Q:
        own = actor.establishment_ids(*roles)
        agreements = SharingAgreement.objects.filter(agreed(now), Q(first__in=own) | Q(second__in=own))
        return (
            Q(establishment__in=own)
            | Q(establishment__in=agreements.values("first_id"))
            | Q(establishment__in=agreements.values("second_id"))
        )

    def holds(self, actor: Actor, roles: frozenset[Role], obj: Any, now: datetime) -> bool:
        where: uuid.UUID = obj.establishment_id
        own = actor.establishment_ids(*roles)
        if where in own:
            return True
        pair = Q(first__in=own, second=where) | Q(second__in=own, first=where)
        return SharingAgreement.objects.filter(pair, agreed(now)).exists()


OWN: Policy = Policy(  # type: ignore[type-arg]
    name="accounts.own",
    label="Choisir son unité et ses préférences",
    roles=STAFF,
    relation=Everywhere(words="pour soi-même"),
)
SAY_STATUS: Policy = Policy(  # type: ignore[type-arg]
    name="accounts.say_status",
    label="Dire son statut d’activité",
    roles=CLINICAL,
    relation=Everywhere(words="pour soi-même"),
)
SEE_TEAM: Policy[CareUnit] = Policy(
    name="accounts.see_team",
    label="Voir qui est disponible, et qui est de garde ou d’astreinte",
    roles=CLINICAL,
    relation=WithPartners(),
    model=lambda: CareUnit,
)
TEAM_ON_WALL: Policy[CareUnit] = Policy(
    name="accounts.team_on_wall",
    label="Afficher en salle de soins combien de soignants sont disponibles, et qui est d’astreinte",
    roles=frozenset({Role.SCREEN}),
    relation=WithPartners(),
    model=lambda: CareUnit,
)
PLAN_ON_CALL: Policy[CareUnit] = Policy(
    name="accounts.plan_on_call",
    label="Saisir les gardes et les astreintes",
    roles=frozenset({Role.MANAGER}),
    relation=InUnits("id"),
    model=lambda: CareUnit,
)
SET_UP_STATUSES: Policy[PresenceStatus] = Policy(
    name="accounts.set_up_statuses",
    label="Régler les statuts d’activité de son établissement",
    roles=frozenset({Role.ADMINISTRATOR}),
    relation=InEstablishments("care_unit__establishment_id"),
    model=lambda: PresenceStatus,
)
