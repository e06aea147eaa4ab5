"""What import-linter can't see, each guard a pure function over sources, templates or registers.

A guard returns its faults as sentences; the test of the same name plants one and looks at the house.
"""
