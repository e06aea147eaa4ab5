"""Settings, URLs, WSGI/ASGI entry points, the `osmose` command, system checks."""
