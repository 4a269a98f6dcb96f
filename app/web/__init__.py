"""The site: blueprints, access rules, errors, headers. Parse, call one service, render."""

from flask import Flask

from app.web import access, errors, headers, rendering


def register_web(app: Flask) -> None:
    """Bind every blueprint and everything that surrounds a request to the application."""
    from app.web.admin import views as admin
    from app.web.auth import views as auth
    from app.web.bank import views as bank
    from app.web.codebook import views as codebook
    from app.web.main import views as main
    from app.web.practice import views as practice
    from app.web.progress import views as progress

    for views in (main, auth, practice, progress, codebook, bank, admin):
        app.register_blueprint(views.blueprint)
    headers.register(app)
    access.register(app)
    errors.register(app)
    rendering.register(app)
