"""Changes of the promise: asked for, read in words, decided on."""
