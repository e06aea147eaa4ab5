"""One’s own notifications; answering one; and, for administrators, what could not be sent."""

from osmose.encounters.models import Encounter
from osmose.kernel.access.policy import Everywhere, Granted, Named, Policy
from osmose.kernel.access.roles import CLINICAL, Role
from osmose.notifications.models import Mail, Notification
from osmose.organisations.models import DataCategory

OWN: Policy[Notification] = Policy(
    name="notifications.own",
    label="Lire, marquer et régler ses propres notifications",
    roles=CLINICAL,
    relation=Named(("user_id",), words="adressées à cette personne, et à elle seule"),
    model=lambda: Notification,
)
ANSWER: Policy[Encounter] = Policy(
    name="notifications.answer",
    label="Répondre «\u202fvu, j’arrive\u202f» à une alerte d’une prise en charge",
    roles=CLINICAL,
    relation=Granted(DataCategory.TRACKING),
    model=lambda: Encounter,
)
WATCH_OVER: Policy[Mail] = Policy(
    name="notifications.watch_over",
    label="Voir les messages qui n’ont pas pu partir et les règles trop larges",
    roles=frozenset({Role.ADMINISTRATOR}),
    relation=Everywhere(),
    model=lambda: Mail,
)
