"""The addresses of accounts. Signing up, confirming an address and changing it have none: nobody may."""

from allauth.account import views as allauth
from django.urls import path, re_path

from osmose.accounts import policies, views
from osmose.kernel.web.door import door, open_door
from osmose.kernel.web.middleware import EXEMPT_NAMES

# allauth logs in and out by itself, partly under GET: its own addresses have no door. By name, and no other.
ACCOUNT_EXEMPT_NAMES = frozenset(
    {
        "account_login",
        "account_logout",
        "account_change_password",
        "account_reset_password",
        "account_reset_password_done",
        "account_reset_password_from_key",
        "account_reset_password_from_key_done",
    }
)
EXEMPT_NAMES.update(ACCOUNT_EXEMPT_NAMES)

urlpatterns = [
    path("login", views.login, name="account_login"),
    path("logout", views.logout, name="account_logout"),
    path("compte/mot-de-passe/", allauth.password_change, name="account_change_password"),
    path("compte/mot-de-passe-oublie/", views.forgotten_password, name="account_reset_password"),
    path("compte/mot-de-passe-oublie/envoye/", allauth.password_reset_done, name="account_reset_password_done"),
    path(
        "compte/nouveau-mot-de-passe/fait/",
        allauth.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    re_path(
        r"^compte/nouveau-mot-de-passe/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        allauth.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    door("", name="home", may=policies.OWN, get=views.home),
    door("compte/", name="account", may=policies.OWN, get=views.account),
    door("compte/unite/", name="acting_unit", may=policies.OWN, post=views.choose_unit),
    open_door(
        "compte/theme/",
        views.choose_theme,
        name="theme",
        reason="Le thème est une préférence de ce navigateur, gardée dans un cookie ; la page de connexion l’a aussi.",
    ),
]
