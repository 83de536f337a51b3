"""The application object for gunicorn and runserver."""

import os

from django.core.wsgi import get_wsgi_application

os.environ["DJANGO_SETTINGS_MODULE"] = "tracker.settings"

application = get_wsgi_application()
