"""The sealed inbox of anonymous feedback in the console, opened with a passphrase for one session only."""
