/* nntutor review: the questions that are due today. */
#include "cmd/cmd.h"

#include "base/json.h"
#include "study/review.h"

#include <string.h>

/* `[{"key","chapter","due","retrievability"}]`, in the order in which they would be asked. */
static void write_json(const struct review *review, struct buf *out)
{
    buf_add(out, "[");
    for (size_t i = 0; i < review->count; i++) {
        const struct card *card = review->queue[i];
        char due[CLOCK_TEXT];
        clock_format_utc((int64_t)card->due_day * 86400000, due);
        buf_addf(out, "%s\n{\"key\":", i ? "," : "");
        json_add_string(out, card->key);
        buf_add(out, ",\"chapter\":");
        json_add_string(out, card->chapter);
        buf_addf(out, ",\"due\":\"%.10s\",\"retrievability\":", due);
        json_add_number(out, review_recall(&review->deck, card, review->day));
        buf_add(out, "}");
    }
    buf_add(out, review->count ? "\n]\n" : "]\n");
}

static enum exit_code print_json(const struct cmd_call *call, const struct session *session)
{
    struct review review;
    struct buf text = {0};
    struct err err;
    enum exit_code code = EXIT_CANNOT;
    if (!session->store)
        return call_no_store(session);
    if (review_open(&review, session->store, session->course, &session->clock, 0, &err)) {
        write_json(&review, &text);
        code = call_print(call, &text);
    } else {
        call_fail(code, "%s", err.text);
    }
    review_close(&review);
    buf_free(&text);
    return code;
}

struct change {
    const char *everything; /* as typed; NULL: stays */
    double retention;       /* 0: stays */
};

static bool read_change(const struct cmd_call *call, struct change *change)
{
    const char *share = call_option(call, "retention");
    *change = (struct change){.everything = call_option(call, "everything")};
    if (change->everything && strcmp(change->everything, "on") != 0 &&
        strcmp(change->everything, "off") != 0) {
        call_usage(call, "--everything is on or off, not \"%s\"", change->everything);
        return false;
    }
    bool known = !share;
    for (size_t i = 0; i < REVIEW_RETENTIONS && share; i++)
        if (str_number(str_of(share), &change->retention) &&
            change->retention == review_retentions[i])
            known = true;
    if (!known)
        call_usage(call, "--retention is 0.8, 0.9 or 0.95, not \"%s\"", share);
    return known;
}

/* Keeps the settings and says what holds now. */
static enum exit_code keep_change(const struct cmd_call *call, const struct session *session,
                                  const struct change *change)
{
    const char *course = session->course->page.id;
    struct review_settings settings;
    struct err err;
    if (!keep_is_well(&session->keep))
        return call_no_store(session);
    if (change->everything) {
        struct event event = review_set_everything(course, strcmp(change->everything, "on") == 0);
        if (!store_append(session->store, &event, &err))
            return call_fail(EXIT_WRITE, "%s", err.text);
    }
    if (change->retention > 0) {
        struct event event = review_set_retention(course, change->retention);
        if (!store_append(session->store, &event, &err))
            return call_fail(EXIT_WRITE, "%s", err.text);
    }
    if (call_flag(call, "json"))
        return print_json(call, session);
    if (!review_read_settings(session->store, course, &settings, &err))
        return call_fail(EXIT_CANNOT, "%s", err.text);
    struct buf text = {0};
    review_say_settings(&settings, &text);
    buf_add(&text, "\n");
    enum exit_code code = call_print(call, &text);
    buf_free(&text);
    return code;
}

enum exit_code cmd_review(const struct cmd_call *call)
{
    struct course course;
    struct session session;
    enum exit_code code;
    struct change change;
    if (call->count)
        return call_usage(call, "review takes no arguments");
    if (!read_change(call, &change))
        return EXIT_USAGE;
    if (!call_course(call, &course, &code))
        return code;
    code = EXIT_USAGE;
    if (call_session(call, &session, &course, true)) {
        if (change.everything || change.retention > 0) {
            code = keep_change(call, &session, &change);
            call_end(&session);
        } else if (call_flag(call, "json")) {
            code = print_json(call, &session);
            call_end(&session);
        } else {
            code = call_study(call, &session, &(struct start){.kind = START_REVIEW});
        }
    }
    course_close(&course);
    return code;
}
