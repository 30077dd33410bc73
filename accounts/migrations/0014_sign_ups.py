import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0013_moderators_see_namesakes")]

    operations = [
        migrations.CreateModel(
            name="SignUp",
            fields=[
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="sign_up",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("browser", models.CharField(max_length=32)),
                ("is_contested", models.BooleanField(default=False)),
            ],
        ),
    ]
