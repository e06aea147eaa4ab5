"""The addresses of notifications: one's own, and what administrators watch over."""

from osmose.kernel.audit.models import Verb
from osmose.kernel.web.door import by_id, door
from osmose.notifications import views
from osmose.notifications.policies import OWN, WATCH_OVER

_ONE = "notifications/<uuid:notification_id>"
_own = by_id("notification_id")

urlpatterns = [
    door("notifications/", name="notifications", may=OWN, get=views.show, listing=views.listing, journal=Verb.LIST),
    door(
        "notifications/liste/",
        name="notifications_rows",
        may=OWN,
        get=views.rows,
        listing=views.listing,
        journal=Verb.LIST,
        fragment=True,
    ),
    door("notifications/compte/", name="notifications_count", may=OWN, get=views.count),
    door(
        "notifications/annonce/",
        name="notifications_announced",
        may=OWN,
        get=views.announced,
        listing=views.announced_listing,
        journal=Verb.LIST,
        fragment=True,
    ),
    door("notifications/lu/", name="notifications_read", may=OWN, post=views.mark),
    door("notifications/tout-lu/", name="notifications_all_read", may=OWN, post=views.mark_all),
    door("notifications/reglages/", name="notifications_settings", may=OWN, get=views.settings, post=views.choose),
    door(f"{_ONE}/ouvrir/", name="notification_open", may=OWN, post=views.open_record, subject=_own),
    door(
        f"{_ONE}/reponse/",
        name="notification_answer",
        may=OWN,
        post=views.answer,
        subject=_own,
        replay=views.answered,
    ),
    door(
        f"{_ONE}/reponse/annuler/",
        name="notification_unanswer",
        may=OWN,
        post=views.take_back,
        subject=_own,
        replay=views.answered,
    ),
    door(f"{_ONE}/sourdine/", name="notification_mute", may=OWN, post=views.mute, subject=_own),
    door("notifications/envois/", name="notifications_deliveries", may=WATCH_OVER, get=views.deliveries),
]
