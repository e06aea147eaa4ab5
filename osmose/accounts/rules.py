"""Small rules about sessions and redirections."""

ACTING_UNIT_KEY = "acting_unit_id"
THEMES = {"auto": "Comme l’appareil", "light": "Clair", "night": "Nuit"}


def is_own_path(url: str) -> bool:
    """True for a path of Osmose itself: `/pec/`, never `//elsewhere`, `https://…` nor `javascript:`."""
    return url.startswith("/") and not url.startswith("//") and "\\" not in url and url.isprintable()
