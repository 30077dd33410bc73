from django.db import migrations

PERMISSIONS = [
    ("view_barrierreport", "Can view report of a barrier"),
    ("change_barrierreport", "Can change report of a barrier"),
]


def give_permissions(apps, schema_editor):
    group, _ = apps.get_model("auth", "Group").objects.get_or_create(name="Moderators")
    content_type, _ = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
        app_label="moderation", model="barrierreport"
    )
    for codename, name in PERMISSIONS:
        permission, _ = apps.get_model("auth", "Permission").objects.get_or_create(
            content_type=content_type, codename=codename, defaults={"name": name}
        )
        group.permissions.add(permission)


def take_permissions(apps, schema_editor):
    codenames = [codename for codename, _name in PERMISSIONS]
    for group in apps.get_model("auth", "Group").objects.filter(name="Moderators"):
        group.permissions.remove(*group.permissions.filter(codename__in=codenames))


class Migration(migrations.Migration):
    dependencies = [("moderation", "0007_barriers")]
    operations = [migrations.RunPython(give_permissions, take_permissions)]
