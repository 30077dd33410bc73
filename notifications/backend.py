from django.core.mail.backends.base import BaseEmailBackend


class QueueBackend(BaseEmailBackend):
    pass
