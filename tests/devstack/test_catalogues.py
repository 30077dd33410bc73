import gettext
import os

import pytest

from devstack.catalogues import Difference, compare, compile_catalogues, standing, undated

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


TWO_FORMS = '"Plural-Forms: nplurals=2; plural=(n != 1);\\n"'


def counted(singular, plural, *forms, flag="python-format"):
    lines = [f"#, {flag}", f'msgid "{singular}"', f'msgid_plural "{plural}"']
    return "\n".join(lines + [f'msgstr[{n}] "{form}"' for n, form in enumerate(forms)])


def test_standing_counts_messages_and_those_that_nobody_signed(catalogue):
    path = catalogue(
        "# unreviewed\n" + entry("Reply", "Ymateb"),
        "# unreviewed, says a comment\n" + entry("Ask", "Gofyn"),
        entry("Join", "Ymuno"),
        '#~ msgid "Old"\n#~ msgstr "Hen"',
    )

    found = standing(path)

    assert (found.messages, found.unreviewed, found.faults) == (3, 1, [])


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        (entry("Reply"), "untranslated: 'Reply'"),
        (entry("May", context="month"), "untranslated: 'May' in the context 'month'"),
        ("#, fuzzy\n" + entry("Reply", "Ymateb"), "fuzzy: 'Reply'"),
        (entry("To %(name)s", "At %(enw)s"), "placeholders differ: 'To %(name)s'"),
        (entry("To %(name)s", "At bawb"), "placeholders differ: 'To %(name)s'"),
        (entry("<b>You</b>", "Chi"), "placeholders differ: '<b>You</b>'"),
        (
            "#, python-format\n" + entry("%d posts", "%s neges"),
            "placeholders differ: '%d posts'",
        ),
    ],
)
def test_standing_names_each_translation_that_is_missing_or_unsound(catalogue, words, fault):
    assert standing(catalogue(entry("Join", "Ymuno"), words)).faults == [fault]


@pytest.mark.parametrize(
    ("forms", "is_sound"),
    [
        (("%(n)s neges", "%(n)s o negeseuon"), True),
        (("Un neges", "%(n)s o negeseuon"), False),
        (("%(n)s neges", ""), False),
        (("%(n)s neges", "%(n)s neges", "%(n)s neges"), False),
    ],
)
def test_standing_looks_at_every_form_of_a_plural(catalogue, forms, is_sound):
    path = catalogue(counted("%(n)s post", "%(n)s posts", *forms))
    path.write_text(path.read_text().replace('"Language: cy', TWO_FORMS + '\n"Language: cy'))

    assert (standing(path).faults == []) is is_sound
