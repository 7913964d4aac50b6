/* nntutor review: the questions that are due today. */
#include "cmd/cmd.h"

#include "base/json.h"
#include "study/review.h"

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

enum exit_code cmd_review(const struct cmd_call *call)
{
    struct course course;
    struct session session;
    enum exit_code code;
    if (call->count)
        return call_usage(call, "review takes no arguments");
    if (!call_course(call, &course, &code))
        return code;
    code = EXIT_USAGE;
    if (call_session(call, &session, &course, true)) {
        if (call_flag(call, "json")) {
            code = print_json(call, &session);
            store_close(session.store);
        } else {
            code = call_study(call, &session, &(struct start){.kind = START_REVIEW});
        }
    }
    course_close(&course);
    return code;
}
