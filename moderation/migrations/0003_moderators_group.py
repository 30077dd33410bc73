from django.db import migrations

# (app, model, permission, its name): what a member of the group "Moderators" may do.
PERMISSIONS = [
    ("communities", "community", "moderate_community", "Can moderate every community"),
    ("moderation", "decision", "decide_post", "Can hide and restore posts"),
    ("moderation", "decision", "view_decision", "Can view decision"),
    ("moderation", "report", "view_report", "Can view report"),
    ("moderation", "appeal", "view_appeal", "Can view appeal"),
    ("moderation", "appeal", "change_appeal", "Can change appeal"),
    ("discussions", "post", "view_post", "Can view post"),
    ("discussions", "thread", "view_thread", "Can view thread"),
    ("questions", "question", "view_question", "Can view question"),
    ("questions", "question", "open_question", "Can read and open questions that were sent in"),
]


def make_group(apps, schema_editor):
    group, _ = apps.get_model("auth", "Group").objects.get_or_create(name="Moderators")
    for app, model, codename, name in PERMISSIONS:
        content_type, _ = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
            app_label=app, model=model
        )
        permission, _ = apps.get_model("auth", "Permission").objects.get_or_create(
            content_type=content_type, codename=codename, defaults={"name": name}
        )
        group.permissions.add(permission)


def remove_group(apps, schema_editor):
    apps.get_model("auth", "Group").objects.filter(name="Moderators").delete()


class Migration(migrations.Migration):
    dependencies = [
        ("moderation", "0002_decisions_complete"),
        ("questions", "0001_initial"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]
    operations = [migrations.RunPython(make_group, remove_group)]
