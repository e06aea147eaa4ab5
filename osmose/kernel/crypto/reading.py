"""Reading a row that may be unreadable, so that one bad row doesn't take its whole list down."""

import logging
from typing import Any, Final

from osmose.kernel.crypto.errors import Unreadable

logger = logging.getLogger(__name__)


class _Unreadable:
    """Stands for a value that can't be read: false, and « illisible » on screen."""

    _only: "_Unreadable | None" = None

    def __new__(cls) -> "_Unreadable":
        if cls._only is None:
            cls._only = super().__new__(cls)
        return cls._only

    def __bool__(self) -> bool:
        return False

    def __str__(self) -> str:
        return "illisible"

    def __repr__(self) -> str:
        return "UNREADABLE"

    def __reduce__(self) -> tuple[type["_Unreadable"], tuple[()]]:
        return _Unreadable, ()


UNREADABLE: Final = _Unreadable()


def readable(obj: object, name: str) -> Any:
    """The field's value, or `UNREADABLE` when it can't be decrypted; the log gets the label and the row's id."""
    try:
        return getattr(obj, name)
    except Unreadable as problem:
        logger.warning("%s", problem)
        return UNREADABLE
