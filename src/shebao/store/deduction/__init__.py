"""The shelves of deduction: agreements to collect, and money that banks took back."""
