"""What was told to whom, what each wants, what is escalated, and what is sent by e-mail: ids and codes only."""

from osmose.notifications.models.mail import Mail
from osmose.notifications.models.oversight import Excess
from osmose.notifications.models.settings import Channels, Choice, Mute
from osmose.notifications.models.told import Escalation, Notification

__all__ = ["Channels", "Choice", "Escalation", "Excess", "Mail", "Mute", "Notification"]
