"""What Osmose costs: a hospital with a long archive is loaded, its screens are measured, the budgets judged."""
