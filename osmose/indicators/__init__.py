"""How long things take, for whoever runs a unit: figures that name nobody."""
