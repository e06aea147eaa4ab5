"""`python -m tests.notifications.run_stuck_worker <file>`: a worker that never ends its first delivery.

It has written its rows, and its transaction is open, when it says so in the file.
"""

import sys
import time
from pathlib import Path
from typing import Any

import django

if __name__ == "__main__":
    django.setup()
    from osmose.kernel.tasks import worker
    from osmose.notifications import tasks
    from osmose.notifications.models import Notification

    whole = tasks.delivery.deliver

    def stuck(**wanted: Any) -> Any:
        done = whole(**wanted)
        assert Notification.objects.exists()
        Path(sys.argv[1]).write_text("written", encoding="utf-8")
        time.sleep(600)
        return done

    tasks.delivery.deliver = stuck
    worker.run(pace=worker.Pace(heartbeat=0.2, stalled_after=1.0, polling=0.3, reconnect=0.2))
