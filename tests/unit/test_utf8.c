/* The border: what is let in, what is changed, what is dropped; and the ASCII that stands in. */
#include "support/test.h"

#include "base/rng.h"
#include "base/utf8.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct note {
    size_t offset;
    char what[64];
    int count;
};

static void remember(void *user, size_t offset, const char *what)
{
    struct note *note = user;
    if (note->count++ == 0) {
        note->offset = offset;
        snprintf(note->what, sizeof note->what, "%s", what);
    }
}

static void test_sanitise_changes_what_would_harm(void **state)
{
    (void)state;
#define M "\xCC\x81" /* a combining acute */
    /* clang-format off */
    static const struct {
        const char *bytes;
        const char *clean;
        int offset; /* of the first report; -1: none */
        const char *what;
    } cases[] = {
        {"", "", -1, ""},
        {"plain text\n", "plain text\n", -1, ""},
        {"\x1B[2Jx", "\xE2\x90\x9B[2Jx", 0, "a control character"},   /* ESC */
        {"a\aaa", "a\xE2\x90\x87" "aa", 1, "a control character"},      /* BEL */
        {"\x7F", "\xE2\x90\xA1", 0, "a control character"},           /* DEL */
        {"ab\b", "ab\xE2\x90\x88", 2, "a control character"},         /* BS */
        {"one\rtwo\r\nthree\r", "one\ntwo\nthree\n", -1, ""},
        {"\r\r\n\n", "\n\n\n", -1, ""},
        {"\tx", "    x", -1, ""},
        {"abc\tx\n\ty", "abc x\n    y", -1, ""},
        {"abcd\tx", "abcd    x", -1, ""},
        {"\xE6\xBC\xA2\tx", "\xE6\xBC\xA2  x", -1, ""},               /* a wide one, then TAB */
        {"0123456789abcdef\t|", "0123456789abcdef    |", -1, ""},     /* TAB after a long run */
        {"0123456\n89abcdefg\t|", "0123456\n89abcdefg   |", -1, ""},
        {"\xC2\x9B" "31m", "\xEF\xBF\xBD" "31m", 0, "a control character"}, /* CSI as C1 */
        {"a\xE2\x80\xA8" "b\xE2\x80\xA9", "a b ", 1, "a control character"},
        {"a\xE2\x80\xAE" "b", "ab", 1, "an invisible character"},     /* right-to-left override */
        {"a\xE2\x81\xA6" "b", "ab", 1, "an invisible character"},     /* isolate */
        {"a\xE2\x80\x8B" "b", "ab", 1, "an invisible character"},     /* zero-width space */
        {"\xEF\xBB\xBFtitle", "title", 0, "an invisible character"},  /* byte order mark */
        {"hy\xC2\xADphen", "hyphen", 2, "an invisible character"},    /* soft hyphen */
        {"\xE2\x9C\x93\xEF\xB8\x8F", "\xE2\x9C\x93", 3, "an invisible character"}, /* VS16 */
        {"\xF3\xA0\x80\x81x", "x", 0, "an invisible character"},      /* a language tag */
        {"\xEE\x80\x80", "\xEF\xBF\xBD", 0, "a character of unknown width"}, /* private use */
        {"\xF3\xB0\x80\x80", "\xEF\xBF\xBD", 0, "a character of unknown width"},
        {"\xCD\xB8", "\xEF\xBF\xBD", 0, "a character of unknown width"}, /* unassigned */
        {"\xC3(", "\xEF\xBF\xBD(", 0, "a byte that is not UTF-8"},
        {"\xC0\xAF", "\xEF\xBF\xBD\xEF\xBF\xBD", 0, "a byte that is not UTF-8"}, /* overlong */
        {"\xED\xA0\x80", "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD", 0, "a byte that is not UTF-8"},
        {"\xF4\x90\x80\x80", "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD", 0,
         "a byte that is not UTF-8"},
        {"ok\xE2\x82", "ok\xEF\xBF\xBD\xEF\xBF\xBD", 2, "a byte that is not UTF-8"}, /* cut off */
        {"\xFF", "\xEF\xBF\xBD", 0, "a byte that is not UTF-8"},
        {"e" M M M M, "e" M M M M, -1, ""},
        {"e" M M M M M M M M "x" M, "e" M M M M "x" M, 9, "a combining mark too many"},
        {M "x", "x", 0, "a combining mark too many"},                 /* nothing to stand on */
        {"line\n" M, "line\n", 5, "a combining mark too many"},
        {"long enough a run" M M M M M, "long enough a run" M M M M, 25,
         "a combining mark too many"},
    };
    /* clang-format on */
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buf out = {0};
        struct note note = {0};
        utf8_sanitise(&out, cases[i].bytes, strlen(cases[i].bytes), remember, &note);
        if (strcmp(buf_text(&out), cases[i].clean) != 0)
            fail_msg("case %zu: \"%s\", not \"%s\"", i, buf_text(&out), cases[i].clean);
        assert_int_equal(note.count > 0 ? (int)note.offset : -1, cases[i].offset);
        assert_string_equal(note.what, cases[i].what);
        buf_free(&out);
    }
    struct buf out = {0};
    utf8_sanitise(&out, "a\0b", 3, NULL, NULL);
    assert_string_equal(buf_text(&out), "a\xE2\x90\x80"
                                        "b");
    buf_free(&out);
}

/* Bytes as an enemy would mix them: controls, bad sequences, marks, and much plain text. */
static void add_hostile(struct rng *rng, struct buf *bytes)
{
    char character[4];
    switch (rng_below(rng, 6)) {
    case 0:
        buf_add_char(bytes, (char)rng_below(rng, 256));
        break;
    case 1:
        buf_add_char(bytes, (char)rng_below(rng, 32));
        break;
    case 2:
        buf_add_n(bytes, character, utf8_encode(0x300 + rng_below(rng, 0x70), character));
        break;
    case 3:
        buf_add_n(bytes, character, utf8_encode(0x2000 + rng_below(rng, 0x80), character));
        break;
    case 4:
        buf_add_n(bytes, character, utf8_encode(rng_below(rng, 0x110000), character));
        break;
    default:
        for (uint32_t n = rng_below(rng, 40); n > 0; n--)
            buf_add_char(bytes, (char)(0x20 + rng_below(rng, 0x5F)));
    }
}

static void assert_is_clean(const struct buf *text)
{
    int marks = -1;
    for (size_t i = 0, length; i < text->length; i += length) {
        int32_t c = utf8_decode(text->data + i, text->length - i, &length);
        assert_true(c >= 0);
        assert_false((c < 0x20 && c != '\n') || (c >= 0x7F && c < 0xA0));
        int width = c == '\n' ? 1 : utf8_width((uint32_t)c);
        assert_in_range(width, 0, 2);
        assert_true(width > 0 || (marks >= 0 && marks < 4));
        marks = c == '\n' ? -1 : width > 0 ? 0 : marks + 1;
    }
}

static void test_sanitised_text_is_clean_and_stays_as_it_is(void **state)
{
    (void)state;
    struct rng rng;
    rng_init(&rng, 2026, 0, 0);
    for (int round = 0; round < 3000; round++) {
        struct buf bytes = {0}, once = {0}, twice = {0}, ascii = {0};
        struct note note = {0};
        for (uint32_t n = rng_below(&rng, 40); n > 0; n--)
            add_hostile(&rng, &bytes);
        utf8_sanitise(&once, buf_text(&bytes), bytes.length, NULL, NULL);
        assert_is_clean(&once);
        utf8_sanitise(&twice, buf_text(&once), once.length, remember, &note);
        assert_string_equal(buf_text(&once), buf_text(&twice));
        assert_int_equal(note.count, 0);
        utf8_to_ascii(&ascii, buf_text(&once), once.length);
        for (size_t i = 0; i < ascii.length; i++)
            assert_true(ascii.data[i] == '\n' || (ascii.data[i] >= 0x20 && ascii.data[i] < 0x7F));
        buf_free(&bytes);
        buf_free(&once);
        buf_free(&twice);
        buf_free(&ascii);
    }
}

/* The fast way through plain text must see every byte at every place of its word. */
static void test_one_bad_byte_is_found_wherever_it_stands(void **state)
{
    (void)state;
    char text[40];
    for (size_t size = 1; size <= sizeof text; size++)
        for (size_t at = 0; at < size; at++)
            for (int byte = 0; byte < 256; byte++) {
                memset(text, '~', sizeof text);
                text[at] = (char)byte;
                struct buf out = {0};
                struct note note = {0};
                utf8_sanitise(&out, text, size, remember, &note);
                bool plain = byte == '\n' || (byte >= 0x20 && byte < 0x7F);
                bool changed = out.length != size || memcmp(out.data, text, size) != 0;
                if (changed == plain)
                    fail_msg("byte %02x at %zu of %zu", (unsigned)byte, at, size);
                if (byte != '\t' && byte != '\r' && note.count == plain)
                    fail_msg("byte %02x at %zu of %zu: %d reports", (unsigned)byte, at, size,
                             note.count);
                buf_free(&out);
            }
}

static void test_line_is_one_line_of_so_many_columns(void **state)
{
    (void)state;
    /* clang-format off */
    static const struct {
        const char *bytes;
        int columns;
        const char *line;
    } cases[] = {
        {"Ada\nLovelace", 40, "Ada Lovelace"},
        {"Ada\r\nLovelace", 6, "Ada Lo"},
        {"\xE6\xBC\xA2\xE5\xAD\x97", 3, "\xE6\xBC\xA2"},
        {"e" M M "x", 1, "e" M M},
        {"\x1B]0;pwned\a", 40, "\xE2\x90\x9B]0;pwned\xE2\x90\x87"},
        {"name", 0, ""},
    };
    /* clang-format on */
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buf out = {0};
        utf8_sanitise_line(&out, cases[i].bytes, strlen(cases[i].bytes), cases[i].columns);
        assert_string_equal(buf_text(&out), cases[i].line);
        buf_free(&out);
    }
}

static void test_decode_inverts_encode(void **state)
{
    (void)state;
    for (uint32_t c = 0; c < 0x110000; c++) {
        if (c >= 0xD800 && c <= 0xDFFF)
            continue;
        char bytes[4];
        size_t size = utf8_encode(c, bytes), length;
        if (utf8_decode(bytes, size, &length) != (int32_t)c || length != size)
            fail_msg("U+%04X", (unsigned)c);
        if (size > 1 && (utf8_decode(bytes, size - 1, &length) != -1 || length != 1))
            fail_msg("U+%04X cut short", (unsigned)c);
    }
    size_t length = 9;
    assert_int_equal(utf8_decode("", 0, &length), -1);
    assert_int_equal(length, 0);
}

static void test_fit_never_parts_a_letter_from_its_marks(void **state)
{
    (void)state;
    static const char text[] = "a\xE6\xBC\xA2"
                               "e" M M "z";
    static const size_t fits[] = {0, 1, 1, 4, 9, 10, 10};
    for (int columns = 0; columns < 7; columns++)
        assert_int_equal(utf8_fit(text, strlen(text), columns), fits[columns]);
    assert_int_equal(utf8_fit(text, strlen(text), -1), 0);
    assert_int_equal(utf8_columns(text, strlen(text)), 5);
    assert_int_equal(utf8_columns("", 0), 0);
}

static void test_cut_text_ends_with_a_whole_character(void **state)
{
    (void)state;
    static const char text[] = "a\xC3\xA9\xE6\xBC\xA2\xF0\x9F\x98\x80z";
    static const size_t whole[] = {0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10, 11};
    for (size_t size = 0; size < sizeof whole / sizeof *whole; size++)
        assert_int_equal(utf8_whole(text, size), whole[size]);
}

static void test_ascii_says_it_in_words(void **state)
{
    (void)state;
    /* clang-format off */
    static const struct {
        const char *text, *ascii;
    } cases[] = {
        {"x² → σ(z)", "x^2 -> sigma(z)"},
        {"∑ₙ wₙ ≤ 1", "sum_n w_n <= 1"},
        {"y\xCC\x82 é\nnext", "y^ e\nnext"},
        {"┌─┬│┘", "+-+|+"},
        {"5\xC2\xA0ms", "5 ms"},
        {"漢", "?"},
        {"“quoted” — so…", "\"quoted\" -- so..."},
        {"e" M, "e"},
    };
    /* clang-format on */
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buf out = {0};
        utf8_to_ascii(&out, cases[i].text, strlen(cases[i].text));
        assert_string_equal(buf_text(&out), cases[i].ascii);
        buf_free(&out);
    }
}

static void test_cell_has_one_printable_ascii_for_anything(void **state)
{
    (void)state;
    for (uint32_t c = 0; c < 0x110000; c++) {
        char ascii = utf8_cell_ascii(c);
        if (ascii < 0x20 || ascii > 0x7E)
            fail_msg("U+%04X gave %d", (unsigned)c, ascii);
    }
    /* clang-format off */
    static const struct {
        uint32_t character;
        char ascii;
    } cases[] = {
        {'a', 'a'},    {0xA0, ' '},   {0x202F, ' '}, {0x2500, '-'}, {0x2503, '|'}, {0x253C, '+'},
        {0x2551, '|'}, {0x2571, '/'}, {0x2572, '\\'}, {0x2573, 'x'}, {0x2580, '"'}, {0x2581, '_'},
        {0x2588, '#'}, {0x2591, '.'}, {0x2596, '.'}, {0x259F, '#'}, {0x2192, '>'}, {0x25CF, 'O'},
        {0x2800, ' '}, {0x28FF, '#'}, {0x28C0, '_'}, {0xB2, '2'},   {0x3C3, 's'},  {0x6F22, '?'},
        {0x27E9, '>'}, {0x3A9, 'O'},  {0x7F, '?'},
    };
    /* clang-format on */
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (utf8_cell_ascii(cases[i].character) != cases[i].ascii)
            fail_msg("U+%04X gave '%c'", (unsigned)cases[i].character,
                     utf8_cell_ascii(cases[i].character));
}

/* Each name in the table is found: a table out of order would lose some to the binary search. */
static void test_every_greek_letter_has_its_name(void **state)
{
    (void)state;
    for (uint32_t c = 0x3B1; c <= 0x3C9; c++) {
        if (c == 0x3BF || c == 0x3C2 || c == 0x3C5) /* omicron, final sigma, upsilon */
            continue;
        char bytes[4];
        struct buf out = {0};
        utf8_to_ascii(&out, bytes, utf8_encode(c, bytes));
        if (out.length < 2)
            fail_msg("U+%04X gave %s", (unsigned)c, buf_text(&out));
        buf_free(&out);
    }
}

static void test_locale_decides_whether_utf8_can_be_shown(void **state)
{
    (void)state;
    /* clang-format off */
    static const struct {
        const char *all, *lang;
        bool shows;
    } cases[] = {
        {NULL, NULL, true},           /* nothing said: a container */
        {"", "", true},
        {"C", NULL, false},
        {"POSIX", "C.UTF-8", false},
        {"C.UTF-8", "C", true},
        {NULL, "C.UTF-8", true},
        {NULL, "xx_YY.UTF-8", true},  /* came over ssh, is not installed here */
        {NULL, "xx_YY.ISO-8859-1", false},
    };
    /* clang-format on */
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        unsetenv("LC_CTYPE");
        unsetenv("LC_ALL");
        unsetenv("LANG");
        if (cases[i].all)
            setenv("LC_ALL", cases[i].all, 1);
        if (cases[i].lang)
            setenv("LANG", cases[i].lang, 1);
        if (utf8_start() != cases[i].shows)
            fail_msg("case %zu", i);
        assert_int_equal(utf8_width(0x6F22), 2); /* widths are known whatever is shown */
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sanitise_changes_what_would_harm),
        cmocka_unit_test(test_sanitised_text_is_clean_and_stays_as_it_is),
        cmocka_unit_test(test_one_bad_byte_is_found_wherever_it_stands),
        cmocka_unit_test(test_line_is_one_line_of_so_many_columns),
        cmocka_unit_test(test_decode_inverts_encode),
        cmocka_unit_test(test_fit_never_parts_a_letter_from_its_marks),
        cmocka_unit_test(test_cut_text_ends_with_a_whole_character),
        cmocka_unit_test(test_ascii_says_it_in_words),
        cmocka_unit_test(test_cell_has_one_printable_ascii_for_anything),
        cmocka_unit_test(test_every_greek_letter_has_its_name),
        cmocka_unit_test(test_locale_decides_whether_utf8_can_be_shown),
    };
    utf8_start();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
