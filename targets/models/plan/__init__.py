"""A year's plan with its periods, its rule of lights, and how one year hands over to the next."""
