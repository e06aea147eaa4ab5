"""What concerns nobody but oneself, and what a manager or an administrator sets up for a unit."""

from osmose.accounts.actions.saved_views import drop_view, save_view, set_default_view

__all__ = ["drop_view", "save_view", "set_default_view"]
