"""Why a value can't be read. Messages hold the field's label and the row's id, never a value."""


class Unreadable(Exception):
    """An encrypted value can't be read; `label` names the field, `pk` the row."""

    reason = "unreadable"

    def __init__(self, label: str, pk: object = None) -> None:
        super().__init__(label, pk)
        self.label = label
        self.pk = pk

    def __str__(self) -> str:
        return f"{self.reason}: {self.label} {self.pk}"


class Tampered(Unreadable):
    """The bytes are not what was written for this row and field: altered, moved, or under another data key."""

    reason = "altered, or not of this row and field"


class KeyDestroyed(Unreadable):
    """The data key was destroyed: the value is gone for ever, as asked."""

    reason = "data key destroyed"


class WrongKey(Unreadable):
    """The data key is wrapped by a key-encryption key that this process's keyset doesn't hold."""

    reason = "data key wrapped by an unknown keyset"


class KeyMissing(Unreadable):
    """The row names no data key, or one that doesn't exist."""

    reason = "data key missing"


class KeysetError(RuntimeError):
    """The keyset files can't be used: missing, altered, or another passphrase. Nothing can be read; say so loudly."""
