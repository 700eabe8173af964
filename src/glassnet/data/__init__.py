"""Where numbers come from: tables of examples, the built-in sources, images, and what is done to them beforehand."""
