from django.db import migrations

BATCH = 500


def mark_communities(apps, schema_editor):
    """Mark those that were made for the questions of a body, by their addresses."""
    communities = apps.get_model("communities", "Community").objects
    bodies = apps.get_model("councillors", "Body").objects.order_by("pk")
    last = 0
    while batch := list(bodies.filter(pk__gt=last).values_list("pk", "slug")[:BATCH]):
        slugs = [f"questions-to-{slug}" for _pk, slug in batch]
        slugs += [f"questions-to-body-{pk}" for pk, _slug in batch]
        communities.filter(slug__in=slugs, proposal=None).update(is_for_questions=True)
        last = batch[-1][0]


class Migration(migrations.Migration):
    dependencies = [
        ("questions", "0004_indexes_of_staff_lists"),
        ("communities", "0012_for_questions"),
        ("councillors", "0002_versions"),
    ]

    operations = [migrations.RunPython(mark_communities, migrations.RunPython.noop)]
