"""Transaction context, database roles, triggers, ClinicalModel, append-only tables, partitions."""
