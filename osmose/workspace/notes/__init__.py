"""What happens to a note after it was signed: who reads it, what is added, what is corrected."""
