/* Messages from end to end: the loopback, the terminals of one user, and the strict reading of what
 * arrives. */
#include "support/test.h"

#include "base/utf8.h"
#include "live/fields.h"
#include "live/transport.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* What an end has got, one message a line. */
struct heard {
    struct buf text;
};

static void hear(void *user, const char *topic, const char *text, size_t size)
{
    struct heard *heard = user;
    buf_addf(&heard->text, "%s %.*s\n", topic, (int)size, text);
}

static void expect(struct transport *end, const char *text)
{
    struct heard heard = {0};
    end->poll(end, hear, &heard);
    assert_string_equal(buf_text(&heard.text), text);
    buf_free(&heard.text);
}

static bool say(struct transport *end, const char *topic, const char *text, bool keep)
{
    return end->send(end, topic, text, strlen(text), keep);
}

static void test_topics_match_as_in_mqtt(void **state)
{
    (void)state;
    assert_true(topic_matches("a/b", "a/b"));
    assert_true(topic_matches("a/+", "a/b"));
    assert_true(topic_matches("a/#", "a/b/c"));
    assert_true(topic_matches("+/+/c", "a/b/c"));
    assert_false(topic_matches("a/+", "a/b/c"));
    assert_false(topic_matches("a/b", "a"));
    assert_false(topic_matches("a", "a/b"));
    assert_false(topic_matches("ab", "a"));
}

static void test_loopback_gives_what_was_asked_for_and_what_was_kept(void **state)
{
    (void)state;
    struct loopback *loopback = loopback_new();
    static const char *const desk[] = {"a/+", NULL}, *const seat[] = {"state", NULL};
    struct transport *host = loopback_end(loopback, desk, NULL, NULL);
    struct transport *first = loopback_end(loopback, seat, "a/1", "gone");
    assert_true(say(host, "state", "one", true));
    struct transport *late = loopback_end(loopback, seat, NULL, NULL);
    expect(first, "state one\n");
    expect(late, "state one\n");
    say(late, "a/2", "vote", false);
    expect(host, "a/2 vote\n");
    expect(first, "");
    loopback_cut(first, false);
    expect(host, "a/1 gone\n");
    assert_false(say(first, "a/1", "lost", false));
    say(host, "state", "two", true);
    loopback_cut(first, true);
    expect(first, "state two\n");
    loopback_free(loopback);
}

static void test_a_second_terminal_follows_and_drives(void **state)
{
    (void)state;
    struct err err;
    char path[200];
    snprintf(path, sizeof path, "%s/s", test_folder());
    assert_null(local_join(path, &err));
    assert_non_null(strstr(err.text, "nntutor present"));
    struct transport *middle = local_serve(path, &err);
    assert_non_null(middle);
    assert_null(local_serve(path, &err)); /* one is enough */
    say(middle, "state", "{\"step\":1}", true);
    struct transport *notes = local_join(path, &err);
    assert_non_null(notes);
    expect(middle, "");
    expect(notes, "state {\"step\":1}\n");
    assert_false(say(notes, "drive", "two\nlines", false));
    assert_true(say(notes, "drive", "{\"do\":\"next\"}", false));
    expect(middle, "drive {\"do\":\"next\"}\n");
    struct heard heard = {0};
    middle->close(middle);
    assert_false(notes->poll(notes, hear, &heard));
    notes->close(notes);
    assert_int_equal(access(path, F_OK), -1);
}

static void test_a_folder_that_others_can_enter_is_refused(void **state)
{
    (void)state;
    char path[200], folder[160];
    struct err err;
    snprintf(folder, sizeof folder, "%s", test_folder());
    setenv("XDG_RUNTIME_DIR", folder, 1);
    assert_true(local_path(path, sizeof path, &err));
    *strrchr(path, '/') = '\0';
    assert_int_equal(chmod(path, 0755), 0);
    assert_false(local_path(path, sizeof path, &err));
    assert_non_null(strstr(err.text, "only you"));
}

static bool reads(const char *text)
{
    struct fields fields;
    struct arena arena;
    struct err err;
    arena_init(&arena);
    bool good = fields_read(&fields, &arena, text, strlen(text), &err);
    arena_free(&arena);
    return good;
}

static void test_only_flat_objects_are_messages(void **state)
{
    (void)state;
    assert_true(reads("{}"));
    assert_true(reads("{\"a\":1,\"b\":\"x\",\"c\":[1,\"y\"],\"d\":true}"));
    static const char *const bad[] = {
        "",
        "[]",
        "1",
        "{\"a\":{}}",
        "{\"a\":[[1]]}",
        "{\"a\":1.5}",
        "{\"a\":",
        "{\"a\":1}x",
        "{\"a\":1}{}",
        "{\"a\":1,\"a\":2}",
        "{\"a\":null}",
        "{\"a\":1e400}",
        "{\"a\":[true]}",
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (reads(bad[i]))
            fail_msg("%s was read", bad[i]);
}

static void test_texts_of_messages_come_out_clean(void **state)
{
    (void)state;
    struct fields fields;
    struct arena arena;
    arena_init(&arena);
    const char *text = "{\"name\":\"a\\u001b[2Jb\\u202e\",\"n\":7,\"on\":false}";
    assert_true(fields_read(&fields, &arena, text, strlen(text), NULL));
    assert_null(strchr(fields_text(&fields, "name"), '\033'));
    assert_null(strstr(fields_text(&fields, "name"), "\u202e"));
    assert_string_equal(fields_text(&fields, "n"), "");
    int64_t n = 3;
    assert_false(fields_number(&fields, "n", 0, 6, &n));
    assert_true(fields_number(&fields, "n", 0, 7, &n));
    assert_int_equal(n, 7);
    assert_true(fields_number(&fields, "on", 0, 1, &n));
    assert_int_equal(n, 0);
    arena_free(&arena);
}

static void test_what_is_written_is_read_again(void **state)
{
    (void)state;
    struct buf out = {0};
    struct fields fields;
    struct arena arena;
    arena_init(&arena);
    fields_begin(&out);
    fields_add_text(&out, "t", "\"ü\n");
    fields_add_number(&out, "n", -5);
    fields_add_numbers(&out, "l", (const int64_t[]){1, 2}, 2);
    fields_add_texts(&out, "w", (const char *const[]){"a", "b"}, 2);
    fields_end(&out);
    assert_true(fields_read(&fields, &arena, out.data, out.length, NULL));
    assert_string_equal(fields_text(&fields, "t"), "\"ü\n");
    assert_int_equal(fields_list(&fields, "l")->numbers[1], 2);
    assert_string_equal(fields_list(&fields, "w")->texts[1], "b");
    arena_free(&arena);
    buf_free(&out);
}

int main(void)
{
    utf8_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_topics_match_as_in_mqtt),
        cmocka_unit_test(test_loopback_gives_what_was_asked_for_and_what_was_kept),
        cmocka_unit_test(test_a_second_terminal_follows_and_drives),
        cmocka_unit_test(test_a_folder_that_others_can_enter_is_refused),
        cmocka_unit_test(test_only_flat_objects_are_messages),
        cmocka_unit_test(test_texts_of_messages_come_out_clean),
        cmocka_unit_test(test_what_is_written_is_read_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
