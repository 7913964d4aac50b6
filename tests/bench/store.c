/* What the learner's log costs: a start, an answer kept, where one stands after 100,000 events. */
#include "support/test.h"

#include "support/store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int by_value(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static void print_times(const char *what, int64_t *ns, size_t count)
{
    qsort(ns, count, sizeof *ns, by_value);
    printf("%-36s median %8.3f ms   99 %% %8.3f ms   most %8.3f ms\n", what,
           (double)ns[count / 2] / 1e6, (double)ns[count * 99 / 100] / 1e6,
           (double)ns[count - 1] / 1e6);
}

static void die_if(bool bad, const struct err *err)
{
    if (bad) {
        fprintf(stderr, "%s\n", err->text);
        exit(3);
    }
}

static void time_open(const char *what, const char *path, const struct clock *clock)
{
    enum { TIMES = 200 };
    int64_t ns[TIMES];
    struct err err;
    for (size_t i = 0; i < TIMES; i++) {
        int64_t start = clock_mono_ns(clock);
        struct store *store = store_open(path, clock, &err);
        ns[i] = clock_mono_ns(clock) - start;
        die_if(!store, &err);
        store_close(store);
    }
    print_times(what, ns, TIMES);
}

static struct event sample(int i)
{
    static char chapters[12][16], section[16];
    snprintf(chapters[i % 12], sizeof chapters[0], "chapter-%d", i % 12);
    snprintf(section, sizeof section, "%d.%d", i % 12, i % 7);
    struct event event = {
        .course = "deep-networks", .chapter = chapters[i % 12], .section = section};
    if (i % 3 == 0) {
        event.type = EVENT_STEP;
        event.step_hash = (uint64_t)(i % 3000) * 2654435761u;
    } else if (i % 3 == 1) {
        event.type = EVENT_PREDICTION;
        event.demo = "mask p=0.5 scaling=none passes=2000 seed=7";
        event.result = "mean_sum";
        event.given = "3.2";
        event.was = "1.60";
        event.confidence = i % 4;
    } else {
        event.type = i % 30 == 2 ? EVENT_SCORE : EVENT_ANSWER;
        event.quiz = "dropout";
        event.question = "q3.10";
        event.given = "[\"It divides the survivors by the share that is kept\"]";
        event.state = "right";
        event.confidence = i % 4;
        event.score = i % 12;
        event.max = 12;
    }
    return event;
}

static bool count_one(void *user, const struct event *event)
{
    (void)event;
    ++*(size_t *)user;
    return true;
}

int main(void)
{
    enum { APPENDS = 1000, LOG = 100000, TIMES = 20 };
    static int64_t ns[APPENDS];
    struct clock clock = clock_system();
    struct err err = {""};
    char path[600];
    snprintf(path, sizeof path, "%s/progress.db", test_folder());

    int64_t start = clock_mono_ns(&clock);
    struct store *store = store_open(path, &clock, &err);
    die_if(!store, &err);
    printf("%-36s        %8.3f ms\n", "first start, making the file",
           (double)(clock_mono_ns(&clock) - start) / 1e6);
    for (int i = 0; i < 200; i++) {
        struct event event = sample(i);
        die_if(!store_append(store, &event, &err), &err);
    }
    store_close(store);
    time_open("start, 200 events", path, &clock);

    store = store_open(path, &clock, &err);
    die_if(!store, &err);
    for (int i = 0; i < APPENDS; i++) {
        struct event event = sample(i);
        start = clock_mono_ns(&clock);
        die_if(!store_append(store, &event, &err), &err);
        ns[i] = clock_mono_ns(&clock) - start;
    }
    print_times("one event kept (durable)", ns, APPENDS);

    struct buf lines = {0}, out = {0};
    for (int i = 0; i < LOG - 1200; i++) {
        struct event event = sample(i);
        buf_addf(&lines,
                 "{\"v\":1,\"id\":\"%032x\",\"at\":\"2026-11-21T09:30:00.123Z\",\"type\":\"%s\","
                 "\"course\":\"%s\",\"chapter\":\"%s\",\"section\":\"%s\"",
                 i + 1,
                 event.type == EVENT_STEP         ? "step"
                 : event.type == EVENT_PREDICTION ? "prediction"
                 : event.type == EVENT_SCORE      ? "score"
                                                  : "answer",
                 event.course, event.chapter, event.section);
        if (event.type == EVENT_STEP)
            buf_addf(&lines, ",\"hash\":\"%016llx\"", (unsigned long long)event.step_hash);
        if (event.type == EVENT_PREDICTION)
            buf_addf(&lines, ",\"demo\":\"%s\",\"result\":\"mean_sum\",\"given\":\"3.2\"",
                     event.demo);
        if (event.type == EVENT_ANSWER)
            buf_addf(&lines, ",\"quiz\":\"dropout\",\"q\":\"q3.10\",\"given\":%s,\"s\":\"right\"",
                     event.given);
        if (event.type == EVENT_SCORE)
            buf_addf(&lines, ",\"quiz\":\"dropout\",\"score\":%g,\"max\":12", event.score);
        else if (event.type != EVENT_STEP)
            buf_addf(&lines, ",\"confidence\":%d", event.confidence);
        buf_add(&lines, "}\n");
    }
    struct imported got;
    start = clock_mono_ns(&clock);
    die_if(!store_import(store, NULL, lines.data, lines.length, &got, &err) || got.bad, &err);
    printf("%-36s        %8.3f ms   (%.1f MB)\n", "import of the rest of 100,000",
           (double)(clock_mono_ns(&clock) - start) / 1e6, (double)lines.length / 1e6);
    store_close(store);

    time_open("start, 100,000 events", path, &clock);
    for (size_t i = 0; i < TIMES; i++) {
        struct arena arena;
        struct progress progress;
        arena_init(&arena);
        store = store_open(path, &clock, &err);
        die_if(!store, &err);
        start = clock_mono_ns(&clock);
        die_if(!store_progress(store, "deep-networks", &arena, &progress, &err), &err);
        ns[i] = clock_mono_ns(&clock) - start;
        store_close(store);
        arena_free(&arena);
    }
    print_times("progress over 100,000 events", ns, TIMES);
    store = store_open(path, &clock, &err);
    die_if(!store, &err);
    size_t count = 0;
    start = clock_mono_ns(&clock);
    die_if(!store_replay(store, count_one, &count, &err) || count != LOG, &err);
    printf("%-36s        %8.3f ms\n", "replay of 100,000 events",
           (double)(clock_mono_ns(&clock) - start) / 1e6);
    start = clock_mono_ns(&clock);
    die_if(!store_export(store, &out, &err), &err);
    printf("%-36s        %8.3f ms   (%.1f MB)\n", "export of 100,000 events",
           (double)(clock_mono_ns(&clock) - start) / 1e6, (double)out.length / 1e6);
    store_close(store);
    buf_free(&lines);
    buf_free(&out);
    return 0;
}
