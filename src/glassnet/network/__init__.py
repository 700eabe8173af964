"""What a network is: its layers, its parameters in one vector, and the way forward and back through them."""
