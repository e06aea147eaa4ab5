"""The kernel: no hospital word in here; it could serve another product."""
