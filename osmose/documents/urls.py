"""The addresses of the documentation."""

from django.urls import URLPattern, URLResolver

from osmose.documents import views
from osmose.kernel.web.door import open_door

_REASON = (
    "La documentation ne dit rien d’aucun patient ni d’aucun compte\u202f; "
    "qui installe Osmose la lit avant d’en avoir un."
)

urlpatterns: list[URLPattern | URLResolver] = [
    open_door("doc", views.show_page, name="doc", reason=_REASON),
    open_door("doc/", views.show_page, name="doc_home", reason=_REASON),
    open_door("doc/<path:slug>", views.show_page, name="doc_page", reason=_REASON),
]
