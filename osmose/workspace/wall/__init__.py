"""The walls of a unit (« Mur »): screens that nobody holds, and those who hang them."""
