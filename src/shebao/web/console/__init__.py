"""The pages of operators: refunds, where money is, the books of a day."""
