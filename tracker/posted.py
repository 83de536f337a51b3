"""What was posted, to be posted once more."""


def fields(request):
    """Name and value of each field, in order; the token of the form is given anew."""
    lists = request.POST.lists()
    return [(name, value) for name, values in lists if name != "csrfmiddlewaretoken" for value in values]
