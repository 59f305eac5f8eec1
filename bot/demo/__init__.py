"""A lived-in charity to look around in, made by the real service: people text, coordinators act, and time passes."""
