"""To whom notices go, what is in an inbox, what each person wants."""
