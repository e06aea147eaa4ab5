"""What one does with notifications: open, mark, mute, choose, answer."""

from osmose.notifications.actions.answering import answer_alert
from osmose.notifications.actions.personal import (
    choose_notices,
    mark_all_read,
    mark_read,
    mute_patient,
    open_notification,
    unmute_all,
)

__all__ = [
    "answer_alert",
    "choose_notices",
    "mark_all_read",
    "mark_read",
    "mute_patient",
    "open_notification",
    "unmute_all",
]
