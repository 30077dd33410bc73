"""A person's own profile; signing in and out is the library's."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts import services
from accounts.forms import ProfileForm
from accounts.models import User
from accounts.requests import SignedInRequest


@require_http_methods(["GET", "POST"])
def profile_edit(request: SignedInRequest) -> HttpResponse:
    person = User.objects.get(pk=request.user.pk)  # the form changes it, also where it is wrong
    form = ProfileForm(request.POST or None, instance=person)
    if request.method == "POST" and form.is_valid():
        try:
            services.change_profile(
                request.user, by=request.user, is_own_name=form.is_own_name, **form.cleaned_profile
            )
        except ValidationError as error:
            form.add_error("public_name", error)
        else:
            messages.success(request, _("Your profile is saved."))
            return redirect("accounts:profile-edit")
    return render(request, "accounts/profile_edit.html", {"form": form, "section": "account"})
