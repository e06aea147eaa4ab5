"""The addresses of what units prepare for their notes, in the administration."""

from osmose.handover.admin import TABLES
from osmose.kernel.web.administration.site import ADDRESS

urlpatterns = [pattern for table in TABLES for pattern in table.doors(ADDRESS, home="administration")]
