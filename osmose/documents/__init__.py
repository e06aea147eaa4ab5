"""PDF, exports, archive; the documentation served at /doc."""
