"""Every setting of Django, from one typed environment; the modes only choose the environment."""

from typing import Any

import django_stubs_ext
from psycopg.conninfo import conninfo_to_dict

from osmose.kernel.db.roles import APP, OWNER
from osmose.project.environment import ROOT, Environment

django_stubs_ext.monkeypatch()

APPS = [
    "osmose.kernel.crypto",
    "osmose.kernel.db",
    "osmose.kernel.tasks",
    "osmose.kernel.events",
    "osmose.kernel.access",
    "osmose.kernel.audit",
    "osmose.kernel.drafts",
    "osmose.kernel.actions",
    "osmose.kernel.web",
    "osmose.organisations",
    "osmose.accounts",
    "osmose.devices",
    "osmose.patients",
    "osmose.encounters",
    "osmose.handover",
    "osmose.workspace",
    "osmose.indicators",
    # After the screens: its entry of the rail comes last.
    "osmose.notifications",
    "osmose.documents",
    "osmose.interop.hl7",
    "osmose.demo",
    "osmose.project",
]
THIRD_PARTIES = [
    # Its templates, tags and French words; our own site mounts its tables, and no other one is discovered.
    "django.contrib.admin.apps.SimpleAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "django_linear_migrations",
    # Configured by hand: their auto-configurations silently undo each other.
    "django_cotton.apps.SimpleAppConfig",
    "template_partials.apps.SimpleAppConfig",
    "pgtrigger",
    "pghistory",
    "procrastinate.contrib.django",
    "allauth",
    "allauth.account",
]


# Every question is short: starting other processes, or compiling its plan, costs ten times what asking it does. Whoever
# counts a year of passages says otherwise in its own transaction.
SHORT = "-c max_parallel_workers_per_gather=0 -c jit=off"
# A page that waits for a lock or for a slow disk is answered « réessayez » before it holds the last free connection.
# Migrations, which act as the owner, set limits of their own.
PATIENCE = "-c lock_timeout=25s -c statement_timeout=30s"
# Reconnecting is given up as soon as asking is: the next request tries anew, without a backoff of minutes.
POOL = {"min_size": 1, "max_size": 12, "timeout": 5, "reconnect_timeout": 5}


def database(env: Environment) -> dict[str, Any]:
    """Django's connection: pooled, health-checked, in the role of the application (or of the owner of the tables)."""
    url = env.database_owner_url if env.database_as_owner else env.database_url
    parts: dict[str, Any] = dict(conninfo_to_dict(url)) if url else {}
    role, patience = (OWNER, "") if env.database_as_owner else (APP, PATIENCE)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.pop("dbname", "osmose"),
        "USER": parts.pop("user", ""),
        "PASSWORD": parts.pop("password", ""),
        "HOST": parts.pop("host", ""),
        "PORT": str(parts.pop("port", "")),
        "CONN_HEALTH_CHECKS": True,
        "ATOMIC_REQUESTS": False,
        "OPTIONS": {
            **parts,
            # The role is part of the connection, not a SET after it: Django 5.2's assume_role waits for ever under a
            # pool (its SET ROLE asks the pool for another connection), and RESET ROLE comes back to this one.
            "options": f"{parts.get('options', '')} -c role={role} {SHORT} {patience}".strip(),
            "pool": False if env.database_as_owner else POOL,
            "connect_timeout": 5,
            # Only the cursors of kernel.db.prepared prepare, from the first time; Django's own never do.
            "prepare_threshold": 0,
        },
    }


def templates(*, debug: bool) -> list[dict[str, Any]]:
    sources = [
        "django_cotton.cotton_loader.Loader",
        "django.template.loaders.filesystem.Loader",
        "django.template.loaders.app_directories.Loader",
    ]
    return [
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "DIRS": [],
            "OPTIONS": {
                "debug": debug,
                # Partials outermost: with the cache outermost, `page.html#part` is not found.
                "loaders": [("template_partials.loader.Loader", [("django.template.loaders.cached.Loader", sources)])],
                "builtins": ["django_cotton.templatetags.cotton", "template_partials.templatetags.partials"],
                "context_processors": [
                    "django.template.context_processors.request",
                    "osmose.kernel.web.context.page",
                ],
            },
        }
    ]


MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "osmose.kernel.web.middleware.SecurityHeaders",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "osmose.kernel.web.middleware.ClosedByDefault",
]


def build(env: Environment, *, debug: bool = False) -> dict[str, Any]:
    """All settings for one environment; a mode's module does `globals().update(build(...))`."""
    return {
        "OSMOSE": env,
        "DEBUG": debug,
        "SECRET_KEY": env.secret_key,
        "ALLOWED_HOSTS": list(env.hosts),
        "CSRF_TRUSTED_ORIGINS": [f"https://{h}" for h in env.hosts if h not in ("", "*")] if env.behind_tls else [],
        "INSTALLED_APPS": [*APPS, *THIRD_PARTIES],
        "MIDDLEWARE": MIDDLEWARE,
        "ROOT_URLCONF": "osmose.project.urls",
        "WSGI_APPLICATION": "osmose.project.wsgi.application",
        "TEMPLATES": templates(debug=debug),
        "DATABASES": {"default": database(env)},
        "DEFAULT_AUTO_FIELD": "django.db.models.BigAutoField",
        # French
        "LANGUAGE_CODE": "fr",
        "TIME_ZONE": "Europe/Paris",
        "USE_TZ": True,
        "USE_I18N": True,
        **security(env),
        **accounts(env),
        **storage(env),
        **libraries(),
        # How often a page asks what changed, where nothing is pushed to it.
        "POLL_SECONDS": 5,
        # Where a page gets its ticket for the stream; empty: nothing is pushed, pages ask.
        "STREAM_TICKETS": "/flux/billet/",
        # After how many whole weeks the counted openings of records are forgotten.
        "OPENINGS_KEPT_WEEKS": env.openings_weeks,
        "LOGGING": logging(),
    }


def security(env: Environment) -> dict[str, Any]:
    return {
        "SESSION_ENGINE": "django.contrib.sessions.backends.db",
        "SESSION_COOKIE_NAME": "__Host-osmose" if env.behind_tls else "osmose",
        "SESSION_COOKIE_AGE": 12 * 3600,  # one shift
        "SESSION_EXPIRE_AT_BROWSER_CLOSE": True,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": env.behind_tls,
        "CSRF_COOKIE_SECURE": env.behind_tls,
        "CSRF_COOKIE_HTTPONLY": True,
        "CSRF_FAILURE_VIEW": "osmose.kernel.web.errors.csrf_failure",
        "SECURE_CONTENT_TYPE_NOSNIFF": True,
        "SECURE_REFERRER_POLICY": "same-origin",
        "SECURE_CROSS_ORIGIN_OPENER_POLICY": "same-origin",
        "SECURE_HSTS_SECONDS": 31536000 if env.behind_tls else 0,
        "SECURE_HSTS_INCLUDE_SUBDOMAINS": env.behind_tls,
        "SECURE_HSTS_PRELOAD": False,
        "SECURE_PROXY_SSL_HEADER": ("HTTP_X_FORWARDED_PROTO", "https") if env.behind_tls else None,
        # Framing: the content policy's frame-ancestors. TLS redirection and preloading: the proxy's, the domain's.
        # The administration knows the actor, not Django's user (E402), and says what was done by its address: no
        # message is kept in a cookie (E404).
        "SILENCED_SYSTEM_CHECKS": ["security.W002", "security.W008", "security.W021", "admin.E402", "admin.E404"],
        # Long texts are refused in words by their form, not by a bare 400: leave them room to arrive.
        "DATA_UPLOAD_MAX_MEMORY_SIZE": 4 * 1024 * 1024,
        "DATA_UPLOAD_MAX_NUMBER_FIELDS": 500,
        "PASSWORD_HASHERS": ["django.contrib.auth.hashers.Argon2PasswordHasher"],
        "AUTH_PASSWORD_VALIDATORS": [
            {
                "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
                "OPTIONS": {"min_length": 12},
            },
            {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
            {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
        ],
    }


def accounts(env: Environment) -> dict[str, Any]:
    return {
        "AUTH_USER_MODEL": "accounts.User",
        "AUTHENTICATION_BACKENDS": ["osmose.accounts.adapters.Backend"],
        "LOGIN_URL": "/login",
        "LOGIN_REDIRECT_URL": "/",
        "ACCOUNT_ADAPTER": "osmose.accounts.adapters.AccountAdapter",
        "ACCOUNT_LOGIN_METHODS": {"email"},
        "ACCOUNT_SIGNUP_FIELDS": ["email*", "password1*", "password2*"],
        "ACCOUNT_USER_MODEL_USERNAME_FIELD": None,
        "ACCOUNT_EMAIL_VERIFICATION": "none",
        # The demonstration sends nothing anywhere: a message goes to its terminal.
        "EMAIL_BACKEND": f"django.core.mail.backends.{'smtp' if env.mode == 'production' else 'console'}.EmailBackend",
        "EMAIL_HOST": env.smtp_host,
        "EMAIL_TIMEOUT": 10,
        "DEFAULT_FROM_EMAIL": env.mail_from,
        "ACCOUNT_LOGOUT_REDIRECT_URL": "/login",
        "ACCOUNT_SESSION_REMEMBER": False,
        "ACCOUNT_PREVENT_ENUMERATION": True,
        "ACCOUNT_RATE_LIMITS": {"login": "60/m/ip", "login_failed": "10/m/ip,5/5m/key"},
    }


def storage(env: Environment) -> dict[str, Any]:
    return {
        "STATIC_URL": "/static/",
        "STATIC_ROOT": env.static_root,
        "STATICFILES_DIRS": [],
        "STORAGES": {
            "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
            "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
        },
        # Counters of the login throttle only; no clinical text ever goes to a cache table.
        "CACHES": {
            "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "web_cache"},
        },
        "WHITENOISE_MAX_AGE": 3600,
        "LOCALE_PATHS": [ROOT / "osmose" / "project" / "locale"],
    }


def libraries() -> dict[str, Any]:
    return {
        "COTTON_DIR": "cotton",
        "PGHISTORY_APPEND_ONLY": False,
        "PGTRIGGER_INSTALL_ON_MIGRATE": False,
    }


def logging() -> dict[str, Any]:
    """Logs to the standard error; every record passes the scrubber, so that no row text gets out."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"scrub": {"()": "osmose.kernel.base.logs.Scrub"}},
        "formatters": {"line": {"()": "osmose.kernel.base.logs.Line"}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "filters": ["scrub"], "formatter": "line"}},
        "root": {"handlers": ["stderr"], "level": "INFO"},
        "loggers": {
            "procrastinate": {"level": "WARNING"},
            "django.server": {"level": "WARNING"},
            "psycopg.pool": {"level": "ERROR"},
        },
    }
