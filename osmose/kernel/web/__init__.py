"""door() and its guard, partials, base templates, components, tokens."""
