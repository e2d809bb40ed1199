"""The forms function: receives the entries of a site's forms and sends a mail for each."""
