"""How much of pictures anybody can make the site decode and keep."""

from io import BytesIO
from threading import Event, Thread

import pytest
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.urls import reverse
from PIL import Image as Picture

from discussions import images, services
from discussions.images import MAX_STORED_BYTES, redraw
from discussions.models import Draft, Image
from discussions.models import Thread as ForumThread
from tests.factories import make_image, make_post, make_thread, picture_file

pytestmark = pytest.mark.django_db
BROKEN = b"\xff\xd8\xff\xe0 nothing of a picture"


@pytest.fixture
def thread(cast):
    return make_thread(cast.community, author=cast.neighbour)


@pytest.fixture
def decoded(monkeypatch):
    """Count how many files are opened to see what is in them."""
    opened = []
    whole = Picture.open

    def count(*args, **kwargs):
        opened.append(args)
        return whole(*args, **kwargs)

    monkeypatch.setattr(Picture, "open", count)
    return opened


def named(data, name):
    file = BytesIO(data)
    file.name = name
    return file


def send(client, thread, **fields):
    address = reverse("discussions:post-create", args=[thread.pk])
    return client.post(address, {"body": "Look at this.", **fields})


def test_broken_files_take_the_places_of_a_post(cast, client_of, thread, decoded):
    files = [named(BROKEN, f"broken{n}.jpg") for n in range(30)]

    page = send(client_of(cast.resident), thread, pictures=files).content.decode()

    assert len(decoded) == 4
    assert "“broken3.jpg” is left out. It is no picture that we can show." in page
    assert "“broken4.jpg” and 25 other files are left out. A post has at most 4" in page
    assert "Look at this.</textarea>" in page


def test_pictures_kept_before_leave_fewer_places(cast, client_of, thread, decoded):
    kept = [make_image(cast.resident) for _n in range(3)]
    decoded.clear()
    words = {f"words-{image.pk}": "A heron" for image in kept}
    files = [named(BROKEN, "one.jpg"), picture_file()]

    send(client_of(cast.resident), thread, pictures=files, picture=[i.pk for i in kept], **words)

    assert len(decoded) == 1
    assert Image.objects.count() == 3


def test_broken_files_count_in_the_day(cast, client_of, thread, decoded, settings):
    settings.LIMITS = {**settings.LIMITS, "picture": "5/d", "picture_newcomer": "5/d"}
    client = client_of(cast.resident)
    for _time in range(3):
        page = send(client, thread, pictures=[named(BROKEN, "a.jpg")] * 4).content.decode()

    assert len(decoded) == 5
    assert "You can go on" in page
    assert "Look at this.</textarea>" in page


def test_nothing_is_opened_for_whoever_may_not_write(cast, client_of, thread, decoded):
    ForumThread.objects.update(is_locked=True)

    page = send(client_of(cast.resident), thread, pictures=[picture_file()], new_words=["A heron"])

    assert decoded == []
    assert Image.objects.count() == 0
    assert "Look at this." in page.content.decode()


def test_nothing_is_opened_for_a_stranger_to_the_community(cast, client_of, decoded):
    address = reverse("discussions:thread-create", args=[cast.community.slug])
    given = {"title": "Heron", "body": "Look.", "pictures": [picture_file()]}

    response = client_of(cast.outsider).post(address, given, follow=True)

    assert decoded == []
    assert Draft.objects.get().body == "Look."
    page = response.content.decode()
    assert "“photo.jpeg” is left out. Only members of this community write here." in page


def test_nothing_is_opened_where_a_post_can_no_longer_be_changed(cast, client_of, thread, decoded):
    post = make_post(thread, author=cast.resident)
    ForumThread.objects.update(is_locked=True)

    client_of(cast.resident).post(
        reverse("discussions:post-edit", args=[post.pk]),
        {"body": "Look.", "edition": 1, "pictures": [picture_file()]},
    )

    assert decoded == []


@pytest.mark.parametrize("act", ["discard", "again"])
def test_nothing_is_opened_of_a_form_that_is_done_with(cast, client_of, thread, decoded, act):
    client = client_of(cast.resident)
    fields = {"submit_key": "6a1f2f3c-0000-4000-8000-000000000000"}
    if act == "again":
        send(client, thread, **fields)
    else:
        fields["act"] = act

    response = send(client, thread, pictures=[picture_file()], **fields)

    assert response.status_code == 302
    assert decoded == []


def test_person_has_so_much_room_and_no_more(cast, client_of, thread, decoded, settings):
    settings.PICTURES_MB_PER_PERSON = 2
    first = make_image(cast.resident)
    Image.objects.filter(pk=first.pk).update(byte_count=1_500_000)
    decoded.clear()

    page = send(client_of(cast.resident), thread, pictures=[picture_file()]).content.decode()
    other = send(client_of(cast.neighbour), thread, pictures=[picture_file()], new_words=["A"])

    assert "Your pictures take up the 2 MB that one person has." in page
    assert other.status_code == 302
    assert len(decoded) == 1


def test_site_has_so_much_room_and_no_more(cast, client_of, thread, decoded, settings):
    settings.PICTURES_MB = 2
    Image.objects.filter(pk=make_image(cast.neighbour).pk).update(byte_count=1_500_000)
    decoded.clear()

    page = send(client_of(cast.resident), thread, pictures=[picture_file()]).content.decode()

    assert "There is no room for more pictures on this site at the moment." in page
    assert decoded == []


@pytest.mark.parametrize(
    ("kind", "size", "save"),
    [("JPEG", (2400, 2000), {"quality": 60}), ("PNG", (1700, 1600), {}), ("PNG", (40, 60_000), {})],
)
def test_noise_is_stored_in_a_megabyte(kind, size, save):
    noise = Picture.merge("RGB", [Picture.effect_noise(size, 200) for _n in range(3)])
    file = BytesIO()
    noise.save(file, kind, **save)
    assert 1_000_000 < len(file.getvalue()) < images.MAX_BYTES
    file.seek(0)

    drawn = redraw(file)

    assert drawn.byte_count <= MAX_STORED_BYTES
    assert drawn.whole.suffix == "jpg"


def test_transparent_photo_is_stored_in_a_megabyte():
    noise = Picture.merge("RGBA", [Picture.effect_noise((1500, 1300), 200) for _n in range(4)])
    file = BytesIO()
    noise.save(file, "PNG")
    file.seek(0)

    assert redraw(file).byte_count <= MAX_STORED_BYTES


def test_bytes_of_every_form_are_counted(cast):
    image = make_image(cast.resident, size=(900, 700))

    files = [image.file, image.thumbnail, image.file_webp, image.thumbnail_webp]

    assert image.byte_count == sum(file.size for file in files if file)


def test_second_form_is_there_only_where_it_is_smaller(cast):
    smooth = Picture.radial_gradient("L").resize((1200, 900)).convert("RGB")
    file = BytesIO()
    smooth.save(file, "JPEG", quality=95)
    file.seek(0)

    drawn = redraw(file)

    assert 0 < len(drawn.whole.webp) < len(drawn.whole.data) * 0.85
    with Picture.open(BytesIO(drawn.whole.webp)) as webp:
        assert (webp.format, webp.size) == ("WEBP", (1200, 900))


ACCEPTS = [
    ("image/avif,image/webp,*/*", "image/webp"),
    ("*/*", "image/png"),
    ("image/png,image/*;q=0.8,*/*;q=0.5", "image/png"),
    ("image/webp;q=0,image/*", "image/png"),
    ("nonsense", "image/png"),
]


@pytest.mark.parametrize(("accept", "kind"), ACCEPTS)
@pytest.mark.parametrize("path", ["", "small/"])
def test_browser_gets_the_form_that_it_reads(cast, client_of, accept, kind, path):
    drawing = BytesIO()
    Picture.linear_gradient("L").resize((600, 500)).point(lambda v: v // 16 * 16).save(
        drawing, "PNG"
    )
    drawing.seek(0)
    tray = services.fill_tray(by=cast.resident, files=[("a.png", drawing, "Stripes")])
    client = client_of(cast.resident)
    address = f"/images/{tray.images[0].pk}/{path}"

    response = client.get(address, headers={"Accept": accept})
    content = b"".join(response.streaming_content)
    again = client.get(address, headers={"Accept": accept, "If-None-Match": response["ETag"]})
    other = client.get(address, headers={"Accept": "image/x", "If-None-Match": response["ETag"]})

    assert response["Content-Type"] == kind
    assert Picture.open(BytesIO(content)).get_format_mimetype() == kind
    assert "Accept" in response["Vary"]
    assert (again.status_code, other.status_code) == (304, 200 if kind == "image/webp" else 304)


def test_lost_webp_is_stood_in_for(cast, client_of):
    image = make_image(cast.resident)
    Image.objects.filter(pk=image.pk).update(file_webp="images/gone.webp")

    response = client_of(cast.resident).get(
        f"/images/{image.pk}/", headers={"Accept": "image/webp"}
    )

    assert response["Content-Type"] in {"image/jpeg", "image/png"}


def test_picture_of_thousands_of_layers_is_refused_from_its_bytes():
    file = BytesIO()
    Picture.new("RGB", (7000, 5700)).save(file, "JPEG", quality=20, progressive=True)
    whole = file.getvalue()
    layer = whole[whole.rindex(b"\xff\xda") : -2]
    bomb = BytesIO(whole[:-2] + layer * 4000 + b"\xff\xd9")

    with pytest.raises(ValidationError, match="too many layers"):
        redraw(bomb)


def test_canvas_that_a_webp_claims_is_refused_from_its_header(decoded):
    file = BytesIO()
    Picture.new("RGBA", (20, 20), (1, 2, 3, 4)).save(file, "WEBP", exif=b"Exif\0\0MM\0*\0\0\0\x08")
    data = bytearray(file.getvalue())
    data[24:30] = (16_382).to_bytes(3, "little") * 2

    with pytest.raises(ValidationError, match="million pixels"):
        redraw(BytesIO(bytes(data)))

    assert decoded == []


def test_one_picture_is_decoded_at_a_time_and_one_waits(monkeypatch):
    begun, may_end, ends = Event(), Event(), []
    whole = images._rendered

    def wait(picture):
        begun.set()
        assert may_end.wait(20)
        return whole(picture)

    def draw():
        ends.append(redraw(picture_file()))

    monkeypatch.setattr(images, "_rendered", wait)
    threads = [Thread(target=draw) for _n in range(2)]
    threads[0].start()
    assert begun.wait(20)
    threads[1].start()
    while images._comers._value:
        pass
    with pytest.raises(ValidationError, match="Many people are sending pictures"):
        redraw(picture_file())
    may_end.set()
    for each in threads:
        each.join(20)

    assert len(ends) == 2
    assert redraw(picture_file()).whole.width == 64


def test_files_go_with_a_picture_in_every_form(cast, django_capture_on_commit_callbacks):
    image = make_image(cast.resident, size=(900, 700))
    names = services.file_names(image)

    with django_capture_on_commit_callbacks(execute=True):
        services.forget_pictures(cast.resident)

    assert names
    assert [name for name in names if default_storage.exists(name)] == []
