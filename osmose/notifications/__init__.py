"""Rules, inbox, quiet hours, escalation, channels. Furnished by a later issue."""
