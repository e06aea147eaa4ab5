"""What concerns nobody but oneself: the views of the board that one keeps."""

import uuid
from datetime import datetime

from django.db.models import QuerySet

from osmose.accounts.models import VIEW_NAME, VIEW_QUERY, VIEWS, SavedView, User
from osmose.accounts.policies import OWN
from osmose.kernel.access.actor import Actor
from osmose.kernel.actions.deeds import personal_action
from osmose.kernel.base.refused import NotVisible, Refused
from osmose.kernel.base.text import clean


@personal_action(may=OWN)
def save_view(*, actor: Actor, name: str, query: str, is_default: bool, now: datetime) -> SavedView:  # noqa: ARG001
    """Keeps a question under a name; the same name takes the new question. `Refused`: no name, too long, too many."""
    name = clean(name)
    if not name:
        raise Refused("Donnez un nom à cette vue.", field="name", code="view-name")
    if len(name) > VIEW_NAME:
        raise Refused(f"Ce nom est trop long\u202f: {VIEW_NAME} caractères au plus.", field="name", code="view-name")
    if len(query) > VIEW_QUERY:
        raise Refused("Ces filtres sont trop nombreux pour être enregistrés.", field="name", code="view-query")
    own = _own_views(actor)
    kept = {view.name: view for view in own.order_by("pk")}
    if name not in kept and len(kept) >= VIEWS:
        raise Refused(
            f"Vous avez déjà {VIEWS} vues\u202f: supprimez-en une, puis recommencez.", field="name", code="view-many"
        )
    if is_default:
        own.filter(is_default=True).update(is_default=False)
    view = kept.get(name)
    if view is None:
        return SavedView.objects.create(user_id=actor.id, name=name, query=query, is_default=is_default)
    view.query, view.is_default = query, is_default
    view.save(update_fields=["query", "is_default"])
    return view


@personal_action(may=OWN)
def set_default_view(*, actor: Actor, view_id: uuid.UUID | None, now: datetime) -> None:  # noqa: ARG001
    """The view that the board opens with; None for the board as everybody has it."""
    own = _own_views(actor)
    if view_id is not None and not own.filter(pk=view_id).exists():
        raise NotVisible
    own.filter(is_default=True).update(is_default=False)
    if view_id is not None:
        own.filter(pk=view_id).update(is_default=True)


@personal_action(may=OWN)
def drop_view(*, actor: Actor, view_id: uuid.UUID, now: datetime) -> None:  # noqa: ARG001
    """Forgets a view; one that is not there any more is forgotten already."""
    _own_views(actor).filter(pk=view_id).delete()


def _own_views(actor: Actor) -> QuerySet[SavedView]:
    """One's own views, one tab at a time."""
    User.objects.select_for_update(no_key=True).get(pk=actor.id)
    return SavedView.objects.filter(user=actor.id)
