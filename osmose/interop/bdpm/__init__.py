"""The public French medicines files (base de données publique des médicaments)."""
