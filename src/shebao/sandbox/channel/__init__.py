"""What every channel has alike: a till, notices that must be heard, and a courier for them."""
