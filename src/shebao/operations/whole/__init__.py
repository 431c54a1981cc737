"""Whole (合单): what one family pays for several cities in one payment."""
