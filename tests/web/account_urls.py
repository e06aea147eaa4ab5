"""The addresses that account pages name, for drawing them alone."""

from django.http import HttpResponse
from django.urls import path

urlpatterns = [
    path(f"{name}/", lambda request: HttpResponse(), name=f"account_{name}")
    for name in ("login", "logout", "change_password", "reset_password")
]
