"""What teachers get: assignments to hand out, grades, and pages of feedback."""
