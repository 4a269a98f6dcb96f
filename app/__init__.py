"""Chartroom: practice medical charts, graded fairly."""

from flask import Flask

from app.config import Config, bundled


def create_app(config: Config) -> Flask:
    """Build the application. The order matters: settings, extensions, pages."""
    from app.extensions import bootstrap, csrf, db, limiter, login_manager, migrate
    from app.web import register_web

    app = Flask(__name__)
    _configure(app, config)

    db.init_app(app)
    migrate.init_app(app, db, directory=str(bundled("migrations")))
    csrf.init_app(app)
    login_manager.init_app(app)
    limiter.init_app(app)
    bootstrap.init_app(app)

    app.extensions["chartroom.config"] = config

    register_web(app)
    if config.proxies:
        from werkzeug.middleware.proxy_fix import ProxyFix

        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=config.proxies, x_proto=config.proxies, x_host=config.proxies
        )
    return app


def _configure(app: Flask, config: Config) -> None:
    app.config.update(
        SECRET_KEY=config.secret_key,
        SQLALCHEMY_DATABASE_URI=config.database,
        SQLALCHEMY_ENGINE_OPTIONS={"pool_pre_ping": True},
        TESTING=config.testing,
        RATELIMIT_ENABLED=config.rate_limits,
        RATELIMIT_HEADERS_ENABLED=True,
        TRUSTED_HOSTS=list(config.trusted_hosts) or None,
        MAX_CONTENT_LENGTH=2 * 1024 * 1024,
        MAX_FORM_PARTS=2_000,
        SESSION_COOKIE_NAME="chartroom",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=config.behind_tls,
        REMEMBER_COOKIE_HTTPONLY=True,
        REMEMBER_COOKIE_SAMESITE="Lax",
        REMEMBER_COOKIE_SECURE=config.behind_tls,
        WTF_CSRF_TIME_LIMIT=None,  # bound to the session instead: a page may be open for hours
        BOOTSTRAP_SERVE_LOCAL=True,
        PREFERRED_URL_SCHEME="https" if config.behind_tls else "http",
    )
