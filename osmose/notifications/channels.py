"""E-mail: a sentence that says nothing of anybody, and the address of the inbox."""

import uuid
from contextlib import suppress
from email.utils import parseaddr
from smtplib import SMTPRecipientsRefused, SMTPResponseException

from django.conf import settings
from django.core.mail import EmailMessage, get_connection

SUBJECT = "Osmose\u202f: un nouvel événement vous attend"
_BODY = """Bonjour,

Un nouvel événement vous attend dans Osmose : ouvrez vos notifications pour le lire.

{address}
Ce message ne contient volontairement aucune autre information.
Pour ne plus en recevoir : Osmose, menu « Mes notifications ».
"""


class AnswerLost(Exception):
    """The mail server was given the message, or some of it, and did not say whether it took it."""


def post(address: str, mail_id: uuid.UUID) -> None:
    """Sends it. `OSError` where the mail server surely did not take it, `AnswerLost` where nobody knows.

    The `Message-ID` is the same however many times the message is handed over: mail servers know it again.
    """
    host = next((h for h in settings.ALLOWED_HOSTS if h not in ("*", "") and not h.startswith(".")), "")
    domain = host or parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
    message = EmailMessage(
        SUBJECT,
        _BODY.format(address=f"https://{host}/notifications/\n" if host else ""),
        to=[address],
        headers={"Message-ID": f"<{mail_id}@{domain}>"},
    )
    server = get_connection()
    server.open()
    try:
        server.send_messages([message])
    except (SMTPResponseException, SMTPRecipientsRefused):
        raise
    except OSError as problem:
        raise AnswerLost(type(problem).__name__) from problem
    finally:
        with suppress(OSError):  # a server that says goodbye badly has taken the message all the same
            server.close()
