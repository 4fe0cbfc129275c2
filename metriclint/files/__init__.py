"""Files as text: reading, places in them, what is wrong with them, and writing them whole."""
