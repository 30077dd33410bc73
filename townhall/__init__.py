"""How the site is wired, and pages that gather several rooms."""
