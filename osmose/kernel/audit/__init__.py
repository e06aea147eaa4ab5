"""The access journal: who read or changed what, committed before anything is shown."""
