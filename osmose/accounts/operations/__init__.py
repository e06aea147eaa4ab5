"""Changes to accounts, memberships and statuses that compose."""

from osmose.accounts.operations.people import close_account, end_membership, open_account, open_membership

__all__ = ["close_account", "end_membership", "open_account", "open_membership"]
