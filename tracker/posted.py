"""What was posted, to be posted once more."""


def fields(request, *, without=()):
    """Name and value of each field, in order; the token of the form is given anew."""
    left_out = ("csrfmiddlewaretoken", *without)
    return [
        (name, value) for name, values in request.POST.lists() if name not in left_out for value in values
    ]
