"""Users and their memberships."""

import uuid
from datetime import datetime
from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q

from osmose.kernel.access import roles
from osmose.kernel.access.roles import Role
from osmose.kernel.base.ids import new_id
from osmose.kernel.base.sensitivity import classify
from osmose.kernel.db.ranges import in_force
from osmose.kernel.db.triggers import require_actor
from osmose.organisations.models import CareUnit, moves_reference_epoch


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: object) -> "User":
        """A new account; its address is kept in lower case, so that one person has one account."""
        user = User(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(force_insert=True)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=(username or "").strip().lower())


class User(AbstractBaseUser):
    """A member of the staff, shown with full surname and function."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    email = models.EmailField("adresse électronique", unique=True)
    family_name = models.CharField("nom", max_length=100)
    given_name = models.CharField("prénom", max_length=100)
    function = models.CharField("fonction", max_length=40)
    is_active = models.BooleanField("actif", default=True)
    pk: uuid.UUID

    objects = UserManager()
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    sensitivity = classify(plain="id email family_name given_name function is_active password last_login")

    class Meta:
        verbose_name = "compte"
        constraints: ClassVar = [
            models.CheckConstraint(name="user_email_lower", condition=Q(email__regex=r"^[^[:upper:]\s]+$")),
            models.CheckConstraint(name="user_family_name", condition=~Q(family_name="")),
        ]
        # Boards hold the names of who is in charge.
        triggers: ClassVar = [moves_reference_epoch("function", "given_name", "family_name")]

    def __str__(self) -> str:
        return " ".join(part for part in (self.function, self.given_name, self.family_name) if part)


class MembershipQuerySet(models.QuerySet["Membership"]):
    def in_force(self, at: datetime) -> "MembershipQuerySet":
        """Those held at this instant; that their unit is open is another question."""
        return self.filter(in_force(at))


class Membership(models.Model):
    """One role of a user in one unit, from and to; ended, never deleted, since the journal speaks of it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships")
    care_unit = models.ForeignKey(CareUnit, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField("rôle", max_length=16, choices=roles.CHOICES)
    starts_at = models.DateTimeField("depuis")
    ends_at = models.DateTimeField("jusqu’au", null=True, blank=True)

    objects = MembershipQuerySet.as_manager()
    sensitivity = classify(operational="role starts_at ends_at", plain="id user care_unit")

    class Meta:
        verbose_name = "affectation"
        constraints: ClassVar = [
            models.CheckConstraint(name="membership_role", condition=Q(role__in=[role for role, _ in roles.CHOICES])),
            models.CheckConstraint(
                name="membership_period", condition=Q(ends_at=None) | Q(ends_at__gte=F("starts_at"))
            ),
            models.UniqueConstraint(
                name="membership_once", fields=["user", "care_unit", "role"], condition=Q(ends_at=None)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.care_unit} · {Role(self.role).label}"

    def is_in_force(self, at: datetime) -> bool:
        """True from the start, included, to the end, excluded."""
        return self.starts_at <= at and (self.ends_at is None or at < self.ends_at)


VIEW_NAME, VIEW_QUERY, VIEWS = 40, 400, 20


class SavedView(models.Model):
    """A question that somebody puts to the board every day, under a name of their own; shown to them alone.

    `query` holds codes and ids, as the address does. The name is typed: it is asked to name no patient.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="saved_views")
    name = models.CharField("nom", max_length=VIEW_NAME)
    query = models.CharField("filtres", max_length=VIEW_QUERY)
    is_default = models.BooleanField("à l’ouverture", default=False)

    sensitivity = classify(operational="query is_default", plain="id user name")

    class Meta:
        verbose_name = "vue enregistrée"
        constraints: ClassVar = [
            models.CheckConstraint(name="savedview_name", condition=~Q(name="")),
            models.UniqueConstraint(name="savedview_once", fields=["user", "name"]),
            models.UniqueConstraint(name="savedview_one_default", fields=["user"], condition=Q(is_default=True)),
        ]
        triggers: ClassVar = [require_actor()]

    def __str__(self) -> str:
        return self.name
