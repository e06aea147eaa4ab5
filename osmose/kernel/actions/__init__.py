"""@action, @operation, @personal_action, idempotency, conflict by field revision, undo."""
