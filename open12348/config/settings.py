"""All settings, read from the environment, with defaults that run a demo on a fresh machine.

A production machine sets at least: DATABASE_URL, OPEN12348_SECRET, OPEN12348_KEYS, OPEN12348_HOSTS, OPEN12348_DEMO=0.
"""

import base64
import hashlib
import os
import secrets
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from csp.constants import NONCE, SELF
from django.utils.translation import gettext_lazy as _

PACKAGE = Path(__file__).resolve().parent.parent
HOME = Path(os.environ.get("OPEN12348_HOME", PACKAGE.parent / "var"))


def _flag(name: str, default: bool) -> bool:
    return os.environ.get(name, "1" if default else "0").lower() in {"1", "true", "yes", "on"}


def _secret(name: str) -> str:
    """A secret from the environment, or one made once and kept in HOME (a demo must not need set-up)."""
    value = os.environ.get(name)
    if value:
        return value
    file = HOME / f"{name.lower()}.secret"
    if file.exists():
        return file.read_text().strip()
    HOME.mkdir(parents=True, exist_ok=True)
    made = secrets.token_urlsafe(48)
    try:
        with open(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
            out.write(made)
    except FileExistsError:
        return file.read_text().strip()
    return made


def _database(url: str) -> dict:
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")) or "open12348",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", parts.hostname or ""),
        "PORT": str(parts.port or query.pop("port", "")),
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            **query,
            # Statements are prepared by the server: an eighth less time for one life (docs/benchmarks.md). A pgbouncer
            # in between needs version 1.21 and max_prepared_statements, or OPEN12348_PREPARE=0.
            "server_side_binding": _flag("OPEN12348_PREPARE", True),
            "prepare_threshold": 2 if _flag("OPEN12348_PREPARE", True) else None,
            "pool": {"min_size": 1, "max_size": int(os.environ.get("OPEN12348_POOL", "8")), "timeout": 10},
        },
    }


DEMO = _flag("OPEN12348_DEMO", True)
DEBUG = False
SECRET_KEY = _secret("OPEN12348_SECRET")
# Field keys, newest first, comma separated; older ones still open what they sealed.
OPEN12348_KEYS = [
    base64.urlsafe_b64encode(hashlib.sha256(key.encode()).digest())
    for key in _secret("OPEN12348_KEYS").split(",")
    if key
]
OPEN12348_PACK = os.environ.get("OPEN12348_PACK", "kashgar")
OPEN12348_HOME = HOME
#: How many requests a partner's token may send in a minute, over all nodes together.
OPEN12348_TOKEN_PER_MINUTE = int(os.environ.get("OPEN12348_TOKEN_PER_MINUTE", "6000"))
OPEN12348_SMS_GATEWAY = os.environ.get("OPEN12348_SMS_GATEWAY", "open12348.kernel.messages.FileGateway")
ALLOWED_HOSTS = os.environ.get("OPEN12348_HOSTS", "127.0.0.1,localhost,[::1],testserver").split(",")
CSRF_TRUSTED_ORIGINS = [o for o in os.environ.get("OPEN12348_ORIGINS", "").split(",") if o]
#: The address that is printed on papers, where anybody may ask whether they are real.
OPEN12348_ADDRESS = (
    os.environ.get("OPEN12348_ADDRESS")
    or next(iter(CSRF_TRUSTED_ORIGINS), "")
    or f"http://127.0.0.1:{os.environ.get('PORT', '8000')}"
).rstrip("/")
SECURE = _flag("OPEN12348_HTTPS", False)


def _rooms(floor: str, marker: str) -> list[str]:
    """Folders of a floor that hold its marker file: adding a line is adding a folder, nothing else."""
    return sorted(
        f"open12348.{floor}.{folder.name}"
        for folder in (PACKAGE / floor).iterdir()
        if folder.is_dir() and (folder / marker).is_file()
    )


LINES = _rooms("lines", "line.py")
DOORS = _rooms("doors", "urls.py")
LEDGERS = _rooms("ledgers", "models.py")

INSTALLED_APPS = [
    *LINES,
    *DOORS,
    *LEDGERS,
    "open12348.demo",
    "open12348.guidance",
    "open12348.spine",
    "open12348.registry",
    "open12348.ui",
    "open12348.kernel",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "pgtrigger",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "csp",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "csp.middleware.CSPMiddleware",
    "open12348.registry.accounts.ActorMiddleware",
    "open12348.kernel.access.ClosedUnlessOpened",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "open12348.config.urls"
WSGI_APPLICATION = "open12348.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.messages.context_processors.messages",
                "django.contrib.auth.context_processors.auth",
                "csp.context_processors.nonce",
                "open12348.ui.context.page",
            ],
            "builtins": ["django.templatetags.i18n", "open12348.ui.templatetags.ui"],
        },
    }
]
FORM_RENDERER = "open12348.ui.forms.Renderer"

DATABASES = {"default": _database(os.environ.get("DATABASE_URL", f"postgresql://postgres@/open12348?host={HOME}/pg"))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "kernel_cache"}}

AUTH_USER_MODEL = "registry.Account"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher"]
LOGIN_URL = "console:sign-in"
LOGIN_REDIRECT_URL = "console:home"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_ENABLE_ADMIN = False
AXES_LOCKOUT_TEMPLATE = "console/locked.html"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Open12348"
MFA_TOTP_TOLERANCE = 1
MFA_ADAPTER = "open12348.registry.second_factor.SealingAdapter"
SESSION_COOKIE_AGE = 8 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if SECURE:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 31536000

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:", "blob:"],
        "object-src": ["'none'"],
        "frame-ancestors": ["'none'"],
        "base-uri": [SELF],
        "form-action": [SELF],
    }
}

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("中文")), ("ug", _("维吾尔语")), ("en", _("英语"))]
LANGUAGE_COOKIE_NAME = "language"
LANGUAGE_COOKIE_AGE = 365 * 86400
LOCALE_PATHS: list[str] = []
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

STATIC_URL = "/static/"
STATIC_ROOT = HOME / "static"
#: Served pages name their files by content (cached for ever); without a collected folder, plain names do.
COLLECTED = _flag("OPEN12348_COLLECT", False) or (HOME / "static" / "staticfiles.json").exists()
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if COLLECTED and not _flag("OPEN12348_TESTING", False)
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = True
MEDIA_ROOT = HOME / "files"
DATA_UPLOAD_MAX_MEMORY_SIZE = 12 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": os.environ.get("OPEN12348_LOG", "WARNING")},
    "loggers": {
        # "Not Found: /x" and the like is for the access log of the proxy; errors keep being said.
        "django.request": {"level": os.environ.get("OPEN12348_LOG", "ERROR")},
        "psycopg.pool": {"level": os.environ.get("OPEN12348_LOG", "ERROR")},
    },
}
