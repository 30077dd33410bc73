from django.db import migrations

PERMISSIONS = [
    ("view_proposal", "Can view proposal of a community"),
    ("change_proposal", "Can change proposal of a community"),
]


def give_permissions(apps, schema_editor):
    group, _ = apps.get_model("auth", "Group").objects.get_or_create(name="Moderators")
    content_type, _ = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
        app_label="communities", model="proposal"
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
    dependencies = [
        ("moderation", "0008_moderators_handle_barriers"),
        ("communities", "0005_calm_and_proposals"),
    ]
    operations = [migrations.RunPython(give_permissions, take_permissions)]
