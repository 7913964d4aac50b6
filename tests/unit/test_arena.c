/* Memory that is freed all at once: aligned, zeroed, never overlapping. */
#include "support/test.h"

#include "base/arena.h"
#include "base/rng.h"

#include <string.h>

static int make_arena(void **state)
{
    struct arena *arena = memory_alloc(sizeof *arena);
    arena_init(arena);
    *state = arena;
    return 0;
}

static int drop_arena(void **state)
{
    arena_free(*state);
    memory_free(*state);
    return 0;
}

static void test_pieces_are_aligned_zeroed_and_apart(void **state)
{
    enum { PIECES = 400 };
    unsigned char *pieces[PIECES];
    size_t sizes[PIECES];
    struct rng rng;
    rng_init(&rng, 5, 0, 0);
    for (size_t i = 0; i < PIECES; i++) {
        /* Mostly small, now and then larger than any block. */
        sizes[i] = rng_below(&rng, i % 50 == 49 ? 3u << 20 : 700);
        pieces[i] = arena_alloc(*state, sizes[i]);
        assert_int_equal((uintptr_t)pieces[i] % 16, 0);
        for (size_t k = 0; k < sizes[i]; k++)
            if (pieces[i][k] != 0)
                fail_msg("piece %zu is not zeroed at %zu", i, k);
        memset(pieces[i], (int)(i % 255) + 1, sizes[i]);
    }
    for (size_t i = 0; i < PIECES; i++)
        for (size_t k = 0; k < sizes[i]; k++)
            if (pieces[i][k] != (unsigned char)(i % 255 + 1))
                fail_msg("piece %zu was overwritten at %zu", i, k);
}

static void test_small_pieces_share_blocks(void **state)
{
    struct arena *arena = *state;
    for (int i = 0; i < 100000; i++)
        arena_alloc(arena, 16);
    assert_true(arena->total < 100000u * 16 * 2);
    size_t before = arena->total;
    arena_alloc(arena, 8u << 20);
    assert_true(arena->total - before <
                (8u << 20) + 1024); /* a big one costs no more than itself */
    before = arena->total;
    arena_alloc(arena, 16);
    assert_true(arena->total == before); /* and the block that had room still has it */
}

static void test_text_is_copied(void **state)
{
    struct arena *arena = *state;
    char word[] = "gradient";
    char *copy = arena_strdup(arena, word), *part = arena_strndup(arena, word, 4);
    word[0] = 'x';
    assert_string_equal(copy, "gradient");
    assert_string_equal(part, "grad");
    assert_string_equal(arena_printf(arena, "%s:%d", copy, 7), "gradient:7");
    assert_string_equal(arena_strndup(arena, NULL, 0), "");
    char *wide = arena_printf(arena, "%*d", 100000, 1);
    assert_int_equal(strlen(wide), 100000);
}

static void test_list_grows_and_keeps_its_items(void **state)
{
    size_t *list = NULL, count = 0, capacity = 0;
    for (size_t i = 0; i < 1000; i++)
        ARENA_PUSH(*state, list, count, capacity, i * i);
    assert_int_equal(count, 1000);
    assert_true(capacity >= count);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(list[i], i * i);
}

static void test_free_leaves_a_usable_arena(void **state)
{
    struct arena *arena = *state;
    arena_alloc(arena, 100);
    arena_free(arena);
    assert_int_equal(arena->total, 0);
    assert_non_null(arena_alloc(arena, 0));
}

static void test_releasing_gives_back_what_came_after_the_mark(void **state)
{
    struct arena *arena = *state;
    struct arena_mark empty = arena_mark(arena);
    unsigned char *old = arena_alloc(arena, 100);
    memset(old, 7, 100);
    struct rng rng;
    rng_init(&rng, 6, 0, 0);
    for (int round = 0; round < 20; round++) {
        struct arena_mark mark = arena_mark(arena);
        size_t before = arena->total;
        for (int i = 0; i < 60; i++) {
            size_t size = rng_below(&rng, i % 20 == 19 ? 3u << 20 : 4000);
            unsigned char *piece = arena_alloc(arena, size);
            for (size_t k = 0; k < size; k++)
                if (piece[k] != 0)
                    fail_msg("round %d: not zeroed", round);
            memset(piece, 0xff, size);
        }
        assert_true(arena->total > before);
        arena_release(arena, mark);
        assert_true(arena->total == before);
        for (size_t k = 0; k < 100; k++)
            assert_int_equal(old[k], 7);
    }
    arena_release(arena, empty);
    assert_true(arena->total == 0 && !arena->head);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_pieces_are_aligned_zeroed_and_apart, make_arena,
                                        drop_arena),
        cmocka_unit_test_setup_teardown(test_small_pieces_share_blocks, make_arena, drop_arena),
        cmocka_unit_test_setup_teardown(test_text_is_copied, make_arena, drop_arena),
        cmocka_unit_test_setup_teardown(test_list_grows_and_keeps_its_items, make_arena,
                                        drop_arena),
        cmocka_unit_test_setup_teardown(test_free_leaves_a_usable_arena, make_arena, drop_arena),
        cmocka_unit_test_setup_teardown(test_releasing_gives_back_what_came_after_the_mark,
                                        make_arena, drop_arena),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
