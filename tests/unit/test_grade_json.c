/* The reader of answers beside jansson: lines that were damaged at random are JSON for both or for
 * neither. */
#include "support/test.h"

#include "base/rng.h"
#include "base/str.h"
#include "base/utf8.h"
#include "support/run.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINES = 4000 };

static const char *const seeds[] = {
    "{\"learner\":\"u1\",\"answers\":{\"q\":\"3.75\"},\"x\":[1,-0.5e+3,true,false,null,"
    "\"a\\n\\u00e9\"]}",
    "{\"learner\":\"\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80\",\"answers\":{\"q\":{\"a\":\"b\"}},\"x\":"
    "{\"y\":{},\"z\":[[]]}}",
    " { \"learner\" : \"u\\ud83d\\ude00\" , \"answers\" : { \"q\" : [ \"a\" , \"b\" ] } , \"x\" : "
    "0 } ",
    "{\"x\":[0,10,1.0,1e5,1E-5,0.1e+07,-1],\"answers\":{\"q\":true},\"learner\":\"u\"}",
};

static void damage(struct buf *line, struct rng *rng)
{
    static const char bytes[] =
        "\"\\{}[]:,0123456789eE+-.tfnu \t\r/\x01\x7F\x80\xC2\xE2\xED\xF4\xFF";
    size_t changes = rng_below(rng, 4);
    for (size_t i = 0; i < changes; i++) {
        size_t at = rng_below(rng, (uint32_t)line->length);
        char byte = bytes[rng_below(rng, sizeof bytes)]; /* the last is a NUL */
        switch (rng_below(rng, 3)) {
        case 0:
            line->data[at] = byte;
            break;
        case 1:
            memmove(line->data + at, line->data + at + 1, line->length - at);
            line->length--;
            break;
        default:
            buf_add_char(line, 'x');
            memmove(line->data + at + 1, line->data + at, line->length - at - 1);
            line->data[at] = byte;
        }
    }
}

/* `*overflow`: jansson stopped at a large number, which is no matter of grammar. A NUL byte is never JSON; jansson is lenient there. */
static bool is_json(const char *text, size_t size, bool *overflow)
{
    *overflow = false;
    if (memchr(text, '\0', size))
        return false;
    json_error_t error;
    json_t *json = json_loadb(text, size, JSON_ALLOW_NUL | JSON_DECODE_INT_AS_REAL, &error);
    bool good = json != NULL;
    *overflow = !good && json_error_code(&error) == json_error_numeric_overflow;
    json_decref(json);
    return good;
}

static void test_reads_what_jansson_reads(void **state)
{
    (void)state;
    static bool jansson[LINES + 1], ours[LINES + 1], overflow[LINES + 1];
    struct rng rng;
    struct buf input = {0}, errors = {0};
    const char *folder = test_folder();
    const char *quiz = test_file(folder, "q.gift", "// [id:q]\nQ {=a ~b}\n");
    size_t good = 0;
    rng_init(&rng, 5, 0, 0);
    for (size_t i = 1; i <= LINES; i++) {
        struct buf line = {0};
        buf_add(&line, seeds[rng_below(&rng, sizeof seeds / sizeof *seeds)]);
        damage(&line, &rng);
        jansson[i] = is_json(line.data, line.length, &overflow[i]);
        ours[i] = true;
        good += jansson[i];
        buf_add_n(&input, line.data, line.length);
        buf_add_char(&input, '\n');
        buf_free(&line);
    }
    assert_true(good > LINES / 8 && good < LINES * 7 / 8);
    buf_addf(&errors, "%s/errors", folder);
    struct run run =
        run_program_n((const char *const[]){"nntutor", "grade", "--quiz", quiz, "--from", "ndjson",
                                            "--errors", buf_text(&errors), "-", NULL},
                      NULL, input.data, input.length);
    char *said = test_read(buf_text(&errors));
    struct str rest = str_of(said), line;
    while (str_line(&rest, &line)) {
        json_t *json = json_loadb(line.text, line.length, 0, NULL);
        const char *code = json_string_value(json_object_get(json, "code"));
        json_int_t number = json_integer_value(json_object_get(json, "line"));
        assert_true(number >= 1 && number <= LINES);
        if (!strcmp(code, "E300") || !strcmp(code, "E302") || !strcmp(code, "E303"))
            ours[number] = json_object_get(json, "question") != NULL;
        else if (!json_object_get(json, "question") && code[0] == 'E')
            ours[number] = jansson[number]; /* no record: the rest of the line was not read */
        json_decref(json);
    }
    struct str lines = {input.data, input.length};
    for (size_t i = 1; str_line(&lines, &line); i++)
        if (!overflow[i] && ours[i] != jansson[i])
            fail_msg("line %zu is JSON for %s alone: %.*s", i, ours[i] ? "us" : "jansson",
                     (int)line.length, line.text);
    free(said);
    run_free(&run);
    buf_free(&input);
    buf_free(&errors);
}

int main(void)
{
    utf8_start();
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_reads_what_jansson_reads)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
