"""Parts of the window that know the state, one for each concern."""
