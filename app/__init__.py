"""The window of Chainlight."""
