"""Who is available: one's own status from anywhere, the team strip of the board, « Équipe », gardes et astreintes."""
