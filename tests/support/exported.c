#include "support/test.h"

#include "support/exported.h"

#include "study/review.h"

#include <stdio.h>
#include <string.h>

struct store *exported_open(const char *path)
{
    struct err err;
    struct clock clock = clock_system();
    struct store *store = store_open(path, &clock, &err);
    if (!store)
        fail_msg("%s", err.text);
    return store;
}

static void read_deck(struct deck *deck, struct store *store, const char *course)
{
    struct fsrs fsrs = review_fsrs();
    struct err err;
    deck_init(deck, &fsrs, false);
    if (!deck_read(deck, store, course, &err))
        fail_msg("%s", err.text);
}

static void assert_same_deck(struct store *a, struct store *b, const char *course)
{
    struct deck one, two;
    read_deck(&one, a, course);
    read_deck(&two, b, course);
    assert_int_equal(one.count, two.count);
    for (size_t i = 0; i < one.count; i++) {
        const struct card *x = &one.cards[i], *y = deck_find(&two, x->quiz, x->key);
        assert_non_null(y);
        assert_true(x->memory.stability == y->memory.stability &&
                    x->memory.difficulty == y->memory.difficulty);
        assert_int_equal(x->due_day, y->due_day);
        assert_int_equal(x->last_day, y->last_day);
        assert_int_equal(x->retired, y->retired);
        assert_int_equal(x->admitted, y->admitted);
        assert_int_equal(x->lapses, y->lapses);
        assert_int_equal(x->missed, y->missed);
    }
    deck_free(&one);
    deck_free(&two);
}

static void assert_same_progress(struct store *a, struct store *b, const char *course)
{
    struct progress one, two;
    struct arena arena;
    struct err err;
    arena_init(&arena);
    assert_true(store_progress(a, course, &arena, &one, &err));
    assert_true(store_progress(b, course, &arena, &two, &err));
    assert_int_equal(one.count, two.count);
    for (size_t i = 0; i < one.count; i++) {
        assert_string_equal(one.chapters[i].chapter, two.chapters[i].chapter);
        assert_int_equal(one.chapters[i].steps_seen, two.chapters[i].steps_seen);
        assert_true(one.chapters[i].best_score == two.chapters[i].best_score);
        assert_true(one.chapters[i].resume_hash == two.chapters[i].resume_hash);
    }
    arena_free(&arena);
}

size_t exported_count(const struct buf *log, const char *with)
{
    struct str rest = {buf_text(log), log->length}, line;
    size_t count = 0;
    while (str_line(&rest, &line))
        count += memmem(line.text, line.length, with, strlen(with)) != NULL;
    return count;
}

static void import(struct store *store, const char *text, size_t size)
{
    struct imported got;
    struct err err;
    if (!store_import(store, NULL, text, size, &got, &err) || got.bad)
        fail_msg("%s", err.text);
}

/* Some thirty beginnings of the log load, each continuing the one before in one store. */
static void assert_prefixes_load(const struct buf *log, const char *course)
{
    size_t every = log->length / 30 + 1, done = 0;
    char path[700];
    snprintf(path, sizeof path, "%s/prefix.db", test_folder());
    struct store *store = exported_open(path);
    for (size_t next = every; done < log->length; next += every) {
        const char *end =
            next < log->length ? memchr(log->data + next, '\n', log->length - next) : NULL;
        size_t size = end ? (size_t)(end - log->data) + 1 : log->length;
        struct deck deck;
        struct progress progress;
        struct arena arena;
        struct err err;
        arena_init(&arena);
        import(store, log->data + done, size - done);
        read_deck(&deck, store, course);
        assert_true(store_progress(store, course, &arena, &progress, &err));
        for (size_t i = 0; i < deck.count; i++)
            assert_true(!deck.cards[i].admitted || deck.cards[i].memory.stability > 0);
        deck_free(&deck);
        arena_free(&arena);
        done = size;
    }
    store_close(store);
}

void exported_assert_same(struct store *store, const struct buf *log, const char *course)
{
    char path[700];
    struct buf again = {0};
    struct err err;
    snprintf(path, sizeof path, "%s/copy.db", test_folder());
    struct store *other = exported_open(path);
    import(other, log->data, log->length);
    assert_true(store_export(other, &again, &err));
    assert_int_equal(again.length, log->length);
    assert_memory_equal(again.data, log->data, log->length);
    assert_same_deck(store, other, course);
    assert_same_progress(store, other, course);
    assert_prefixes_load(log, course);
    buf_free(&again);
    store_close(other);
}
