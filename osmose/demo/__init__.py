"""The demonstration hospital: two hospitals under an agreement, a third without any."""
