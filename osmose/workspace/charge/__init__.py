"""Who is in charge of whom: sectors taken for a shift, patients handed over by relais."""
