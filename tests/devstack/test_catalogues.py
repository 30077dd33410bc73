import gettext
import os

import pytest

from devstack.catalogues import Difference, compare, compile_catalogues, undated

HEADER = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n"Language: cy\\n"\n\n'


@pytest.fixture
def catalogue(tmp_path):
    path = tmp_path / "locale" / "cy" / "LC_MESSAGES" / "django.po"
    path.parent.mkdir(parents=True)

    def write(*entries):
        path.write_text(HEADER + "\n\n".join(entries) + "\n")
        return path

    return write


def entry(text, translation="", context=""):
    before = f'msgctxt "{context}"\n' if context else ""
    return f'{before}msgid "{text}"\nmsgstr "{translation}"'


def test_compare_names_missing_and_obsolete_messages(catalogue, tmp_path):
    extracted = tmp_path / "extracted.po"
    extracted.write_text(HEADER + entry("Reply") + "\n\n" + entry("May", context="month") + "\n")
    committed = catalogue(entry("Reply", "Ateb"), entry("Gone", "Wedi mynd"))

    difference = compare(committed, extracted)

    assert difference == Difference(["'May' in the context 'month'"], ["'Gone'"])


def test_compare_tells_a_plural_from_its_singular(catalogue, tmp_path):
    extracted = tmp_path / "extracted.po"
    extracted.write_text(
        HEADER + 'msgid "One post"\nmsgid_plural "%d posts"\nmsgstr[0] ""\nmsgstr[1] ""\n'
    )

    assert compare(catalogue(entry("One post")), extracted).missing == ["'One post' / '%d posts'"]


def test_compare_takes_no_notice_of_translations_and_of_obsolete_marks(catalogue, tmp_path):
    extracted = tmp_path / "extracted.po"
    extracted.write_text(HEADER + entry("Reply") + "\n")
    committed = catalogue(entry("Reply", "Ateb"), '#~ msgid "Old"\n#~ msgstr "Hen"')

    assert not compare(committed, extracted)


def test_compile_writes_what_gettext_reads(catalogue, tmp_path):
    path = catalogue(entry("Reply", "Ateb"))

    compile_catalogues(tmp_path)

    with path.with_suffix(".mo").open("rb") as compiled:
        assert gettext.GNUTranslations(compiled).gettext("Reply") == "Ateb"


def test_compile_skips_what_is_up_to_date(catalogue, tmp_path):
    path = catalogue(entry("Reply", "Ateb"))
    compiled = path.with_suffix(".mo")
    compiled.write_bytes(b"newer")
    os.utime(path, (1, 1))

    compile_catalogues(tmp_path)
    untouched = compiled.read_bytes()
    os.utime(compiled, (0, 0))
    compile_catalogues(tmp_path)

    assert untouched == b"newer"
    assert compiled.read_bytes() != b"newer"


def test_compile_does_without_any_catalogue(tmp_path):
    compile_catalogues(tmp_path)

    assert list(tmp_path.iterdir()) == []


def test_undated_sees_past_the_date(tmp_path):
    one, two = tmp_path / "one.po", tmp_path / "two.po"
    one.write_text('"POT-Creation-Date: 2026-01-01 10:00+0000\\n"\n"Language: cy\\n"\n')
    two.write_text('"POT-Creation-Date: 2026-02-02 10:00+0000\\n"\n"Language: cy\\n"\n')

    assert undated(one) == undated(two)
