"""Pages by which people come in, and by which they look after how they do."""
