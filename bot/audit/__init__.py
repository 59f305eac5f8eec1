"""`alongside audit`: a motivated intruder against a deployment's own files. It changes nothing that it looks at."""
