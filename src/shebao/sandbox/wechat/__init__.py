"""WeChat Pay API v3 for rehearsal: it verifies every byte it hears and signs every byte it says."""
