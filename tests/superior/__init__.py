"""上级报表: forms as superiors hand them down (`forms.FORMS`), filled, and compared part by part.

    .venv/bin/python -m tests.superior

fills every one, has LibreOffice open it and work out its formulas, and checks what they say.
"""
