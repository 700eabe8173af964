"""What a learner works with: a folder, the watching terminal, and words for what was found out."""
