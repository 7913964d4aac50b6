/* nntutor progress: where one stands; the log out, in, and begun anew. */
#include "cmd/cmd.h"

#include "base/file.h"
#include "base/json.h"
#include "base/utf8.h"
#include "study/onward.h"
#include "tui/stats_page.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { PATH_COLUMNS = 1000 };

static void write_json(const struct course *course, const struct progress *progress,
                       const struct review *review, struct buf *out)
{
    buf_add(out, "{\"course\":");
    json_add_string(out, course->page.id);
    buf_add(out, ",\"chapters\":[");
    for (size_t i = 0; i < course->chapter_count; i++) {
        const struct chapter *chapter = &course->chapters[i].lesson;
        const struct chapter_progress *seen = progress_of(progress, chapter->id);
        buf_addf(out, "%s{\"id\":", i ? "," : "");
        json_add_string(out, chapter->id ? chapter->id : "");
        buf_addf(out, ",\"steps_seen\":%zu,\"steps\":%zu,\"best\":", seen ? seen->steps_seen : 0,
                 chapter_step_count(chapter));
        if (seen && seen->best_max > 0) {
            buf_add(out, "{\"score\":");
            json_add_number(out, seen->best_score);
            buf_add(out, ",\"max\":");
            json_add_number(out, seen->best_max);
            buf_add(out, "}");
        } else {
            buf_add(out, "null");
        }
        buf_addf(out, ",\"due\":%zu}", review_due(&review->deck, review->day, chapter->id));
    }
    buf_add(out, "],\"resume\":");
    const struct chapter_progress *last = progress_of(progress, progress->resume_chapter);
    if (last && last->resume_section) {
        struct buf place = {0};
        buf_addf(&place, "%s/%s", last->chapter, last->resume_section);
        json_add_string(out, buf_text(&place));
        buf_free(&place);
    } else {
        buf_add(out, "null");
    }
    buf_add(out, "}\n");
}

static void say_line(struct buf *out, struct buf *words)
{
    if (words->length)
        buf_addf(out, "%s\n", buf_text(words));
    buf_clear(words);
}

static void say_certainty(struct buf *out, const struct hits hits[CONFIDENCES], const char *what,
                          bool misled)
{
    struct buf words = {0};
    standing_say_calibration(hits, what, &words);
    if (words.length)
        buf_add(&words, " ");
    standing_say_meaning(hits, misled, &words);
    say_line(out, &words);
    buf_free(&words);
}

/* True: there is one. */
static bool write_weak(struct course *course, size_t chapter, const struct standing *standing,
                       struct arena *arena, struct buf *out)
{
    struct standing_objective *list;
    size_t count = standing_objectives(standing, course, chapter, arena, &list);
    bool weak = false;
    for (size_t i = 0; i < count; i++) {
        if (!list[i].weak)
            continue;
        weak = true;
        buf_addf(out, "     %s %s: ", list[i].id, list[i].text ? list[i].text : "");
        standing_say_objective(&list[i], out);
        buf_add(out, "\n");
    }
    return weak;
}

/* How to see again what the quizzes came to that have a score, those of before and after the course included. */
static void say_results(struct course *course, const struct progress *progress, struct buf *out)
{
    const char *head = "The last result of a quiz again: nntutor quiz NAME --result; NAME is ";
    for (size_t i = 0; i < course->chapter_count; i++) {
        const struct chapter_progress *seen = progress_of(progress, course->chapters[i].lesson.id);
        const struct quiz *quiz = seen && seen->best_max > 0 ? course_quiz(course, i) : NULL;
        if (quiz)
            buf_addf(out, "%s%s", head, quiz->id);
        head = quiz ? ", " : head;
    }
    for (size_t i = 0; i < progress->test_count; i++) {
        buf_addf(out, "%s%s", head, progress->tests[i]);
        head = ", ";
    }
    if (strcmp(head, ", ") == 0)
        buf_add(out, ".\n");
}

static void write_text(struct course *course, const struct progress *progress,
                       const struct standing *standing, struct arena *arena, const char *path,
                       struct buf *out)
{
    struct buf words = {0};
    bool weak = false;
    buf_addf(out, "%s\n", course->page.title);
    for (size_t i = 0; i < course->chapter_count; i++) {
        const struct chapter *chapter = &course->chapters[i].lesson;
        struct memory memory = review_memory(&standing->review, chapter->id);
        buf_addf(out, "  %d. %s: ", chapter->number, chapter->title);
        stats_say_chapter(chapter, progress_of(progress, chapter->id), &memory, out);
        buf_add(out, "\n");
        if (write_weak(course, i, standing, arena, out))
            weak = true;
    }
    if (weak)
        buf_add(out, STANDING_WEAK "\n");
    standing_say_predictions(standing, &words);
    say_line(out, &words);
    struct hits answers[CONFIDENCES], predictions[CONFIDENCES];
    standing_calibration(standing, answers, predictions);
    say_certainty(out, answers, "answers", standing_has_misled(standing));
    say_certainty(out, predictions, "predictions", false);
    review_say(&standing->review, &words);
    say_line(out, &words);
    size_t days[FORECAST_DAYS + 1];
    if (standing_forecast(standing, days))
        standing_say_forecast(days, &words);
    say_line(out, &words);
    struct change change;
    standing_change(standing, course, arena, &change);
    standing_say_change(&change, &words);
    say_line(out, &words);
    buf_free(&words);
    say_results(course, progress, out);
    onward_say_next(course, progress, standing->review.count, out);
    struct buf shown = {0};
    utf8_sanitise_line(&shown, path, strlen(path), PATH_COLUMNS);
    if (access(path, F_OK) == 0)
        buf_addf(out, "Kept in %s\n", buf_text(&shown));
    else
        buf_addf(out, "Nothing is kept yet; it will be in %s\n", buf_text(&shown));
    buf_free(&shown);
}

static bool confirm(const char *what)
{
    printf("Begin %s anew? Where you stood is forgotten; the log keeps what happened. [y/N] ",
           what);
    fflush(stdout);
    char line[16];
    return fgets(line, sizeof line, stdin) && (line[0] == 'y' || line[0] == 'Y');
}

static enum exit_code reset(const struct cmd_call *call, struct course *course, struct store *store)
{
    const char *name = call_option(call, "reset");
    struct event event = {.type = EVENT_RESET, .course = course->page.id, .chapter = "all"};
    struct err err;
    size_t chapter;
    if (strcmp(name, "all") != 0) {
        if (!course_find_chapter(course, name, &chapter, &err))
            return call_usage(call, "%s", err.text);
        event.chapter = course->chapters[chapter].lesson.id;
    }
    if (!call_flag(call, "yes")) {
        if (!isatty(STDIN_FILENO))
            return call_usage(call, "--reset asks first; without a terminal add --yes");
        if (!confirm(strcmp(name, "all") == 0 ? "everything" : event.chapter))
            return EXIT_NO;
    }
    if (!store_append(store, &event, &err))
        return call_fail(EXIT_WRITE, "%s", err.text);
    return EXIT_GOOD;
}

static enum exit_code import(const char *file, const struct course *course, struct store *store)
{
    struct buf bytes = {0};
    struct err err = {0};
    struct imported got;
    if (!file_read(file, &bytes, &err)) {
        buf_free(&bytes);
        return call_fail(EXIT_CANNOT, "%s", err.text);
    }
    bool good = store_import(store, course->page.id, buf_text(&bytes), bytes.length, &got, &err);
    buf_free(&bytes);
    if (!good)
        return call_fail(EXIT_WRITE, "%s: %s", file, err.text);
    printf("%zu event%s added, %zu known already, %zu not readable\n", got.added,
           got.added == 1 ? "" : "s", got.known, got.bad);
    if (got.elsewhere)
        printf("%zu of them %s of another course and count%s there\n", got.elsewhere,
               got.elsewhere == 1 ? "is" : "are", got.elsewhere == 1 ? "s" : "");
    if (got.bad)
        return call_fail(EXIT_NO, "%s:%s", file, err.text);
    return EXIT_GOOD;
}

static enum exit_code export_log(const char *file, struct store *store)
{
    struct buf text = {0};
    struct err err;
    enum exit_code code = EXIT_GOOD;
    if (!store_export(store, &text, &err))
        code = call_fail(EXIT_CANNOT, "%s", err.text);
    else if (!file_write(file, buf_text(&text), text.length, &err))
        code = call_fail(EXIT_WRITE, "%s", err.text);
    buf_free(&text);
    return code;
}

static enum exit_code report(const struct cmd_call *call, struct course *course,
                             struct store *store)
{
    struct standing standing;
    struct clock clock = clock_system();
    struct arena arena;
    struct progress progress;
    struct err err;
    struct buf text = {0};
    arena_init(&arena);
    enum exit_code code;
    bool good = standing_open(&standing, store, course, &clock, &err) &&
                store_progress(store, course->page.id, &arena, &progress, &err);
    if (!good) {
        code = call_fail(EXIT_CANNOT, "%s", err.text);
    } else {
        if (call_flag(call, "json"))
            write_json(course, &progress, &standing.review, &text);
        else
            write_text(course, &progress, &standing, &arena, store_path(store), &text);
        code = call_print(call, &text);
    }
    standing_close(&standing);
    buf_free(&text);
    arena_free(&arena);
    return code;
}

enum exit_code cmd_progress(const struct cmd_call *call)
{
    struct course course;
    struct clock clock = clock_system();
    struct buf path = {0};
    struct err err;
    enum exit_code code;
    bool writes = call_flag(call, "reset") || call_flag(call, "import");
    if (call->count)
        return call_usage(call, "progress takes no argument");
    if (call_flag(call, "reset") + call_flag(call, "import") + call_flag(call, "export") > 1)
        return call_usage(call, "one of --export, --import and --reset at a time");
    if (!call_store_path(call, &path, &err)) {
        buf_free(&path);
        return call_fail(EXIT_CANNOT, "%s", err.text);
    }
    if (!call_course(call, &course, &code)) {
        buf_free(&path);
        return code;
    }
    struct store *store = writes ? store_open(buf_text(&path), &clock, &err)
                                 : store_open_readonly(buf_text(&path), &clock, &err);
    /* What can be read but not opened for writing is a failure to write. */
    struct store *reader =
        !store && writes ? store_open_readonly(buf_text(&path), &clock, NULL) : NULL;
    bool readable = reader != NULL;
    store_close(reader);
    buf_free(&path);
    if (!store)
        code = call_fail(writes && readable ? EXIT_WRITE : EXIT_CANNOT, "%s", err.text);
    else if (call_flag(call, "reset"))
        code = reset(call, &course, store);
    else if (call_flag(call, "import"))
        code = import(call_option(call, "import"), &course, store);
    else if (call_flag(call, "export"))
        code = export_log(call_option(call, "export"), store);
    else
        code = report(call, &course, store);
    store_close(store);
    course_close(&course);
    return code;
}
