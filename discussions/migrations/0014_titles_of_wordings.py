from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("discussions", "0013_words_of_older_threads")]

    operations = [
        migrations.AddField(
            model_name="postrevision",
            name="title",
            field=models.CharField(blank=True, db_default="", max_length=150),
        ),
        migrations.AlterField(
            model_name="image",
            name="alt",
            field=models.CharField(blank=True, max_length=300),
        ),
        # A picture waits for its words until it stands in a post.
        migrations.RemoveConstraint(model_name="image", name="discussions_image_has_words"),
        migrations.AddConstraint(
            model_name="image",
            constraint=models.CheckConstraint(
                condition=Q(post=None) | ~Q(alt=""), name="discussions_image_in_post_has_words"
            ),
        ),
    ]
