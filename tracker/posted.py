"""What was posted, to be posted once more."""

from django.http import HttpRequest


def fields(request: HttpRequest) -> list[tuple[str, str]]:
    """Name and value of each field, in order. The form's token is given anew, a password is typed again."""
    return [
        (name, value)
        for name, values in request.POST.lists()
        if name != "csrfmiddlewaretoken" and "password" not in name
        for value in values
    ]
