"""« Mes brouillons »: what one was writing, wherever it was, and beside a row of the board."""
