"""Settings of the site: one file, read from the environment, safe by default."""

import os
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import dj_database_url
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.retry import Retry

from townhall.default_limits import DEFAULT_LIMITS
from townhall.environment import (
    env_bool,
    env_bounds,
    env_days,
    env_limit,
    env_list,
    env_seconds,
    env_text,
    refuse_weak_keys,
)
from townhall.logs import LINE

BASE_DIR = Path(__file__).resolve().parent.parent


# What the council sets

COUNCIL_NAME = env_text("COUNCIL_NAME", "Northmoor")
COUNCIL_NAME_CY = env_text("COUNCIL_NAME_CY", COUNCIL_NAME)
COUNCIL_COLOUR = os.environ.get("COUNCIL_COLOUR", "")  # such as #0b5563; "" keeps the site's own
COUNCIL_LOGO = os.environ.get("COUNCIL_LOGO", "")  # a file: SVG, PNG or WebP
SITE_URL = env_text("SITE_URL", "http://localhost:8000").rstrip("/")
MAIL_FROM = env_text(
    "MAIL_FROM", f"{COUNCIL_NAME} town hall <townhall@{urlsplit(SITE_URL).hostname}>"
)
# How long people can reword what they wrote; 0 is never. The old wording stays open to readers.
EDIT_MINUTES = int(env_text("EDIT_MINUTES", "30"))
DEMONSTRATION = env_bool("TOWNHALL_DEMO")

SECRET_KEY = env_text("SECRET_KEY")
SECRET_KEY_FALLBACKS = env_list("SECRET_KEY_FALLBACKS")
DEBUG = env_bool("DEBUG")
INSECURE_COOKIES = env_bool("INSECURE_COOKIES")  # plain http, for a machine of one's own
if not INSECURE_COOKIES:
    refuse_weak_keys([SECRET_KEY, *SECRET_KEY_FALLBACKS])
    if DEBUG:
        raise ImproperlyConfigured(
            "DEBUG shows what the site is made of: never set it on a server."
        )
ALLOWED_HOSTS = env_list("ALLOWED_HOSTS", "localhost,127.0.0.1")

# What the site is made of

INSTALLED_APPS = [
    "townhall.apps.TownhallConfig",
    "records",
    "notifications",
    "moderation",
    "questions",
    "discussions",
    "councillors",
    "communities",
    "accounts",
    "allauth",
    "allauth.account",
    "taggit",
    "csp",
    "django.forms",
    "townhall.apps.DeskConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "townhall.middleware.DemonstrationMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "townhall.middleware.UnchangedPageMiddleware",
    "csp.middleware.CSPMiddleware",
    "townhall.middleware.PlainTextMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "townhall.middleware.SecurityLogMiddleware",
    "townhall.middleware.SignInMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "townhall.middleware.StaffSessionMiddleware",
    "townhall.middleware.LimitMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]

ROOT_URLCONF = "townhall.urls"
WSGI_APPLICATION = "townhall.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "townhall.context_processors.site",
            ],
        },
    }
]
FORM_RENDERER = "townhall.form_renderer.FormRenderer"

# How much one key may do in a time: a person, an address block, a recipient of mail. Each may be
# set in the environment: LIMIT_THREAD="5/h,20/d", LIMIT_THREAD="off".

# Accounts as young as this are newcomers: for what has a second line they may do less.
NEWCOMER_DAYS = int(env_text("NEWCOMER_DAYS", "7"))
LIMITS = {kind: env_limit(kind, default) for kind, default in DEFAULT_LIMITS.items()}

# Where areas and postcodes can lie: west, south, east and north; importers refuse others as slips
PLACE_BOUNDS = env_bounds("PLACE_BOUNDS", "-15,48,5,62")

# Where things are kept

_database = dj_database_url.parse(
    env_text("DATABASE_URL"),
    engine="townhall.database",
    conn_max_age=600,
    conn_health_checks=True,
)
# Between the site and PostgreSQL stands a pooler that hands out a session for each transaction.
DATABASE_POOLER = env_bool("DATABASE_POOLER")
DATABASES = {
    "default": {
        **_database,
        "DISABLE_SERVER_SIDE_CURSORS": DATABASE_POOLER,
        "TEST": {"TEMPLATE": "template0"},
    }
}
# Who owns the tables, for migrations; the site's own role can then do no more than it needs.
# A pooler between the site and PostgreSQL is no place for it.
DATABASE_OWNER: dict[str, Any] = {}
if _owner_url := os.environ.get("DATABASE_OWNER_URL"):
    _owner = dj_database_url.parse(_owner_url)
    DATABASE_OWNER = {key: _owner[key] for key in ("USER", "PASSWORD", "HOST", "PORT")}
# Seconds: to reach the database; then of a statement, of a lock, and of a transaction in which
# nothing happens. 0 is without end, for what an operator starts and can stop.
DATABASE_CONNECT = env_seconds("DATABASE_CONNECT", 2)
DATABASE_LIMITS = {
    "web": {
        "statement": env_seconds("WEB_STATEMENT", 5),
        "lock": env_seconds("WEB_LOCK", 3),
        "idle": env_seconds("WEB_IDLE", 15),
    },
    "worker": {
        "statement": env_seconds("WORKER_STATEMENT", 60),
        "lock": env_seconds("WORKER_LOCK", 30),
        "idle": env_seconds("WORKER_IDLE", 120),
    },
    "command": {"statement": 0, "lock": 0, "idle": 0},
    # Whoever waits for a lock keeps all others waiting behind: rather give up and try again.
    "migration": {"statement": 0, "lock": 1, "idle": 0},
}
REDIS_URL = env_text("REDIS_URL")


def _cache(seconds: float) -> dict[str, Any]:
    """Describe the cache; one that does not answer in time is taken to be away."""
    return {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "OPTIONS": {
            "socket_connect_timeout": seconds,
            "socket_timeout": seconds,
            # Once more at once, for a connection that ended while nobody used it
            "retry": Retry(NoBackoff(), 1, (RedisConnectionError,)),
        },
    }


# What the sign-in library counts holds while Redis is away; what lies there may be lost.
CACHES = {
    "default": {"BACKEND": "accounts.counters.CounterCache"},
    "redis": _cache(seconds=1),
    # For what must say within a second that Redis does not answer
    "health": _cache(seconds=0.3),
}
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 30

STATIC_URL = "/static/"
STATIC_ROOT = env_text("STATIC_ROOT", str(BASE_DIR / "staticfiles"))
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "townhall.storage.DurableFileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
# Under its plain name a file could be kept for a minute only; so there is none.
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
MEDIA_ROOT = env_text("MEDIA_ROOT", str(BASE_DIR / "media"))
FILE_UPLOAD_HANDLERS = [
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "townhall.uploads.BoundedUploadHandler",
]
# How much room pictures may take, of one person and in all
PICTURES_MB_PER_PERSON = int(env_text("PICTURES_MB_PER_PERSON", "100"))
PICTURES_MB = int(env_text("PICTURES_MB", "10000"))
# A folder on the disk of the database, which the page on the state of the site watches
DATABASE_FOLDER = env_text("DATABASE_FOLDER", "/var/lib/postgresql")

# What the last full run of the tests of accessibility found; the statement shows it
ACCESSIBILITY_RESULTS = BASE_DIR / "townhall" / "accessibility.json"

# People

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.backend.AddressBackend"]
PASSWORD_HASHERS = env_list("PASSWORD_HASHERS", "django.contrib.auth.hashers.Argon2PasswordHasher")
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email", "public_name")},
    },
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "accounts.validators.EasyPasswordValidator"},
    {"NAME": "communities.validators.LocalPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "mine"
# accounts_user_email_once keeps addresses apart whatever their case
SILENCED_SYSTEM_CHECKS = ["auth.W004"]
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
# Which rooms know of names that nobody else may take unmarked.
NAME_SOURCES = ["communities.names.names_of_ambassadors", "councillors.names.names_in_office"]
# How often people may change their name, and how long their page says what they were called.
MAX_RENAMES = int(env_text("MAX_RENAMES", "2"))
RENAME_WINDOW_DAYS = int(env_text("RENAME_WINDOW_DAYS", "365"))
RENAME_SHOWN_DAYS = int(env_text("RENAME_SHOWN_DAYS", "90"))
ACCOUNT_USER_DISPLAY = "accounts.names.display_name"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_SIGNUP_FORM_CLASS = "accounts.forms.SignupForm"
ACCOUNT_FORMS = {
    "login": "accounts.forms.sign_in.LoginForm",
    "signup": "accounts.forms.sign_in.SignupForm",
    "add_email": "accounts.forms.sign_in.AddEmailForm",
    "change_password": "accounts.forms.sign_in.ChangePasswordForm",
    "set_password": "accounts.forms.sign_in.SetPasswordForm",
    "reset_password": "accounts.forms.sign_in.ResetPasswordForm",
    "reset_password_from_key": "accounts.forms.sign_in.ResetPasswordKeyForm",
}
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_CONFIRMATION_EXPIRE_DAYS = 3
PASSWORD_RESET_TIMEOUT = 60 * 60 * 24
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "accounts.adapter.ResetTokenGenerator"  # noqa: S105
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_LOGOUT_REDIRECT_URL = "home"
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_NOTIFICATIONS = True

# How many days things are kept that nobody needs for longer; each night the worker deletes what
# is older. The privacy page is written from this table.
RETENTION = {
    name: env_days(f"RETENTION_{name.upper()}", days)
    for name, days in {
        "drafts": 30,  # since they were last changed
        "loose_pictures": 1,  # in no post and no draft
        "sessions": 1,  # since they ended
        "unproven_accounts": 7,  # whose address was never confirmed
        "earlier_names": 730,  # since somebody changed theirs
        "mails": 90,  # the words of a mail go when it has left
        "deliveries": 90,  # what the list of news shows
        "digests": 90,  # and what each told of
        "told": 46,  # since a thread of which a digest told moved on
        "limits": 1,  # since the window of a count ended
        "runs": 365,  # of the nightly job, and what is noted of back-ups
    }.items()
}

# Mail: every message is a row first; EMAIL_URL names the server that the worker hands it to

# What comes so soon after an alert is gathered into one mail; 0 gathers only what waits already.
ALERT_WINDOW_MINUTES = int(env_text("ALERT_WINDOW_MINUTES", "10"))
EMAIL_BACKEND = "notifications.backend.QueueBackend"
EMAIL_URL = env_text("EMAIL_URL")
DEFAULT_FROM_EMAIL = SERVER_EMAIL = MAIL_FROM

# Work outside the request

CELERY_BROKER_URL = REDIS_URL
if (_redis := urlsplit(REDIS_URL)).scheme == "unix":  # Celery spells sockets in its own way
    _number = parse_qs(_redis.query).get("db", ["0"])[0]
    CELERY_BROKER_URL = f"redis+socket://{unquote(_redis.path)}?virtual_host={_number}"
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 600,
    "socket_timeout": 5,
    "socket_connect_timeout": 5,
}
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 15.0
CELERY_TIMEZONE = "UTC"

# Language and time

LANGUAGE_CODE = "en-gb"
LANGUAGES = [("en-gb", _("English")), ("cy", _("Welsh"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = env_text("TIME_ZONE", "Europe/London")
USE_TZ = True

TAGGIT_CASE_INSENSITIVE = True

# Safety

SECURE_SSL_REDIRECT = SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not INSECURE_COOKIES
SECURE_REDIRECT_EXEMPT = [r"^(healthz|readyz)$"]
SECURE_HSTS_SECONDS = 0 if INSECURE_COOKIES else 60 * 60 * 24 * 365
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = True
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
# How many proxies stand before the site: the limits on sign-in count the visitor behind them
ALLAUTH_TRUSTED_PROXY_COUNT = int(env_text("TRUSTED_PROXIES", "0"))
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
# Staff are signed out when they did nothing for a while, and once a working day has passed.
STAFF_IDLE_MINUTES = int(env_text("STAFF_IDLE_MINUTES", "60"))
STAFF_SESSION_HOURS = int(env_text("STAFF_SESSION_HOURS", "12"))
DEVICE_COOKIE_AGE = 60 * 60 * 24 * 365
DEVICE_COOKIE_NAME = "device" if INSECURE_COOKIES else "__Host-device"
SESSION_COOKIE_NAME = "sessionid" if INSECURE_COOKIES else "__Host-sessionid"
CSRF_COOKIE_NAME = "csrftoken" if INSECURE_COOKIES else "__Host-csrftoken"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        "form-action": [SELF],
        "frame-src": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
    }
}
# So much that a text which is far too long comes back with its words, and a sentence why.
DATA_UPLOAD_MAX_MEMORY_SIZE = 6 * 1024 * 1024

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "townhall.logs.LineFormatter", "format": LINE}},
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "line"},
        "security": {"class": "townhall.logs.SecurityHandler"},
    },
    "root": {"handlers": ["console"], "level": env_text("LOG_LEVEL", "INFO")},
    "loggers": {
        # Not a line for each task of every five seconds, but that the worker is there
        "celery": {"level": "WARNING"},
        "celery.apps.worker": {"level": "INFO"},
        # A line each instead of a traceback: hosts made up, tokens missing, requests too large.
        "django.security": {"handlers": ["security"], "propagate": False},
        "townhall.security": {"level": "INFO"},
    },
}
