"""The site: blueprints, access rules, errors, headers. Parse, call one service, render."""

from flask import Flask

from app.web import access, errors, headers, rendering


def register_web(app: Flask) -> None:
    """Bind every blueprint and everything that surrounds a request to the application."""
    from app.web.admin import imports  # noqa: F401 - it adds its views to the blueprint
    from app.web.admin import views as admin
    from app.web.auth import views as auth
    from app.web.bank import views as bank
    from app.web.codebook import annotations, browse, indexes, pcs  # noqa: F401 - they add their views to the blueprint
    from app.web.codebook import views as codebook
    from app.web.main import views as main
    from app.web.practice import views as practice
    from app.web.progress import views as progress
    from app.web.questions import views as questions

    for views in (main, auth, practice, questions, progress, codebook, bank, admin):
        app.register_blueprint(views.blueprint)
    headers.register(app)
    access.register(app)
    errors.register(app)
    rendering.register(app)
