"""Pages for clerks at counters: who comes, what they pay, and where the cash goes from there."""
