"""Pages for collectors: a roster is sent, put right, collected, and followed to the last line."""
