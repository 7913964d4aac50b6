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

/* Makes the store of the fixture, with the samples (again, where it exists). */
void store_make(struct fixture *f);
struct event store_step(int number);

/* Uses everything that reads and writes; whatever it says, it returns. */
void store_use_all(struct fixture *f, struct store *store);

/* Opening fails, with `part` in a sentence that names the file, and leaves the file as it was. */
void store_assert_refused(struct fixture *f, const char *part);

/* The bytes of a file, NULs and all. */
struct buf store_bytes(const char *path);
void store_put_bytes(const char *path, const char *bytes, size_t size);

/* What another program might do to the file, and see in it. */
void store_run_sql(const char *path, const char *sql);
int64_t store_ask_sql(const char *path, const char *sql);

#endif
