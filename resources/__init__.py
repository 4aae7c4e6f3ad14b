"""Data, fonts and icons that come with Chainlight, each with its source and licence beside it."""
