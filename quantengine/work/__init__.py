"""What was asked of a model, what is done beyond the plan, and what came of both."""
