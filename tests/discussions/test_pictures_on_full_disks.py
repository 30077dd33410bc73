"""What becomes of pictures and words when a disk is full, and of what lies there for nothing."""

import os
import resource
import signal
import subprocess
from contextlib import contextmanager
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.urls import reverse
from django.utils import timezone

from discussions import services
from discussions.models import Image
from tests.factories import make_image, make_post, make_thread, picture_file

pytestmark = pytest.mark.django_db
OLD = timedelta(days=2)


@pytest.fixture
def full_disk(settings, tmp_path):
    """A disk of its own on which nothing more has room; else a system that refuses long files."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(folder)]
    is_mounted = os.geteuid() == 0 and subprocess.run(mount, capture_output=True).returncode == 0
    settings.MEDIA_ROOT = folder
    try:
        if is_mounted:
            (folder / "filler").write_bytes(b"x" * 60_000)
            yield folder
        else:
            with _no_long_files():
                yield folder
    finally:
        if is_mounted:
            subprocess.run(["umount", str(folder)], check=True)  # noqa: S607


@contextmanager
def _no_long_files():
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)


@pytest.fixture
def folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path / "media" / "images"


def put(folder, name, *, age=OLD):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"x")
    moment = (timezone.now() - age).timestamp()
    os.utime(path, (moment, moment))
    return path


def grown_old(image):
    moment = timezone.now() - OLD
    Image.objects.filter(pk=image.pk).update(created_at=moment)
    for name in services.file_names(image):
        os.utime(default_storage.path(name), (moment.timestamp(), moment.timestamp()))
    return image


def sweep():
    return services.sweep_pictures(now=timezone.now())


def test_form_says_that_there_is_no_room_and_keeps_the_words(cast, client_of, full_disk):
    thread = make_thread(cast.community, author=cast.neighbour)
    given = {"body": "Look at this.", "pictures": [picture_file(size=(900, 700))]}

    response = client_of(cast.resident).post(
        reverse("discussions:post-create", args=[thread.pk]), {**given, "new_words": ["A heron"]}
    )

    page = response.content.decode()
    assert response.status_code == 200
    assert "We cannot keep pictures at the moment." in page
    assert "Look at this.</textarea>" in page
    assert Image.objects.count() == 0
    assert [path.name for path in full_disk.rglob("*") if path.is_file()] in ([], ["filler"])


def test_words_go_out_without_the_picture(cast, client_of, full_disk):
    thread = make_thread(cast.community, author=cast.neighbour)

    response = client_of(cast.resident).post(
        reverse("discussions:post-create", args=[thread.pk]), {"body": "Look at this."}
    )

    assert response.status_code == 302
    assert thread.posts.count() == 2


def test_upload_for_which_the_system_has_no_room_is_named(cast, client_of, settings, tmp_path):
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path / "not there")
    thread = make_thread(cast.community, author=cast.neighbour)
    large = picture_file()
    large.seek(0, os.SEEK_END)
    large.write(b"\0" * 3_000_000)
    large.seek(0)

    response = client_of(cast.resident).post(
        reverse("discussions:post-create", args=[thread.pk]),
        {"body": "Look at this.", "pictures": [large], "new_words": ["A heron"]},
    )

    page = response.content.decode()
    assert response.status_code == 200
    assert "“photo.jpeg” is left out. We cannot keep pictures at the moment." in page
    assert "Look at this.</textarea>" in page


def test_upload_is_kept_no_further_than_it_is_read(cast, client_of):
    thread = make_thread(cast.community, author=cast.neighbour)
    large = BytesIO(picture_file().getvalue() + b"\0" * 14_000_000)
    large.name = "large.jpg"

    response = client_of(cast.resident).post(
        reverse("discussions:post-create", args=[thread.pk]),
        {"body": "Look at this.", "pictures": [large], "new_words": ["A heron"]},
    )

    assert "“large.jpg” is left out. It is larger than 10 MB." in response.content.decode()


def test_file_is_whole_or_not_there(folder):
    class Failing(ContentFile):
        def chunks(self, chunk_size=None):
            yield b"the first half"
            raise OSError("no room")

    with pytest.raises(OSError, match="no room"):
        default_storage.save("images/half.jpg", Failing(b"x"))

    assert list(folder.iterdir()) == []


def test_kept_file_can_be_read_by_the_web_server_only_as_it_is_set(folder):
    default_storage.save("images/whole.jpg", ContentFile(b"whole"))

    path = folder / "whole.jpg"
    assert path.read_bytes() == b"whole"
    assert path.stat().st_mode & 0o777 == 0o644
    assert [each.name for each in folder.iterdir()] == ["whole.jpg"]


def test_row_that_cannot_be_written_leaves_no_file(cast, folder, settings):
    settings.PICTURES_MB_PER_PERSON = 1
    image = make_image(cast.resident)
    before = {path.name for path in folder.iterdir()}
    Image.objects.filter(pk=image.pk).update(byte_count=900_000)

    with pytest.raises(ValidationError, match="1 MB"):
        services.store_picture(picture_file(size=(1600, 1600)), by=cast.resident, alt="A heron")

    assert {path.name for path in folder.iterdir()} == before


def test_old_files_without_a_row_go_and_others_stay(cast, folder):
    owned = grown_old(make_image(cast.resident))
    gone = [put(folder, f"{uuid4()}{end}") for end in (".jpg", "-small.jpg", ".webp")]
    gone += [put(folder, ".abc123.part")]
    # One is being kept just now, others were put there by people.
    stay = [put(folder, f"{uuid4()}.jpg", age=timedelta(hours=1)), put(folder, "README.txt")]

    swept = sweep()

    assert swept.files == 4
    assert [path for path in gone if path.exists()] == []
    assert all(path.exists() for path in stay)
    assert all(default_storage.exists(name) for name in services.file_names(owned))


def test_form_of_a_picture_that_its_row_no_longer_names_goes(cast, folder):
    image = grown_old(make_image(cast.resident))
    left = put(folder, f"{image.pk}.png")

    assert sweep().files == 1
    assert not left.exists()


def test_folder_of_another_site_is_not_emptied(folder):
    files = [put(folder, f"{uuid4()}.jpg") for _n in range(101)]

    assert sweep().files == 0
    assert all(path.exists() for path in files)


def test_loose_picture_whose_file_is_lost_goes(cast, folder, django_capture_on_commit_callbacks):
    image = grown_old(make_image(cast.resident))
    whole = grown_old(make_image(cast.resident))
    default_storage.delete(image.file.name)

    with django_capture_on_commit_callbacks(execute=True):
        swept = sweep()

    assert (swept.rows, swept.missing) == (1, 0)
    assert list(Image.objects.all()) == [whole]


def test_picture_of_a_post_whose_file_is_lost_is_marked_until_it_is_back(cast, folder):
    thread = make_thread(cast.community, author=cast.neighbour)
    image = make_image(cast.resident)
    make_post(thread, author=cast.resident, pictures=[image])
    path = Path(default_storage.path(image.file.name))
    data = path.read_bytes()
    grown_old(image)
    path.unlink()

    lost = sweep()
    since = Image.objects.get().missing_since
    sweep()
    still = Image.objects.get().missing_since
    path.write_bytes(data)
    found = sweep()

    assert (lost.rows, lost.missing, found.missing) == (0, 1, 0)
    assert since == still
    assert since is not None
    assert Image.objects.get().missing_since is None


def test_picture_being_kept_just_now_is_not_taken_for_lost(cast, folder):
    image = make_image(cast.resident)
    default_storage.delete(image.file.name)

    assert sweep().missing == 0
    assert Image.objects.get().pk == image.pk
