"""Who is told of what, discreetly: notices on events, inbox, alerts, escalation, e-mail without personal data."""
