"""The addresses of indicators."""

from osmose.accounts.policies import OWN
from osmose.indicators import views
from osmose.kernel.web.door import door

urlpatterns = [door("ouvertures/", name="opening", may=OWN, post=views.note_opening)]
