"""Mathematics: pure functions on arrays, without state or input and output; forward is followed by backward."""
