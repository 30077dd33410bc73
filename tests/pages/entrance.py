"""The pages of joining, signing in and what guards an account."""

from tests.factories import PASSWORD
from tests.pages.catalogue import in_state

NO_ADDRESS = "nobody at example"

ENTRANCE = [
    in_state("blank", "account_login", roles="visitor"),
    in_state("demonstration", "account_login", roles="visitor", world="demonstration"),
    in_state(
        "refused",
        "account_login",
        roles="visitor",
        typed={"login": "nobody@example.org", "password": "wrong words"},
    ),
    in_state("blank", "accounts:sign-in-link-ask", roles="visitor"),
    in_state("refused", "accounts:sign-in-link-ask", roles="visitor", typed={"email": NO_ADDRESS}),
    in_state("sent", "accounts:sign-in-link-sent", roles="visitor"),
    in_state("good key", "accounts:sign-in-link", "sign-in-key", roles="visitor"),
    in_state("broken key", "accounts:sign-in-link", "broken-key", roles="visitor resident"),
    in_state("blank", "account_signup", roles="visitor"),
    in_state(
        "refused",
        "account_signup",
        roles="visitor",
        typed={"public_name": "Ines", "email": NO_ADDRESS, "password1": "short"},
    ),
    in_state("closed", "account_signup", roles="visitor", world="faults"),
    in_state("sent", "account_email_verification_sent", roles="visitor"),
    in_state("sent", "account_email_verification_sent", roles="visitor", world="demonstration"),
    in_state("good key", "account_confirm_email", "confirm-key", roles="visitor"),
    in_state(
        "to change", "account_confirm_email", "change-key", roles="visitor resident neighbour"
    ),
    in_state("waiting", "accounts:address-change-stop", "stop-token", roles="visitor"),
    in_state("nothing waits", "accounts:address-change-stop", "broken-key", roles="visitor"),
    in_state("taken", "account_confirm_email", "taken-key", roles="visitor"),
    in_state("broken key", "account_confirm_email", "broken-key", roles="visitor resident"),
    in_state("blank", "account_reset_password", roles="visitor"),
    in_state("refused", "account_reset_password", roles="visitor", typed={"email": NO_ADDRESS}),
    in_state("sent", "account_reset_password_done", roles="visitor"),
    in_state("good key", "account_reset_password_from_key", "uid reset-key", roles="visitor"),
    in_state(
        "refused",
        "account_reset_password_from_key",
        "uid reset-key",
        roles="visitor",
        typed={"password1": "short"},
    ),
    in_state(
        "broken key", "account_reset_password_from_key", "broken-uid broken-key", roles="visitor"
    ),
    in_state("done", "account_reset_password_from_key_done", roles="visitor resident"),
    in_state("plain", "account_inactive", roles="visitor"),
    in_state("asked", "account_logout", roles="resident"),
    in_state("asked", "account_reauthenticate", roles="resident"),
    in_state(
        "refused", "account_reauthenticate", roles="resident", typed={"password": "wrong words"}
    ),
    in_state("blank", "account_email", roles="neighbour"),
    in_state("waiting for a new one", "account_email", roles="resident"),
    in_state("refused", "account_email", roles="neighbour", typed={"email": NO_ADDRESS}),
    in_state("blank", "account_change_password", roles="resident"),
    in_state(
        "refused",
        "account_change_password",
        roles="resident",
        typed={"oldpassword": PASSWORD, "password1": "short", "password2": "other"},
    ),
    in_state("blank", "account_set_password", roles="keyless"),
    in_state(
        "refused",
        "account_set_password",
        roles="keyless",
        typed={"password1": "short", "password2": "other"},
    ),
]

# What goes wrong, in a world where it truly does.
FAULTS = [
    in_state("400", "/", roles="visitor", query={"q": "\x00"}, status=400),
    in_state("403", "admin:index", roles="resident", status=403),
    in_state("403", "moderation:appeal-create", "decision", roles="moderator", status=403),
    in_state("404", "/no-such-page/", roles="visitor resident", status=404),
    in_state(
        "no cookie",
        "account_login",
        roles="visitor",
        typed={"login": "nobody@example.org", "password": "wrong words"},
        status=403,
        how="without cookie",
    ),
    in_state(
        "too often",
        "account_reset_password",
        roles="visitor",
        world="faults",
        typed={"email": "nobody@example.org"},
        status=429,
        how="twice",
    ),
    in_state("broken", "/faulty/broken/", roles="visitor", world="faults", status=500),
    in_state("unproven", "/faulty/proven/", roles="keyless", world="faults"),
]
