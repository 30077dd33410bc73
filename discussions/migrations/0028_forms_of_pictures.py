from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("discussions", "0027_words_of_older_posts_apart")]
    operations = [
        migrations.AddField(
            "image",
            "file_webp",
            models.FileField(blank=True, db_default="", default="", upload_to="images/"),
        ),
        migrations.AddField(
            "image",
            "thumbnail_webp",
            models.FileField(blank=True, db_default="", default="", upload_to="images/"),
        ),
        migrations.AddField("image", "missing_since", models.DateTimeField(null=True)),
    ]
