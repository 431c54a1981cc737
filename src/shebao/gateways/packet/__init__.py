"""Files of batches as banks want and give them: a format is a table of a policy pack."""
