"""The ASGI server that pushes rows and alerts (SSE). Furnished by a later issue."""
