"""The learner's side: workspace, watch mode, and feedback."""
