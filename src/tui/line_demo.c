/* Line mode: the gallery, and one demo in words. */
#include "tui/line_parts.h"

#include "base/utf8.h"
#include "tui/pace.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

void line_work(struct line *line, const struct demo_run *run, bool (*more)(void *user), void *user)
{
    static const int64_t between_ns = 5000000000;
    const struct clock *clock = &line->session->clock;
    struct pace pace = {0};
    int64_t told = clock_mono_ns(clock);
    while (more(user)) {
        pace_tick(&pace, clock);
        if (clock_mono_ns(clock) - told < between_ns)
            continue;
        struct buf text = {0};
        pace_say(&pace, run, &text);
        line_sayf(line, "(%s)\n", text.length ? buf_text(&text) : "still at work");
        fflush(stdout);
        buf_free(&text);
        told = clock_mono_ns(clock);
    }
}

static bool one_slice(void *run)
{
    return demo_step(run, 1);
}

static bool holds(const struct demo *demo, const char *word)
{
    return strcasestr(demo->name, word) || strcasestr(demo->title, word) ||
           strcasestr(demo->question, word) || strcasestr(demo->theme, word);
}

/* Those whose name, title, question or theme holds the word; "" for all. */
static size_t say_gallery(struct line *line, const char *word)
{
    const char *theme = "";
    size_t found = 0;
    for (size_t i = 0; i < demo_count; i++) {
        if (!holds(demos[i], word))
            continue;
        if (strcmp(theme, demos[i]->theme) != 0)
            line_sayf(line, "%s\n", theme = demos[i]->theme);
        /* The sketch says nothing to who listens. */
        line_sayf(line, "  %-18s %s\n", demos[i]->name, demos[i]->question);
        found++;
    }
    return found;
}

static void say_one(struct line *line, const char *args)
{
    struct arena arena;
    struct demo_args read;
    struct demo_run run;
    struct err err;
    arena_init(&arena);
    if (!demo_args_read(&read, &arena, args, &err) ||
        !demo_start(&run, &arena, &read, &line->session->clock, &err)) {
        bool asks = err.text[0] && err.text[strlen(err.text) - 1] == '?';
        line_sayf(line, "%s%s\n", err.text, asks ? "" : ".");
    } else {
        struct buf words = {0};
        if (demo_is_instant(&run))
            demo_finish(&run);
        else
            line_work(line, &run, one_slice, &run);
        run.demo->describe(&run, &words);
        line_say_markdown(line, "", buf_text(&words));
        buf_free(&words);
    }
    arena_free(&arena);
}

void line_demo(struct line *line, const char *args)
{
    if (*args != '/' && *args) {
        say_one(line, args);
        return;
    }
    const char *word = *args ? args + 1 : "";
    if (!say_gallery(line, word))
        line_sayf(line, "No demo holds \"%s\"; d lists them all.\n", word);
}
