"""The addresses of the board."""

from osmose.encounters import policies
from osmose.kernel.audit.models import Verb
from osmose.kernel.web.door import door
from osmose.workspace.board import page, views

urlpatterns = [
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
