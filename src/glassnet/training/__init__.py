"""The loop over the data, the record it hands out after every epoch, and when to stop."""
