"""The reference tables of handover that an administrator edits. No clinical record here, ever."""

from osmose.handover.admin.medicines import FavouriteMedicineAdmin
from osmose.handover.admin.words import TABLES
from osmose.handover.models import FavouriteMedicine
from osmose.kernel.web.administration.site import administration

administration.register(FavouriteMedicine, FavouriteMedicineAdmin)

__all__ = ["TABLES", "FavouriteMedicineAdmin"]
