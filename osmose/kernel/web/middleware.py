"""What holds for every answer: security headers, closed by default, a workstation's name."""

import uuid
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse

from osmose.kernel.web import errors

GetResponse = Callable[[HttpRequest], HttpResponse]

# No inline script or style, no eval, no nonce, no other host.
CSP = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "manifest-src 'self'",
    )
)
PERMISSIONS = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
# allauth's own pages: it logs in and out, so its addresses have no door. By name, and no other.
EXEMPT_NAMES: set[str] = set()


class SecurityHeaders:
    """The strict policy on every answer, and nothing kept by any cache but the static files."""

    def __init__(self, get_response: GetResponse):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response["Content-Security-Policy"] = CSP
        response["Permissions-Policy"] = PERMISSIONS
        response["Cross-Origin-Resource-Policy"] = "same-origin"
        if not request.path.startswith("/static/"):
            response["Cache-Control"] = "no-store"
            if "poste" not in request.COOKIES:
                # Which workstation, for the access journal; says nothing of the person.
                response.set_cookie(
                    "poste",
                    uuid.uuid4().hex,
                    max_age=365 * 86400,
                    httponly=True,
                    samesite="Lax",
                    secure=request.is_secure(),
                )
        return response


class ClosedByDefault:
    """A view without a declared door is refused at run time, whatever its URL configuration says."""

    def __init__(self, get_response: GetResponse):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Callable[..., Any], *_arguments: Any) -> HttpResponse | None:
        if hasattr(view, "door"):
            return None
        match = request.resolver_match
        if match is not None and match.url_name in EXEMPT_NAMES:
            return None
        return errors.not_found(request)
