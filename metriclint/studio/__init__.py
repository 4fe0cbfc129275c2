"""The studio: questions, a live answer and the map of a project in a browser on the same machine."""
