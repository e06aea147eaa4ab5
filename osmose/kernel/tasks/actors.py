"""Who a background job is, where it has no person behind it."""

import uuid

# The same value as SystemActor.named("jobs").id, said here because access lies above tasks; a test compares them.
JOBS = uuid.uuid5(uuid.UUID("6f0d2b4e-6b0b-5a43-9d57-0e2f6c1f7a10"), "system:jobs")
