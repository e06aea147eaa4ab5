"""The addresses of the board."""

from osmose.encounters import policies
from osmose.kernel.audit.models import Verb
from osmose.kernel.web.door import door, open_door
from osmose.workspace.board import page, views

urlpatterns = [
    open_door("", views.home, name="home", reason="Ne montre rien\u202f: mène à la liste, ou à la connexion."),
    door("pec/", name="board", may=policies.READ, get=views.show, listing=page.listing, journal=Verb.LIST),
    door(
        "pec/lignes/",
        name="board_rows",
        may=policies.READ,
        get=views.rows,
        listing=page.listing,
        journal=Verb.LIST,
        fragment=True,
    ),
]
