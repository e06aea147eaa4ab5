"""What a note is made of, in pure Python."""

from osmose.handover.rules.shapes import SHAPES, Part, Shape, parts_of, said
from osmose.handover.rules.written import TOTAL, Recipient, Written, require_whole

__all__ = ["SHAPES", "TOTAL", "Part", "Recipient", "Shape", "Written", "parts_of", "require_whole", "said"]
