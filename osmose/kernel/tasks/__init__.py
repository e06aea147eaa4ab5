"""The procrastinate application and our own worker."""
