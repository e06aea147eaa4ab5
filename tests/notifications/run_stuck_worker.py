"""`python -m tests.notifications.run_stuck_worker <file> [<port>]`: a worker that never ends what it began.

Without a port, its first delivery: it has written its rows, and its transaction is open, when it says so in the file.
With the port of a mail server, its first e-mail: the server has taken it, and nothing of that is written.
"""

import sys
import time
from pathlib import Path
from typing import Any

import django

if __name__ == "__main__":
    django.setup()
    from django.conf import settings

    from osmose.kernel.tasks import worker
    from osmose.notifications import tasks
    from osmose.notifications.models import Notification

    def stop_for_ever() -> None:
        Path(sys.argv[1]).write_text("written", encoding="utf-8")
        time.sleep(600)

    deliver, post = tasks.delivery.deliver, tasks.channels.post

    def stuck_delivery(**wanted: Any) -> Any:
        done = deliver(**wanted)
        assert Notification.objects.exists()
        stop_for_ever()
        return done

    def stuck_post(*wanted: Any) -> None:
        post(*wanted)
        stop_for_ever()

    if len(sys.argv) > 2:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", int(sys.argv[2])
        tasks.channels.post = stuck_post
    else:
        tasks.delivery.deliver = stuck_delivery
    worker.run(pace=worker.Pace(heartbeat=0.2, stalled_after=1.0, polling=0.3, reconnect=0.2))
