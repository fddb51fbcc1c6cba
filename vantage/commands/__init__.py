"""Commands of the shared core; each module is light, and imports what is heavy only when it runs."""
