"""Progress entries: their content, their authors and reviewers, and the acts from draft to approval."""
