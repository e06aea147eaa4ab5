"""The patient page: identity band, tracking, timeline, composer."""
