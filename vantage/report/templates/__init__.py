"""The page of the HTML report (package data)."""
