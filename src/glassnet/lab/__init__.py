"""The lab: a course in which a network is built by hand, checked at every step, and every mistake is named."""
