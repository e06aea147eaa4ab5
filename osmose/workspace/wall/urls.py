"""The addresses of the walls. A screen's cookie goes to the address of its unit and to no other."""

from osmose.devices.policies import ISSUE, MANAGE, OPEN_STAFF_ROOM, SHOW
from osmose.encounters.policies import ON_WALL
from osmose.kernel.audit.models import Verb
from osmose.kernel.web.door import door, open_door
from osmose.workspace.wall import managing_views as managing
from osmose.workspace.wall import page, views
from osmose.workspace.wall.pairing import DOOR
from osmose.workspace.wall.visitors import SCREENS, own_screen

urlpatterns = [
    open_door(
        "mur/",
        views.pairing,
        name=DOOR,
        reason="Un écran n’a pas de compte : on y tape le code à usage unique du cadre ; rien n’est montré sans lui.",
    ),
    door("mur/appareils/", name="wall_screens", may=MANAGE, get=managing.show),
    door(
        "mur/appareils/<uuid:unit_id>/nouveau/",
        name="wall_screen_new",
        may=ISSUE,
        subject=managing.unit,
        post=managing.issue,
        refused=managing.issue_refused,
        replay=managing.again,
    ),
    door(
        "mur/appareils/ecran/<uuid:screen_id>/code/",
        name="wall_screen_code",
        may=MANAGE,
        subject=managing.screen,
        post=managing.renew,
        replay=managing.again,
    ),
    door(
        "mur/appareils/ecran/<uuid:screen_id>/reglages/",
        name="wall_screen_change",
        may=MANAGE,
        subject=managing.screen,
        post=managing.change,
        refused=managing.change_refused,
        replay=managing.done,
    ),
    door(
        "mur/appareils/ecran/<uuid:screen_id>/retrait/",
        name="wall_screen_revoke",
        may=MANAGE,
        subject=managing.screen,
        post=managing.revoke,
        replay=managing.done,
    ),
    door("mur/salles/", name="wall_rooms", may=OPEN_STAFF_ROOM, get=managing.staff_rooms),
    door(
        "mur/salles/<uuid:unit_id>/ouverture/",
        name="wall_room_open",
        may=OPEN_STAFF_ROOM,
        subject=managing.unit,
        post=managing.open_staff_room,
        refused=managing.open_refused,
        replay=managing.rooms_done,
    ),
    door(
        "mur/salles/<uuid:unit_id>/fermeture/",
        name="wall_room_close",
        may=OPEN_STAFF_ROOM,
        subject=managing.unit,
        post=managing.close_staff_room,
        replay=managing.rooms_done,
    ),
    door(
        "mur/<uuid:unit_id>/",
        name="wall",
        may=ON_WALL,
        visitors=SCREENS,
        get=views.show,
        listing=page.listing,
        journal=Verb.LIST,
    ),
    door(
        "mur/<uuid:unit_id>/lignes/",
        name="wall_rows",
        may=ON_WALL,
        visitors=SCREENS,
        get=views.rows,
        listing=page.listing,
        journal=Verb.LIST,
        display=True,
    ),
    door(
        "mur/<uuid:unit_id>/presence/",
        name="wall_seen",
        may=SHOW,
        visitors=SCREENS,
        post=views.seen,
        subject=own_screen,
    ),
]
