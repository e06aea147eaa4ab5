"""« Erreurs de dossier »: what was withdrawn and sealed, for the data protection officer and the auditor."""
