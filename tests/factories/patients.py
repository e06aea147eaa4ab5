"""Patients for tests, registered as the application does: tokens, numbers and events included."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

from osmose.kernel.access.actor import Actor, FeedActor, SystemActor
from osmose.kernel.base import clock
from osmose.kernel.db.context import declared_transaction
from osmose.organisations.models import Establishment
from osmose.patients import operations
from osmose.patients.models import Patient
from osmose.patients.rules import IdentityStatus, Sex, Traits, ins_key
from osmose.patients.rules.ins import NIR_OID
from osmose.patients.rules.registration import Identifier, IdentifierKind, Standing

REGISTRAR = SystemActor.named("tests")
LOUISE = Traits(
    birth_name="FICTIVE",
    used_name="ESSAI",
    first_name="LOUISE",
    birth_first_names="LOUISE MARIE",
    birth_date=date(1988, 7, 14),
    sex=Sex.FEMALE,
    birth_place="66136",
)


@contextmanager
def acting(actor: Actor = REGISTRAR) -> Iterator[Actor]:
    """An open action of that actor, for calling operations directly."""
    with declared_transaction(actor_id=actor.id):
        yield actor


def ipp(value: str, authority: str = "CH-A") -> Identifier:
    return Identifier(kind=IdentifierKind.IPP, value=value, authority=authority)


def matricule(root: str = "2880766136001") -> str:
    """A well-formed matricule of nobody."""
    return root + ins_key(root)


def ins(root: str = "2880766136001", oid: str = NIR_OID) -> Identifier:
    return Identifier(kind=IdentifierKind.INS, value=matricule(root), oid=oid)


def traits(**given: Any) -> Traits:
    """Louise's traits, but for what is given."""
    known = {name: getattr(LOUISE, name) for name in Traits.__dataclass_fields__}
    return Traits(**{**known, **given})


def qualified(**given: Any) -> Standing:
    return Standing(status=IdentityStatus.QUALIFIEE, **given)


def a_patient(
    establishment: Establishment, *, actor: Actor = REGISTRAR, now: datetime | None = None, **given: Any
) -> Patient:
    """A patient registered in an action of its own; keywords are traits, or `identifiers`, `standing`, …"""
    extra = {name: given.pop(name) for name in _EXTRA if name in given}
    with acting(actor):
        return operations.register(
            actor=actor, establishment=establishment, traits=traits(**given), now=now or clock.now(), **extra
        )


def an_unknown_patient(establishment: Establishment, sex: Sex = Sex.MALE, **given: Any) -> Patient:
    with acting():
        return operations.register_unknown(
            actor=REGISTRAR, establishment=establishment, sex=sex, now=clock.now(), **given
        )


def feed_of(establishment: Establishment) -> FeedActor:
    return FeedActor.named(f"GAM {establishment.namespace}", establishment_id=establishment.pk)


def nobody() -> uuid.UUID:
    """An id that names nothing."""
    return uuid.UUID(int=7)


_EXTRA = ("identifiers", "standing", "distinctive_signs", "is_unknown")
