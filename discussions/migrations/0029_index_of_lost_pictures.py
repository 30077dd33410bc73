from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("discussions", "0028_forms_of_pictures")]
    operations = [
        AddIndexConcurrently(
            "image",
            models.Index(
                fields=["missing_since"],
                name="discussions_image_missing",
                condition=models.Q(missing_since__isnull=False),
            ),
        )
    ]
