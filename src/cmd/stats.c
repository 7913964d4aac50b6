/* nntutor stats: how a quiz measures. */
#include "cmd/responses.h"

#include "base/file.h"
#include "base/utf8.h"
#include "draw/text.h"
#include "grade/stats.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- as text -------------------------------------------------------------------------------------- */

static void add_figure(struct buf *out, const char *name, double value, const char *unit)
{
    if (isfinite(value))
        buf_addf(out, "  %-34s %10.3f%s\n", name, value, unit);
    else
        buf_addf(out, "  %-34s %10s\n", name, "-");
}

static void add_bar(struct buf *out, double per_cent)
{
    enum { CELLS = 20 };
    int full = isfinite(per_cent) ? (int)lround(per_cent / 100 * CELLS) : 0;
    full = full < 0 ? 0 : full > CELLS ? CELLS : full;
    buf_repeat(out, "█", (size_t)full);
    buf_repeat(out, "░", (size_t)(CELLS - full));
}

static void add_options(struct buf *out, const struct item_figures *item)
{
    enum { TEXT_COLUMNS = 34 };
    for (size_t o = 0; o < item->option_count; o++) {
        const struct option_figures *option = &item->options[o];
        const char *text = *option->text ? option->text : "none of these";
        size_t length = utf8_fit(text, strlen(text), TEXT_COLUMNS);
        buf_addf(out, "      %s %-5s %3.0f %%  ", option->fraction > 0 ? "+" : " ", option->letter,
                 isfinite(option->proportion) ? 100 * option->proportion : 0);
        if (isfinite(option->point_biserial_rest))
            buf_addf(out, "r %+.2f  ", option->point_biserial_rest);
        else
            buf_add(out, "r     -  ");
        buf_addf(out, "%.*s\n", (int)length, text);
    }
}

static void add_flags(struct buf *out, const struct item_figures *item)
{
    if (item->flags & FLAG_NEGATIVE)
        buf_add(out, "    ! who does well in the rest does badly here: is the key right?\n");
    if (item->better)
        buf_addf(out, "    ! option %s separates better than the key: is the key right?\n",
                 item->better->letter);
    if (item->attracts)
        buf_addf(out, "    ! wrong option %s attracts the strong: is it wrong for sure?\n",
                 item->attracts->letter);
    if (item->unused)
        buf_addf(out, "    ! nobody takes option %s: replace it\n", item->unused->letter);
}

static unsigned weight(unsigned flags)
{
    return (flags & FLAG_NEGATIVE ? 8U : 0U) + (flags & FLAG_KEY ? 4U : 0U) +
           (flags & FLAG_ATTRACTS ? 2U : 0U) + (flags & FLAG_UNUSED ? 1U : 0U);
}

/* The suspicious ones first, among equals in the order of the quiz. */
static int by_suspicion(const void *a, const void *b)
{
    const struct item_figures *const *x = a, *const *y = b;
    unsigned u = weight((*x)->flags), v = weight((*y)->flags);
    return u != v ? (u > v ? -1 : 1) : (*x > *y) - (*x < *y);
}

static void add_text(struct buf *out, const struct quiz_figures *f, struct arena *arena)
{
    buf_addf(out, "%s: %lld attempts, %zu questions\n\n", f->quiz, (long long)f->s, f->p);
    struct buf points = {0};
    buf_add(&points, " of ");
    buf_add_number(&points, f->max);
    add_figure(out, "mean", f->mean, buf_text(&points));
    buf_free(&points);
    add_figure(out, "median", f->median, "");
    add_figure(out, "standard deviation", f->sd, "");
    add_figure(out, "skewness", f->skewness, "");
    add_figure(out, "kurtosis", f->kurtosis, "");
    add_figure(out, "internal consistency", f->cic_percent, " % (Cronbach's alpha)");
    add_figure(out, "error ratio", f->error_ratio, " %");
    add_figure(out, "standard error", f->standard_error, " points");
    const struct item_figures **items = ARENA_ARRAY(arena, f->p + 1, const struct item_figures *);
    for (size_t i = 0; i < f->p; i++)
        items[i] = &f->items[i];
    qsort(items, f->p, sizeof *items, by_suspicion);
    for (size_t i = 0; i < f->p; i++) {
        const struct item_figures *item = items[i];
        buf_addf(out, "\n%s\n    ", item->item);
        add_bar(out, item->facility);
        buf_addf(out, " %5.1f %% of the points", item->facility);
        if (isfinite(item->discrimination_index))
            buf_addf(out, ", discrimination %.0f %%", item->discrimination_index);
        if (isfinite(item->effective_weight))
            buf_addf(out, ", weight %.1f %% of %.1f", item->effective_weight,
                     item->intended_weight);
        if (item->blank)
            buf_addf(out, ", %lld blank", (long long)item->blank);
        buf_add(out, "\n");
        add_flags(out, item);
        add_options(out, item);
    }
}

/* ---- output --------------------------------------------------------------------------------------- */

enum shape { SHAPE_TEXT, SHAPE_JSON, SHAPE_CSV, SHAPE_PARTIAL };

static enum exit_code print_stats(const struct cmd_call *call, struct stats *const *list,
                                  size_t count, enum shape shape)
{
    struct buf out = {0};
    struct err err;
    struct arena arena;
    arena_init(&arena);
    if (shape == SHAPE_JSON && count > 1)
        buf_add(&out, "[");
    for (size_t i = 0; i < count; i++) {
        if (shape == SHAPE_PARTIAL) {
            stats_write_partial(list[i], &out);
            continue;
        }
        struct quiz_figures figures = stats_figures(list[i], &arena);
        if (shape == SHAPE_JSON && i > 0)
            buf_add(&out, ",");
        if (shape == SHAPE_TEXT && i > 0)
            buf_add(&out, "\n");
        if (shape == SHAPE_TEXT)
            add_text(&out, &figures, &arena);
        else if (shape == SHAPE_JSON)
            stats_write_json(&figures, &out);
        else
            stats_write_csv(&figures, &out);
    }
    if (shape == SHAPE_JSON && count > 1)
        buf_add(&out, "]\n");
    const char *path = call_option(call, "out");
    enum exit_code code = EXIT_GOOD;
    if (shape == SHAPE_TEXT && !path)
        code = call_print(call, &out);
    else if (!file_write(path ? path : "-", buf_text(&out), out.length, &err))
        code = call_fail(EXIT_WRITE, "%s", err.text);
    buf_free(&out);
    arena_free(&arena);
    return code;
}

/* ---- adding parts --------------------------------------------------------------------------------- */

enum { MOST_MERGED = 256 };

static bool merge_line(struct stats **list, size_t *count, struct str line, struct err *err)
{
    struct stats *more = stats_read_partial(line.text, line.length, err);
    if (!more)
        return false;
    for (size_t i = 0; i < *count; i++) {
        if (strcmp(stats_quiz(list[i]), stats_quiz(more)) != 0)
            continue;
        bool good = stats_add(list[i], more, err);
        stats_free(more);
        return good;
    }
    if (*count >= MOST_MERGED) {
        stats_free(more);
        return err_set(err, "sums of more than %d quizzes", MOST_MERGED);
    }
    list[(*count)++] = more;
    return true;
}

static bool merge_file(struct stats **list, size_t *count, const char *path, struct err *err)
{
    struct buf bytes = {0};
    struct str rest, line;
    struct err why;
    bool good = file_read(path, &bytes, err);
    rest = (struct str){buf_text(&bytes), bytes.length};
    for (int number = 1; good && str_line(&rest, &line); number++)
        if (str_trim(line).length && !merge_line(list, count, line, &why))
            good = err_set(err, "%s:%d: %s", path, number, why.text);
    buf_free(&bytes);
    return good;
}

static enum exit_code merge(const struct cmd_call *call, enum shape shape)
{
    static char *const standard[] = {"-"};
    struct stats *list[MOST_MERGED] = {0};
    size_t count = 0, files = call->count ? (size_t)call->count : 1;
    char *const *paths = call->count ? call->arguments : standard;
    struct err err;
    enum exit_code code = EXIT_GOOD;
    for (size_t i = 0; code == EXIT_GOOD && i < files; i++)
        if (!merge_file(list, &count, paths[i], &err))
            code = call_fail(EXIT_CANNOT, "%s", err.text);
    if (code == EXIT_GOOD && !count)
        code = call_fail(EXIT_CANNOT, "nothing to merge: the files are empty");
    if (code == EXIT_GOOD)
        code = print_stats(call, list, count, shape);
    for (size_t i = 0; i < count; i++)
        stats_free(list[i]);
    return code;
}

/* ---- the command ---------------------------------------------------------------------------------- */

static bool choose_shape(const struct cmd_call *call, enum shape *shape)
{
    static const char *const names[] = {"text", "json", "csv"};
    const char *to = call_option(call, "to");
    *shape = call_flag(call, "partial") ? SHAPE_PARTIAL : SHAPE_TEXT;
    if (to && *shape == SHAPE_PARTIAL) {
        call_usage(call, "--partial writes sums, not --to %s", to);
        return false;
    }
    for (size_t i = 0; to && i < 3; i++)
        if (strcmp(to, names[i]) == 0) {
            *shape = (enum shape)i;
            return true;
        }
    if (to)
        call_usage(call, "--to=%.40s: must be text, json or csv", to);
    return !to;
}

enum exit_code cmd_stats(const struct cmd_call *call)
{
    struct responses responses;
    struct grade_tally tally = {0};
    struct err err = {""};
    enum exit_code code;
    enum shape shape;
    if (!choose_shape(call, &shape))
        return EXIT_USAGE;
    if (call_flag(call, "merge"))
        return merge(call, shape);
    if (!responses_open(&responses, call, &code)) {
        responses_close(&responses);
        return code;
    }
    size_t count = responses.job.quiz_count;
    struct stats **list = ARENA_ARRAY(&responses.arena, count, struct stats *);
    bool good = true;
    for (size_t i = 0; good && i < count; i++)
        good = (list[i] = stats_new(&responses.job.quizzes[i], &err)) != NULL;
    if (good) {
        responses.job.to = stats_format(list);
        enum grade_end end = grade_run(&responses.job, &tally, &err);
        code = responses_end(&responses, end, &tally, &err);
        if (end == GRADE_DONE && code != EXIT_WRITE) {
            enum exit_code printed = print_stats(call, list, count, shape);
            code = printed == EXIT_GOOD ? code : printed;
        }
        stats_format_free(responses.job.to);
    } else {
        code = call_fail(EXIT_CANNOT, "%s", err.text);
    }
    for (size_t i = 0; i < count; i++)
        stats_free(list[i]);
    responses_close(&responses);
    return code;
}
