"""Signing in with an e-mail address and a password."""

from allauth.account.auth_backends import AuthenticationBackend

from accounts.models import User


class AddressBackend(AuthenticationBackend):
    """Looks for an address where it is the account's own, not where somebody wants to change to it.

    So one password is checked at most, and one is hashed for nothing where there is no account.
    """

    def _authenticate_by_email(self, email: str, password: str) -> User | None:
        user = User.objects.at_address(email).first()
        return self._check_password(user, password)
