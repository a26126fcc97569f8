"""Long work beside the server: one job at a time, each in a process and a folder of its own."""
