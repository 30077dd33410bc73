from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("discussions", "0021_titles_of_older_posts")]

    operations = [
        migrations.AddField(
            model_name="act",
            name="has_authority",
            field=models.BooleanField(null=True),
        ),
        migrations.AlterField(
            model_name="act",
            name="kind",
            field=models.CharField(
                choices=[
                    ("pin", "pinned"),
                    ("unpin", "unpinned"),
                    ("lock", "locked"),
                    ("unlock", "unlocked"),
                    ("tag", "tagged"),
                    ("move", "moved"),
                    ("arrive", "moved"),
                    ("slow", "changed the pace of"),
                    ("approve", "approved a first post in"),
                    ("outcome", "wrote what happened in"),
                    ("describe", "changed the description"),
                    ("rules", "changed the rules"),
                    ("links", "changed the local links"),
                    ("cap", "changed how many posts a person may write in a day"),
                    ("open", "opened the community"),
                    ("name", "renamed the community"),
                    ("hold", "had first posts read before they appear"),
                    ("unhold", "let first posts appear at once"),
                    ("public", "opened the community to all readers"),
                    ("members", "closed the community to all readers but its members"),
                    ("archive", "archived the community"),
                    ("reopen", "opened the community again"),
                ],
                max_length=8,
            ),
        ),
    ]
