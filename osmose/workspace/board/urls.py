"""The addresses of the board."""

from osmose.accounts.policies import OWN
from osmose.encounters.policies import READ
from osmose.kernel.audit.models import Verb
from osmose.kernel.web.door import door
from osmose.workspace.board import page, views

urlpatterns = [
    door("pec/", name="board", may=READ, get=views.show, listing=page.listing, journal=Verb.LIST),
    door(
        "pec/lignes/",
        name="board_rows",
        may=READ,
        get=views.rows,
        listing=page.listing,
        journal=Verb.LIST,
        fragment=True,
    ),
    # A post, so that a name is never in an address; it reads, and its refreshes belong to its visit.
    door(
        "pec/recherche/",
        name="board_search",
        may=READ,
        post=views.search,
        post_reads=True,
        listing=page.listing,
        journal=Verb.SEARCH,
        fragment=True,
    ),
    door("pec/vues/", name="board_view_save", may=OWN, post=views.save_view),
    door("pec/vues/<uuid:view_id>/ouverture/", name="board_view_default", may=OWN, post=views.open_with),
    door("pec/vues/<uuid:view_id>/suppression/", name="board_view_drop", may=OWN, post=views.drop_view),
]
