"""One origin for the demonstration and the tests: the stream at its address, Django's pages (WSGI) at every other."""

from a2wsgi import WSGIMiddleware

from osmose.stream.app import Receive, Scope, Send, Stream
from osmose.stream.tickets import PATH

_THREADS = 8


class Origin:
    """The ASGI application that serves both; its lifespan is the stream's."""

    def __init__(self, stream: Stream, pages: WSGIMiddleware) -> None:
        self.stream, self.pages = stream, pages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_streams = scope["type"] == "lifespan" or scope.get("path") == PATH
        await (self.stream if is_streams else self.pages)(scope, receive, send)  # type: ignore[arg-type]


def one_origin() -> Origin:
    """Pages and stream; Django must be set up, or is here."""
    from osmose.project.wsgi import application

    return Origin(Stream(), WSGIMiddleware(application, workers=_THREADS))  # type: ignore[arg-type]  # Django's own type of an answer
