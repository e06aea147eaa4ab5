"""The handover sheet (relève) of a unit and a shift."""
