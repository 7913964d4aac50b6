/* What the tests of the store share: a store in a fresh folder, and events of every type. */
#ifndef TESTS_SUPPORT_STORE_H
#define TESTS_SUPPORT_STORE_H

#include "store/store.h"

struct fixture {
    const char *folder;
    char path[600]; /* of a store that does not exist yet */
    int64_t now_ms;
    struct clock clock;
    struct arena arena;
};

int store_fixture_set_up(void **state);
int store_fixture_tear_down(void **state);

/* Opens the store of the fixture; fails the test if that fails. */
struct store *store_must_open(struct fixture *f);
void store_must_append(struct store *store, struct event event);

/* Appends one event of each type, with every field in use. */
void store_add_samples(struct store *store);
size_t store_count(struct store *store);

/* The whole log as text, which the caller frees with buf_free. */
struct buf store_must_export(struct store *store);

#endif
