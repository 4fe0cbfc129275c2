"""Exchange of cards with the formats where people keep them: spreadsheets, and native cards out of other sources."""
