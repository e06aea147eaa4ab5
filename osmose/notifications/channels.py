"""E-mail: a sentence that says nothing of anybody, and the address of the inbox."""

from django.conf import settings
from django.core.mail import EmailMessage

SUBJECT = "Osmose\u202f: un nouvel événement vous attend"
_BODY = """Bonjour,

Un nouvel événement vous attend dans Osmose : ouvrez vos notifications pour le lire.

{address}
Ce message ne contient volontairement aucune autre information.
Pour ne plus en recevoir : Osmose, menu « Mes notifications ».
"""


def post(address: str) -> None:
    """Sends it; whatever the mail server does wrong is an OSError."""
    host = next((h for h in settings.ALLOWED_HOSTS if h not in ("*", "") and not h.startswith(".")), "")
    EmailMessage(SUBJECT, _BODY.format(address=f"https://{host}/notifications/\n" if host else ""), to=[address]).send()
