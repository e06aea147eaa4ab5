"""What the command refuses, in one sentence."""


class Refusal(Exception):
    """The command cannot go on; the sentence says why and what to do, and is all that the person sees."""
