"""The city: a large town whose people have bills to pay, for whoever measures us or shakes us."""
