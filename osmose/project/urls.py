"""Every address of Osmose; each one is a door with a declared policy."""

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
