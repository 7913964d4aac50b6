/* Live numbers: a demo run once for each different set of arguments, its results in an author's
 * manner of writing. */
#include "course/course.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct course_run {
    struct course_run *next;
    const char *args;
    struct arena arena; /* the run's own memory, freed with the course */
    struct demo_run run;
    bool good;
    struct err err;
};

/* The run of these arguments, begun if it has to be; its demo may have work left. */
static struct course_run *find_run(struct course *course, const char *args)
{
    struct course_run *kept = course->runs;
    while (kept && strcmp(kept->args, args) != 0)
        kept = kept->next;
    if (!kept) {
        kept = ARENA_NEW(&course->arena, struct course_run);
        kept->args = arena_strdup(&course->arena, args);
        kept->next = course->runs;
        course->runs = kept;
        arena_init(&kept->arena);
        struct demo_args read;
        kept->good = demo_args_read(&read, &kept->arena, args, &kept->err) &&
                     demo_start(&kept->run, &kept->arena, &read, &course->clock, &kept->err);
    }
    return kept;
}

const struct demo_run *course_run_whole(struct course *course, const char *args, struct err *err)
{
    struct course_run *kept = find_run(course, args);
    if (kept->good) {
        demo_finish(&kept->run);
        return &kept->run;
    }
    if (err)
        *err = kept->err;
    return NULL;
}

const struct demo_run *course_run(struct course *course, const char *args, struct err *err)
{
    const struct course_run *kept = find_run(course, args);
    if (kept->good && !demo_is_instant(&kept->run)) {
        err_set(err, "takes too long to be computed while one reads");
        return NULL;
    }
    return course_run_whole(course, args, err);
}

void course_forget_runs(struct course *course)
{
    for (struct course_run *run = course->runs; run; run = run->next)
        arena_free(&run->arena);
    course->runs = NULL;
}

/* What rounds to zero is written without a sign. */
static const char *without_lone_sign(const char *text)
{
    return *text == '-' && text[1 + strspn(text + 1, "0.")] == '\0' ? text + 1 : text;
}

void live_format(struct buf *out, double value, const char *like)
{
    size_t length = strlen(like);
    const char *exponent = strpbrk(like, "eE");
    const char *point = strchr(like, '.');
    size_t end = exponent ? (size_t)(exponent - like) : length;
    size_t decimals = 0;
    if (point)
        while ((size_t)(point - like) + 1 + decimals < end &&
               isdigit((unsigned char)point[1 + decimals]))
            decimals++;
    if (decimals > 17)
        decimals = 17;
    char text[400];
    if (!(value - value == 0)) { /* nan and infinities have no digits */
        buf_add_number(out, value);
        return;
    }
    if (!exponent) {
        snprintf(text, sizeof text, "%.*f", (int)decimals, value);
        buf_add(out, without_lone_sign(text));
        return;
    }
    snprintf(text, sizeof text, "%.*e", (int)decimals, value == 0 ? 0 : value);
    buf_add_exponent(out, text);
}

static bool is_list(enum result_kind kind)
{
    return kind == RESULT_LIST || kind == RESULT_TABLE;
}

bool course_live(struct course *course, const char *args, const char *ref, const char *like,
                 struct buf *out, struct err *err)
{
    const struct demo_run *run = course_run(course, args, err);
    struct demo_ref at;
    if (!run || !demo_ref_read(run->demo, ref, &at, err))
        return false;
    if (run->demo->results[at.result].kind == RESULT_TIMING)
        return err_set(err, "%s is measured by the clock and may not be quoted", ref);
    const char *text = demo_ref_text(run, at);
    double value;
    if (text)
        buf_add(out, text);
    else if (demo_ref_number(run, at, &value))
        live_format(out, value, like);
    else if (!at.indexed && is_list(run->demo->results[at.result].kind))
        return err_set(err, "%s is a list; name one entry, such as %s[0] or %s[-1]", ref, ref, ref);
    else
        return err_set(err, "%s has no value here", ref);
    return true;
}
