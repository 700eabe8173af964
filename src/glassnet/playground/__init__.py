"""The playground: a network that trains while one looks at it and changes it, in a browser and in notebooks."""
