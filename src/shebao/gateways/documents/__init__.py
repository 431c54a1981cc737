"""Documents: receipts as signed PDF, made here and judged here."""
