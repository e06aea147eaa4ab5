"""The documentation, for whoever installs, uses or checks Osmose."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from osmose.documents import pages
from osmose.kernel.web import errors


def show_page(request: HttpRequest, slug: str = pages.INDEX) -> HttpResponse:
    """One page of the documentation, or a picture of it; anything else does not exist."""
    page = pages.page(slug)
    if page is None:
        return _picture(request, slug)
    sections = pages.sections()
    here = next((section for section in sections if slug in {link.slug for link in section.links}), None)
    context = {"doc": page, "sections": sections, "lang": "en" if here and here.is_english else "fr"}
    return render(request, "documents/page.html", context)


def _picture(request: HttpRequest, name: str) -> HttpResponse:
    path = pages.images().get(name)
    if path is None:
        return errors.not_found(request)
    return HttpResponse(path.read_bytes(), content_type=pages.IMAGE_TYPES[path.suffix])
