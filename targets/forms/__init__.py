"""Forms: what is typed becomes values, or a sentence that says what to do."""
