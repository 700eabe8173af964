"""Where numbers come from: tables of examples, the built-in sources, pictures, and what is done to them beforehand."""
