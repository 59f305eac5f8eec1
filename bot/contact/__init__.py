"""How people would like to be reached, and whom they trust: for a person in the team, never for the bot."""
