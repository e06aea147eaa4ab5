"""Users, memberships and roles, acting unit; later MFA, session lock, presence."""
