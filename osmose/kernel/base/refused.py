"""The one exception a rule raises; `kernel.web` turns it into a French sentence on its field."""

from datetime import datetime


class Refused(Exception):
    """A rule says no.

    `sentence` is French and tells the remedy; it must hold nothing identifying, since it may be logged.
    `field` names the form field it belongs to; `status` is the HTTP answer (422 for bad input, 409 for a conflict).
    """

    status = 422

    def __init__(self, sentence: str, *, field: str | None = None, code: str = "refused", status: int | None = None):
        super().__init__(code)
        self.sentence = sentence
        self.field = field
        self.code = code
        if status is not None:
            self.status = status


class Conflict(Refused):
    """Somebody else changed the same field meanwhile: both values are shown, nothing is overwritten."""

    status = 409

    def __init__(
        self,
        sentence: str,
        *,
        field: str,
        mine: str,
        theirs: str,
        by: str,
        at: datetime | None,
        revision: int,
    ):
        super().__init__(sentence, field=field, code="conflict")
        self.mine = mine
        self.theirs = theirs
        self.by = by
        self.at = at
        self.revision = revision


class NotVisible(Exception):
    """The subject does not exist, or does not concern the actor's units: the same 404 for both."""

    is_journaled = False  # by the action that refused
